"""What can be seen of an installation's health in its tables. Nothing here is judged; that is the doctor's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage.broadcasts import FATES, RUNNING
from storage.engine import Db
from storage.import_rows import Kind
from storage.outbox import REPLY, SENDING, SENT, UNSENT, WAITING, db_clock
from storage.tables import audit, broadcasts, carriers, claims, faults, imports, keys, outbox, recipients
from storage.vault import ID_LENGTH

LATELY = 200  # letters


@dataclass(frozen=True, slots=True)
class Queue:
    """One lane's unsent letters: how many, since when the first waiting one is due, and the first one on its way."""

    unsent: int
    due_since: datetime | None
    sending_since: datetime | None


async def queue(db: Db, lane: str) -> Queue:
    """What of a lane is unsent."""
    found = (
        select(outbox.c.state, func.count(), func.min(outbox.c.due_at))
        .where(UNSENT, outbox.c.lane == lane)
        .group_by(outbox.c.state)
    )
    states = {state: (int(count), oldest) for state, count, oldest in await db.execute(found)}
    (waiting, due), (going, since) = states.get(WAITING, (0, None)), states.get(SENDING, (0, None))
    return Queue(waiting + going, due, since)


async def broadcasting(db: Db) -> Queue:
    """What of all broadcasts that go on is unsent."""
    left = broadcasts.c.wanted - sum((broadcasts.c[name] for name in FATES[1:]), broadcasts.c[FATES[0]])
    going_on = (broadcasts.c.stage.in_(("trial", RUNNING)), broadcasts.c.halt.is_(None), left > 0)
    unsent, since = (await db.execute(select(func.sum(left), func.min(broadcasts.c.stage_at)).where(*going_on))).one()
    in_hand = select(func.min(recipients.c.at)).where(recipients.c.carrier.is_not(None))
    return Queue(int(unsent or 0), since, (await db.execute(in_hand)).scalar())


async def in_doubt(db: Db) -> Sequence[tuple[int, int]]:
    """Number and parked recipients of every broadcast that has any: they wait to be settled by hand."""
    found = select(broadcasts.c.number, broadcasts.c.parked).where(broadcasts.c.parked > 0)
    return [(row.number, row.parked) for row in await db.execute(found.order_by(broadcasts.c.number))]


async def reply_lags(db: Db, since: datetime) -> Sequence[float]:
    """Seconds from promise to acceptance of the last replies since then, rising."""
    found = (
        select(outbox.c.created_at, outbox.c.sent_at)
        .where(outbox.c.created_at > since, outbox.c.lane == REPLY, outbox.c.state == SENT)
        .order_by(outbox.c.created_at.desc())
        .limit(LATELY)
    )
    return sorted((sent - created).total_seconds() for created, sent in await db.execute(found))


async def unanswered(db: Db) -> tuple[int, datetime | None]:
    """How many updates faulted and were neither answered nor given up since, and when the first one did."""
    answered = select(claims.c.update_id).where(claims.c.update_id == faults.c.update_id).exists()
    count, oldest = (await db.execute(select(func.count(), func.min(faults.c.at)).where(~answered))).one()
    return int(count), oldest


async def living(db: Db) -> Sequence[tuple[str, float]]:
    """The processes that send, and the seconds since each one's last heartbeat."""
    found = select(carriers.c.process, db_clock(db) - carriers.c.beat_at).order_by(carriers.c.process)
    return [(str(process), float(age)) for process, age in await db.execute(found)]


async def unsealed(db: Db) -> tuple[int, datetime | None]:
    """How many audit rows are not yet in the chain, and since when."""
    count, oldest = (await db.execute(select(func.count(), func.min(audit.c.at)).where(audit.c.place.is_(None)))).one()
    return int(count), oldest


async def half_staged(db: Db, kind: Kind) -> int:
    """How many imports of this kind were begun and not finished."""
    found = select(func.count()).where(imports.c.kind == kind, imports.c.state == "staging")
    return int((await db.execute(found)).scalar_one())


async def wrapped_by(db: Db) -> str | None:
    """The name of the office's key that some data key is wrapped by; None while there is no data key."""
    sealed = (await db.execute(select(keys.c.sealed).limit(1))).scalar()
    return sealed[:ID_LENGTH].decode() if sealed else None


async def clock(db: Db) -> float:
    """Seconds since 1970 by the database's own clock."""
    return float((await db.execute(select(db_clock(db)))).scalar_one())
