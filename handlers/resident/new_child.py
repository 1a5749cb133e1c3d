"""By what a child on no roster is known: a parent and its birth date, whoever files first and wherever.

Its name may not be given yet, or be written in two ways. Of a household on the roster each grown-up may be the parent
who was named; a case is stored under the one who heads it. Children born on one day are told apart by their names, and
only by an officer.
"""

from collections.abc import Sequence
from datetime import date

from handlers.read import name_key
from handlers.resident.family import Family
from programmes.rules import ADULT_FROM
from storage import cases
from storage.engine import Drawer

Parent = tuple[str, date]  # name and birth date


def parents(family: Family, born: date) -> tuple[Parent, ...]:
    """Who of this household may be the parent of a child of that day, its head first."""
    grown = (one for one in family.household if born.year - one.birth_date.year >= ADULT_FROM)
    return tuple(dict.fromkeys((one.name, one.birth_date) for one in (family.head, family.me, *grown)))


async def digests(
    store: Drawer, name: str, born: date, parents: Sequence[Parent], *, twin: bool = False
) -> tuple[bytes, ...]:
    """What its case may be stored under, the first one in use now; of a twin only what her name is part of."""
    known = ["|".join((name_key(parent), day.isoformat(), born.isoformat())) for parent, day in parents]
    named = [f"{one}|{name_key(name)}" for one in known]
    return await cases.subjects(store, "new_child", *(named if twin else (*known, *named)))
