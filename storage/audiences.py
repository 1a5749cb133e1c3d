"""Whom a broadcast is for: a rule as data, and the one place where it becomes SQL, for counting and for filling.

What a rule asks narrows together; an empty rule is everybody who consented. Why somebody whom the rule means is left
out is the first of `WHY` that holds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal, get_args
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, FromClause, and_, case, exists, false, func, or_, select, true

from storage.engine import Db
from storage.people import Lang
from storage.tables import broadcasts, cases, payments, people, pointers, recipients, roster, roster_lookups

Purpose = Literal["service", "information"]
Role = Literal["resident", "officer"]
State = Literal["not_applied", "applied", "paid", "returned", "appeal_open"]

WHY: Final = ("no_consent", "opted_out", "unreachable", "unrecognised", "told")
NO_CONSENT, OPTED_OUT, UNREACHABLE, UNRECOGNISED, TOLD = WHY
HAD: Final = ("sent", "recalling", "recalled", "kept")  # states of who has had it, also where it was taken back
LATELY: Final = timedelta(days=7)


class Audience(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule; each part that is set narrows it.

    `state` is that of one `round` (an appeal also of its `programme`); `born_by` a birth year, for those over an age;
    `alone` who is the only one of her household on the roster. `heard` are those who have had that broadcast, for a
    correction. Who heard any broadcast within a week is left out unless `told_again`; officers are told as part of
    their work, whatever they consented to as residents.
    """

    role: Role = "resident"
    languages: tuple[Lang, ...] = ()
    dongs: tuple[str, ...] = ()
    programme: str = ""
    round: str = ""
    state: State | None = None
    born_by: int | None = None
    alone: bool = False
    heard: UUID | None = None
    told_again: bool = False

    @property
    def by_roster(self) -> bool:
        """Whether it asks what only the roster or the payment file knows, so of recognised people only."""
        return bool(self.dongs or self.born_by or self.alone or (self.state and self.state != "appeal_open"))


@dataclass(frozen=True, slots=True)
class Ground:
    """What a rule is judged on: the files in force, and which broadcasts were under way within the last week."""

    roster: int
    payments: int
    lately: tuple[UUID, ...]
    since: datetime


@dataclass(frozen=True, slots=True)
class Count:
    """How many a rule reaches, in all, by dong (None: not on the roster) and language, and who is left out and why."""

    reached: int
    dongs: Mapping[str | None, int]
    languages: Mapping[Lang, int]
    left_out: Mapping[str, int]


async def ground(db: Db, now: datetime, but: UUID | None = None) -> Ground:
    """What holds now; the broadcast `but` itself is not among those heard lately."""
    versions = {row.kind: row.version for row in await db.execute(select(pointers.c.kind, pointers.c.version))}
    since = now - LATELY
    under_way = or_(broadcasts.c.ended_at.is_(None), broadcasts.c.ended_at > since)
    found = select(broadcasts.c.id).where(broadcasts.c.wanted > 0, under_way)
    lately = tuple(id for id in (await db.execute(found)).scalars() if id != but)
    return Ground(versions.get("roster", 0), versions.get("payments", 0), lately, since)


def meant(
    audience: Audience, purpose: Purpose, on: Ground
) -> tuple[FromClause, ColumnElement[bool], ColumnElement[Any]]:
    """The rule as SQL: from where, whom it means, and why one of them is left out (NULL: she is not)."""
    asked = _asked_of_people(audience)
    if audience.by_roster:
        asked.append(or_(people.c.resident.is_(None), and_(*_asked_of_roster(audience, on))))
    source = _on_roster(on) if audience.by_roster else people
    return source, and_(true(), *asked), _why(audience, purpose, on)


def _on_roster(on: Ground) -> FromClause:
    """People beside their rows on the roster in force, if they have one."""
    return people.outerjoin(roster, and_(roster.c.version == on.roster, roster.c.resident == people.c.resident))


def _why(audience: Audience, purpose: Purpose, on: Ground) -> ColumnElement[Any]:
    resident = audience.role == "resident"
    reasons = [
        (people.c.consent <= 0 if resident else false(), NO_CONSENT),
        (~people.c.information if resident and purpose == "information" else false(), OPTED_OUT),
        (~people.c.reachable, UNREACHABLE),
        (people.c.resident.is_(None) if audience.by_roster else false(), UNRECOGNISED),
        (false() if audience.told_again else _heard(on.lately, on.since), TOLD),
    ]
    return case(*reasons, else_=None)


def _asked_of_people(audience: Audience) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = []
    if audience.role == "officer":
        asked.append(people.c.officer.is_not(None))
    if audience.languages:
        asked.append(people.c.language.in_(audience.languages))
    if audience.state == "appeal_open":
        asked.append(
            exists().where(
                cases.c.person == people.c.id, cases.c.kind == "appeal", cases.c.open,
                cases.c.programme == audience.programme, cases.c.round == audience.round,
            )
        )  # fmt: skip
    if audience.heard is not None:
        asked.append(_heard((audience.heard,), None))
    return asked


def _asked_of_roster(audience: Audience, on: Ground) -> list[ColumnElement[bool]]:
    asked: list[ColumnElement[bool]] = [roster.c.resident.is_not(None)]
    if audience.dongs:
        asked.append(roster.c.dong.in_(audience.dongs))
    if audience.born_by is not None:
        asked.append(roster.c.birth_year <= audience.born_by)
    if audience.alone:
        another = exists().where(
            roster_lookups.c.version == roster.c.version, roster_lookups.c.digest_hash == roster.c.household,
            roster_lookups.c.resident != roster.c.resident,
        )  # fmt: skip
        asked.append(~another)
    if audience.state not in (None, "appeal_open"):
        asked.append(
            exists().where(
                payments.c.version == on.payments, payments.c.resident == people.c.resident,
                payments.c.round == audience.round, payments.c.status == audience.state,
            )
        )  # fmt: skip
    return asked


def _heard(which: Sequence[UUID], since: datetime | None) -> ColumnElement[bool]:
    if not which:
        return false()
    mine = [recipients.c.broadcast.in_(which), recipients.c.chat == people.c.chat, recipients.c.state.in_(HAD)]
    return exists().where(*mine, *([] if since is None else [recipients.c.at > since]))


async def examples(
    db: Db, audience: Audience, purpose: Purpose, now: datetime, each: int
) -> dict[Lang, tuple[UUID, ...]]:
    """Some whom the rule reaches now, up to `each` of a language, by their random ids; from a read connection too."""
    source, whom, why = meant(audience, purpose, await ground(db, now))
    found: dict[Lang, tuple[UUID, ...]] = {}
    for lang in get_args(Lang):
        some = select(people.c.id).select_from(source).where(whom, why.is_(None), people.c.language == lang)
        found[lang] = tuple((await db.execute(some.limit(each))).scalars())
    return found


async def count(db: Db, audience: Audience, purpose: Purpose, now: datetime) -> Count:
    """Whom the rule reaches now and who is left out; it looks at everybody, so from a read connection."""
    on = await ground(db, now)
    _, whom, why = meant(audience, purpose, on)
    reason = why.label("why")
    groups = (reason, roster.c.dong, people.c.language)
    counted = select(*groups, func.count()).select_from(_on_roster(on)).where(whom).group_by(*groups)
    rows = (await db.execute(counted)).all()
    dongs: dict[str | None, int] = {}
    languages: dict[Lang, int] = {}
    left_out: dict[str, int] = {}
    for reason_of, dong, language, many in rows:
        if reason_of is not None:
            left_out[reason_of] = left_out.get(reason_of, 0) + many
            continue
        dongs[dong] = dongs.get(dong, 0) + many
        languages[language] = languages.get(language, 0) + many
    return Count(sum(dongs.values()), dongs, languages, left_out)
