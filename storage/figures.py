"""The board's figures, each read by one sentence on a read connection: never in a turn, never from the writer.

Every figure is kept by dong, so that one reading serves the whole district and each head of a dong (`within`). What
is counted is rows of the files in force and cases; nobody is named.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, String, and_, cast, func, select, text
from sqlalchemy import case as where

from storage.connections import is_postgres
from storage.engine import Db
from storage.pace import ANSWERED
from storage.questions import UNANSWERED, UNKNOWN
from storage.retention import KST
from storage.tables import (
    asked_whether_ours,
    broadcasts,
    case_pauses,
    cases,
    imports,
    payments,
    people,
    pointers,
    roster,
    visits,
)
from storage.tables import questions as asked_questions
from storage.talks import TALK

APPEAL, VISIT = "appeal", "visit"
LATELY: Final = timedelta(days=28)  # the time by which speed and questions are told
MOST_BROADCASTS: Final = 8
ELSEWHERE: Final = "elsewhere"  # the topic of what was no question for us
BREATH: Final = 64  # cases measured before others in this process have their turn

Span = tuple[datetime, datetime]
Worked = Callable[[datetime, datetime, Sequence[Span]], timedelta]


class Claims(msgspec.Struct, frozen=True):
    """So many people of a dong stand like this in a round; `won` is what they were granted together.

    `day` is when they applied, in Korea; None for those who have not.
    """

    round: str
    dong: str
    status: str
    means: str
    day: date | None
    people: int
    won: int


class Appeals(msgspec.Struct, frozen=True):
    """So many appeals of a dong have this reason and state; `late` are past due, `oldest` is when the first came."""

    programme: str
    reason: str
    dong: str | None
    state: str
    open: bool
    cases: int
    late: int
    oldest: datetime


class Answer(msgspec.Struct, frozen=True):
    """An appeal answered of late: the working minutes it took, and those promised."""

    dong: str | None
    minutes: int
    target: int | None


class Visits(msgspec.Struct, frozen=True):
    """So many visits of a dong are in this state, with this outcome of the last time somebody was there."""

    dong: str | None
    open: bool
    outcome: str | None
    cases: int


class Questions(msgspec.Struct, frozen=True):
    """So many talks of late were about this, and so often it was asked in this language; `unhelpful` of those answers.

    An empty topic is one that nobody has named. What was asked of the bot belongs to no dong.
    """

    topic: str
    dong: str | None
    talks: int
    asked: int = 0
    unhelpful: int = 0
    language: str = ""


class Readers(msgspec.Struct, frozen=True):
    """So many people read this language; they have a dong when they were recognised."""

    language: str
    dong: str | None
    people: int


class Asked(msgspec.Struct, frozen=True):
    """So often it was asked of late whether a text is ours, and answered so: see `ledger`."""

    answer: str
    times: int


class Broadcast(msgspec.Struct, frozen=True):
    """What became of one broadcast."""

    number: int
    purpose: str
    stage: str
    at: datetime
    wanted: int
    sent: int
    unreachable: int
    parked: int
    other: int


class Figures(msgspec.Struct, frozen=True):
    """Everything the board shows, as it stood at `at`; `as_of` is when the payments in force were taken over."""

    at: datetime
    as_of: datetime | None
    claims: tuple[Claims, ...] = ()
    appeals: tuple[Appeals, ...] = ()
    answers: tuple[Answer, ...] = ()
    visits: tuple[Visits, ...] = ()
    questions: tuple[Questions, ...] = ()
    readers: tuple[Readers, ...] = ()
    broadcasts: tuple[Broadcast, ...] = ()
    asked: tuple[Asked, ...] = ()

    def within(self, dongs: Collection[str] | None) -> "Figures":
        """The same of these dongs alone, None for all; broadcasts, and what was asked of texts, belong to none."""
        if dongs is None:
            return self
        mine = {
            name: tuple(row for row in getattr(self, name) if row.dong in dongs)
            for name in ("claims", "appeals", "answers", "visits", "questions", "readers")
        }
        return Figures(self.at, self.as_of, **mine)


async def everything(db: Db, now: datetime, worked: Worked, known: tuple[Claims, ...] | None = None) -> Figures:
    """All figures of one instant; `worked` gives the working time between two moments without pauses.

    `known` are the claims of the files in force, when they were counted before: see `files`.
    """
    return Figures(
        now, await as_of(db), await claims(db) if known is None else known, await appeals(db, now),
        await answers(db, now, worked), await visited(db), await questions(db, now), await readers(db),
        await sent(db), await asked(db, now),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------- files in force


def _version(kind: str) -> Any:
    return select(pointers.c.version).where(pointers.c.kind == kind).scalar_subquery()


async def files(db: Db) -> tuple[tuple[str, int], ...]:
    """The versions in force: as long as they are the same, so are the claims."""
    rows = await db.execute(select(pointers.c.kind, pointers.c.version).order_by(pointers.c.kind))
    return tuple((row.kind, row.version) for row in rows)


async def as_of(db: Db) -> datetime | None:
    """When the payments in force were taken over."""
    found: datetime | None = (
        await db.execute(select(imports.c.applied_at).where(imports.c.version == _version("payments")))
    ).scalar()
    return found


async def claims(db: Db) -> tuple[Claims, ...]:
    """How those entitled stand, by round, dong, status, means of payment and day of application.

    One walk along both files, which lie in the same order: seconds for a whole district.
    """
    at = payments.c.applied_at
    day: ColumnElement[Any] = (
        cast(func.date(func.timezone("Asia/Seoul", at)), String) if is_postgres(db)
        else func.date(at, "+9 hours", type_=String)
    )  # fmt: skip
    groups = payments.c.round, roster.c.dong, payments.c.status, payments.c.method, day
    both = roster.join(payments, payments.c.resident == roster.c.resident)
    counted = select(*groups, func.count(), func.sum(payments.c.amount)).select_from(both)
    in_force = payments.c.version == _version("payments"), roster.c.version == _version("roster")
    return tuple(
        Claims(round, dong, status, means or "", date.fromisoformat(on) if on else None, people, int(won or 0))
        for round, dong, status, means, on, people, won in await db.execute(counted.where(*in_force).group_by(*groups))
    )


# ---------------------------------------------------------------------------------------------------------- cases


async def appeals(db: Db, now: datetime) -> tuple[Appeals, ...]:
    """Appeals by reason and state, with how many are past due and since when the oldest is there."""
    groups = cases.c.programme, cases.c.reason, cases.c.dong, cases.c.state, cases.c.open
    late = func.count().filter(cases.c.open, cases.c.due_at < now)
    counted = select(*groups, func.count(), late, func.min(cases.c.filed_at)).where(cases.c.kind == APPEAL)
    return tuple(Appeals(*row) for row in await db.execute(counted.group_by(*groups)))


async def answers(db: Db, now: datetime, worked: Worked) -> tuple[Answer, ...]:
    """Working time from filing to decision of every appeal answered of late, without the resident's own time."""
    lately = and_(
        cases.c.kind == APPEAL, cases.c.closed_at > now - LATELY, cases.c.closed_at <= now, cases.c.state.in_(ANSWERED)
    )
    pauses: dict[UUID, list[Span]] = {}
    spans = select(case_pauses.c.case, case_pauses.c.began_at, case_pauses.c.ended_at)
    for case, began, ended in await db.execute(spans.join(cases, cases.c.id == case_pauses.c.case).where(lately)):
        pauses.setdefault(case, []).append((began, ended or now))
    columns = cases.c.id, cases.c.dong, cases.c.filed_at, cases.c.closed_at, cases.c.target_minutes
    found = []
    for count, row in enumerate((await db.execute(select(*columns).where(lately))).all(), 1):
        took = worked(row.filed_at, row.closed_at, pauses.get(row.id, ()))
        found.append(Answer(row.dong, round(took / timedelta(minutes=1)), row.target_minutes))
        if count % BREATH == 0:
            await asyncio.sleep(0)
    return tuple(found)


async def visited(db: Db) -> tuple[Visits, ...]:
    """Visits at home by what came of them."""
    groups = cases.c.dong, cases.c.open, visits.c.outcome
    counted = select(*groups, func.count()).select_from(visits.join(cases, cases.c.id == visits.c.case))
    return tuple(Visits(*row) for row in await db.execute(counted.where(cases.c.kind == VISIT).group_by(*groups)))


async def questions(db: Db, now: datetime) -> tuple[Questions, ...]:
    """What people asked of late: a person about this, and the bot about that."""
    groups = cases.c.reason, cases.c.dong
    asked = cases.c.kind == TALK, cases.c.filed_at > now - LATELY
    talks = await db.execute(select(*groups, func.count()).where(*asked).group_by(*groups))
    return (*(Questions(*row) for row in talks), *await _asked_of_the_bot(db, now))


async def _asked_of_the_bot(db: Db, now: datetime) -> list[Questions]:
    of = asked_questions.c
    elsewhere, unknown = of.kind.is_not(None), of.verdict == UNKNOWN
    topic = where((and_(unknown, elsewhere), ELSEWHERE), (unknown, UNANSWERED), else_=func.coalesce(of.topic, ""))
    unhelpful = func.count().filter(of.helped.is_(False))
    since = of.day > (now - LATELY).astimezone(KST).date()
    counted = select(topic.label("about"), of.language, func.count(), unhelpful).where(since)
    rows = await db.execute(counted.group_by(text("about"), of.language))
    return [Questions(about, None, 0, asked, bad, language) for about, language, asked, bad in rows]


# ------------------------------------------------------------------------------------------------------ who reads


async def readers(db: Db) -> tuple[Readers, ...]:
    """Which language people read, with the dong of who was recognised."""
    known = and_(roster.c.resident == people.c.resident, roster.c.version == _version("roster"))
    groups = people.c.language, roster.c.dong
    counted = select(*groups, func.count()).select_from(people.outerjoin(roster, known)).group_by(*groups)
    return tuple(Readers(*row) for row in await db.execute(counted))


async def sent(db: Db) -> tuple[Broadcast, ...]:
    """The latest broadcasts and what became of them, newest first."""
    kept = broadcasts.c
    columns = (
        kept.number, kept.purpose, kept.stage, func.coalesce(kept.approved_at, kept.created_at),
        kept.wanted, kept.sent, kept.unreachable, kept.parked, kept.refused + kept.skipped + kept.cancelled,
    )  # fmt: skip
    rows = await db.execute(select(*columns).order_by(kept.number.desc()).limit(MOST_BROADCASTS))
    return tuple(Broadcast(*row) for row in rows)


async def asked(db: Db, now: datetime) -> tuple[Asked, ...]:
    """What was answered of late to those who asked whether a text is ours."""
    of = asked_whether_ours.c
    since = of.day > (now - LATELY).astimezone(KST).date()
    counted = select(of.answer, func.sum(of.times)).where(since).group_by(of.answer)
    return tuple(Asked(answer, int(times)) for answer, times in await db.execute(counted))
