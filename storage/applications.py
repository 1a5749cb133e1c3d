"""Applications taken at a visit: each stands beside the payment file until the file in force knows of it.

One is a line in the story of its visit, sealed with the key of that case; it may be for minors of the household too.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import orjson
from sqlalchemy import bindparam, select

from storage import cases, visits
from storage.engine import Drawer
from storage.helpers import VISIT
from storage.tables import case_events
from storage.tables import cases as case_rows
from storage.visits import Visit

APPLIED: Final = "applied"  # what came of the visit, and the line in its story

_of_resident = (
    select(case_events.c.case, case_events.c.id, case_events.c.at, case_events.c.sealed, case_rows.c.resident)
    .join(case_rows, case_rows.c.id == case_events.c.case)
    .where(
        case_rows.c.resident.in_(bindparam("residents", expanding=True)),
        case_rows.c.kind == VISIT,
        case_events.c.kind == APPLIED,
    )
    .order_by(case_events.c.id)
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is applied for: `means` of payment that was handed over, how she `consent`ed and by whom, if not herself.

    `whom` are the residents it is for, where the roster has her; nobody named: for whom the visit was.
    """

    number: str
    programme: str
    round: str
    means: str
    consent: str
    by: str | None = None
    whom: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Application:
    """One that was taken, and when."""

    wanted: Wanted
    at: datetime


async def take(store: Drawer, visit: Visit, wanted: Wanted, officer: UUID) -> None:
    """The visit ends with this application. Raises `cases.Moved` when somebody else has it in hand or ended it."""
    await visits.made(store, visit, officer, APPLIED)
    case = visit.case
    await cases.note(store, case.id, APPLIED, officer, **asdict(wanted))
    said = {name: value for name, value in asdict(wanted).items() if name not in ("by", "whom")}
    for subject in wanted.whom or (case.resident or case.person,):
        store.audit("visit.applied", actor=officer, subject=subject, case=str(case.id), **said)


async def of_resident(store: Drawer, resident: UUID, household: Collection[UUID] = ()) -> tuple[Application, ...]:
    """What was applied for on her behalf at visits to her and to these of her `household`, in order."""
    found = []
    for row in (await store.read(_of_resident, {"residents": [*{resident, *household}]})).all():
        told = orjson.loads((await store.key(row.case)).open(row.sealed, f"case_events|sealed|{row.id.hex}"))
        whom = tuple(map(UUID, told.pop("whom", ())))
        if resident in (whom or (row.resident,)):
            found.append(Application(Wanted(**told, whom=whom), row.at))
    return tuple(found)
