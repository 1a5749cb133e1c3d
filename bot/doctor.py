"""What ails an installation: one list of checks, for `python -m bot doctor`, `/metrics` and the log alike.

A check looks and judges; what to do about each is said in `bot/advice.py` and, at length, in `docs/operate.md`.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot import chores
from bot.broadcaster import BROADCAST
from bot.channels.base import About
from programmes import reviewing
from programmes.model import City
from programmes.reading import KST
from storage import audit, health, jobs, migrate, registry, reviews, rotation, signals, tallies
from storage.engine import Database, Drawer
from storage.import_rows import Kind
from storage.outbox import NOTICE, REPLY
from storage.vault import Tampered, Vault
from storage.writers import Broken

STUCK = 45.0  # seconds; `watch` looks every 15, so that what is stuck is found within a minute
LATE_NOTICE = 600.0  # one letter among many that go
LAG, LAG_SHARE, LAG_OF = 10.0, 0.95, timedelta(minutes=10)
TOO_MANY, FORBIDDEN, ENOUGH_SENDS = 0.02, 0.10, 20
OLD_BACKUP = 26 * 3600.0
OLD_IMPORT: Final[Mapping[Kind, timedelta]] = {"roster": timedelta(days=180), "payments": timedelta(days=7)}
DRIFT = 3.0
PENDING, ERROR_LATELY = 500, timedelta(minutes=10)
SHOWN = 10  # letters in doubt that are named
DATABASE = "database"


@dataclass(frozen=True, slots=True)
class Look:
    """From where one looks: the bot's time and the real one, and what the messenger said, or why it said nothing.

    `webhook` is the address updates shall come to; `whole` takes the time to walk through the whole audit chain.
    """

    now: datetime
    real: Callable[[], datetime]
    city: City
    about: About | str | None = None
    webhook: str | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """What one check saw: fine or not, in words, and in figures for machines."""

    fine: bool
    words: str
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was seen by the check of this name."""

    name: str
    seen: Seen


async def examine(database: Database, vault: Vault, look: Look) -> Sequence[Finding]:
    """Look at everything. What needs the database is silent while that cannot be used; one finding says so."""
    findings = [Finding(name, seen) for name, check in OF_TELEGRAM.items() if (seen := check(look)) is not None]
    try:
        async with database.reading() as db:
            store = Drawer(db, vault, look.now)
            for name, check_in in OF_DATABASE.items():
                if (seen := await check_in(store, look)) is not None:
                    findings.append(Finding(name, seen))
                if name == DATABASE and seen is not None and not seen.fine:
                    break
    except (Broken, OSError) as error:
        findings = [one for one in findings if one.name != DATABASE]
        findings.append(Finding(DATABASE, Seen(False, f"cannot be read: {type(error).__name__}")))
    return findings


# ------------------------------------------------------------------------------------------------ letters and updates


async def _database(store: Drawer, _look: Look) -> Seen:
    wanting = await migrate.wanting(store.db)
    return Seen(wanting is None, wanting or "up to date")


async def _replies(store: Drawer, look: Look) -> Seen:
    queue = await health.queue(store.db, REPLY)
    late = _age(look.now, queue.due_since)
    return Seen(late < STUCK, f"{queue.unsent} waiting, the oldest for {late:.0f} s", _figures(queue.unsent, late))


async def _notices(store: Drawer, look: Look) -> Seen:
    return await _unasked(store, look, await health.queue(store.db, NOTICE), NOTICE, LATE_NOTICE)


async def _broadcasts(store: Drawer, look: Look) -> Seen:
    return await _unasked(store, look, await health.broadcasting(store.db), BROADCAST, float("inf"))


async def _unasked(store: Drawer, look: Look, queue: health.Queue, sign: str, latest: float) -> Seen:
    """A long queue is no fault while it moves: one that stands still is, and so is a letter that never comes back."""
    late, going = _age(look.now, queue.due_since), _age(look.now, queue.sending_since)
    moved = (await signals.ages(store.db)).get(sign, float("inf"))
    fine = going < STUCK and (late < STUCK or moved < STUCK) and late < latest
    words = f"{queue.unsent} unsent, the oldest due for {late:.0f} s, one on its way for {going:.0f} s"
    return Seen(fine, words, _figures(queue.unsent, max(late, going)))


async def _in_doubt(store: Drawer, _look: Look) -> Seen:
    found = await health.in_doubt(store.db)
    named = ", ".join(f"broadcast {number}: {parked}" for number, parked in found[:SHOWN])
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return Seen(not found, f"{named}{more}" if found else "none", {"letters": sum(parked for _, parked in found)})


async def _lag(store: Drawer, look: Look) -> Seen:
    lags = await health.reply_lags(store.db, look.now - LAG_OF)
    most = lags[min(len(lags) - 1, int(len(lags) * LAG_SHARE))] if lags else 0.0
    return Seen(most < LAG, f"{LAG_SHARE:.0%} of the last {len(lags)} replies within {most:.1f} s", {"seconds": most})


async def _unanswered(store: Drawer, look: Look) -> Seen:
    count, oldest = await health.unanswered(store.db)
    late = _age(look.now, oldest)
    return Seen(
        late < STUCK, f"{count} that faulted wait to come again, the oldest for {late:.0f} s", _figures(count, late)
    )


async def _errands(store: Drawer, look: Look) -> Seen:
    late = _age(look.now, await jobs.oldest(store))
    return Seen(late < STUCK, f"the oldest due for {late:.0f} s", {"seconds": late})


async def _carriers(store: Drawer, _look: Look) -> Seen:
    living = {process: age for process, age in await health.living(store.db) if age < STUCK}
    words = ", ".join(f"{process} {age:.0f} s ago" for process, age in living.items())
    return Seen(bool(living), words or "nobody is sending", {"processes": len(living)})


async def _share(store: Drawer, _look: Look, what: str, most: float) -> Seen:
    counted = await tallies.recent(store.db)
    sends, times = counted.get(tallies.SENDS, 0), counted.get(what, 0)
    share = times / sends if sends else 0.0
    fine = share <= most or sends < ENOUGH_SENDS
    return Seen(fine, f"{times} of {sends} sends ({share:.1%})", {"share": share, "sends": sends})


# ----------------------------------------------------------------------------------------------- the house in order


async def _chore(store: Drawer, _look: Look, name: str) -> Seen:
    return _sign(await signals.ages(store.db), name, STUCK)


async def _backup(store: Drawer, _look: Look) -> Seen:
    return _sign(await signals.ages(store.db), "backup", OLD_BACKUP)


def _sign(ages: Mapping[str, float], name: str, oldest: float) -> Seen:
    """A dead-man signal: no sign of life is a bad sign."""
    if (age := ages.get(name)) is None:
        return Seen(False, "never")
    return Seen(age < oldest, f"{age:.0f} s ago", {"seconds": age})


async def _audit(store: Drawer, look: Look) -> Seen:
    count, oldest = await health.unsealed(store.db)
    late = _age(look.now, oldest)
    return Seen(late < STUCK, f"{count} rows not yet in the chain, the oldest for {late:.0f} s", _figures(count, late))


async def _chain(store: Drawer, look: Look) -> Seen | None:
    if not look.whole:
        return None
    try:
        verified = await audit.verify(store.db, store.vault)
    except Tampered:
        return Seen(False, "its key does not open")
    if verified.first_bad is not None:
        return Seen(False, f"place {verified.first_bad} is not as it was sealed")
    return Seen(True, f"{verified.places} places as sealed; head {await audit.head(store.db)}")


async def _review(store: Drawer, look: Look) -> Seen:
    """Last month's review of who did what has until the tenth."""
    day = look.now.astimezone(KST).date()
    month = reviewing.month_before(day)
    left = await reviews.wanting(store.db, month, *reviewing.span(month))
    words = f"{month:%Y-%m} " + ("not begun" if left is None else f"{left} parts not closed" if left else "closed")
    return Seen(day.day <= reviewing.DUE or left == 0, words)


async def _keys(store: Drawer, _look: Look) -> Seen:
    name = await health.wrapped_by(store.db)
    if name is not None and name not in {key.id.decode() for key in store.vault.office}:
        return Seen(False, f"DATA_KEYS lacks {name}")
    done = await rotation.finished(store.db, store.vault)
    return Seen(done, "one key for all" if done else "a change of keys is not finished")


async def _import(store: Drawer, look: Look, kind: Kind) -> Seen:
    at = await registry.as_of(store, kind)
    half = await health.half_staged(store.db, kind)
    if at is None:
        return Seen(False, f"none in force, {half} unfinished")
    rounds = [one for programme in look.city.programmes.values() for one in programme.rounds]
    over = look.now.date() > max(one.use_by or one.closes.date() for one in rounds)
    age = look.now - at
    words = f"in force for {age.days} days" + (f", {half} unfinished" if half else "")
    return Seen(over or age < OLD_IMPORT[kind], words, {"seconds": age.total_seconds()})


async def _database_clock(store: Drawer, look: Look) -> Seen:
    began = look.real().timestamp()
    there = await health.clock(store.db)
    return _drift(there - (began + look.real().timestamp()) / 2)  # what the question itself took is no drift


def _drift(seconds: float) -> Seen:
    return Seen(abs(seconds) < DRIFT, f"{seconds:+.1f} s from ours", {"seconds": seconds})


# ------------------------------------------------------------------------------------------------------ the messenger


def _telegram(look: Look) -> Seen | None:
    if isinstance(look.about, About):
        return Seen(True, "answers")
    return Seen(False, look.about) if look.about is not None else None


def _webhook(look: Look) -> Seen | None:
    if not isinstance(look.about, About):
        return None
    about, wanted = look.about, look.webhook or ""
    figures = {"pending": about.pending}
    if about.webhook != wanted:
        return Seen(
            False, f"updates go to {about.webhook or 'nobody: polling'}, not to {wanted or 'us: polling'}", figures
        )
    if about.error and about.error_at is not None and (about.at or look.real()) - about.error_at < ERROR_LATELY:
        return Seen(False, f"{about.pending} updates wait; {about.error}", figures)
    return Seen(about.pending < PENDING, f"{about.pending} updates wait", figures)


def _telegram_clock(look: Look) -> Seen | None:
    if not isinstance(look.about, About) or look.about.at is None or look.about.heard is None:
        return None
    return _drift((look.about.at - look.about.heard).total_seconds())


def _age(now: datetime, since: datetime | None) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0


def _figures(waiting: float, seconds: float) -> Mapping[str, float]:
    return {"waiting": waiting, "seconds": seconds}


OF_TELEGRAM: Final[Mapping[str, Callable[[Look], Seen | None]]] = {
    "telegram": _telegram,
    "webhook": _webhook,
    "telegram clock": _telegram_clock,
}
OF_DATABASE: Final[Mapping[str, Callable[[Drawer, Look], Awaitable[Seen | None]]]] = {
    DATABASE: _database,
    "database clock": _database_clock,
    "senders": _carriers,
    "replies": _replies,
    "notices": _notices,
    "broadcasts": _broadcasts,
    "in doubt": _in_doubt,
    "lag": _lag,
    "429": partial(_share, what=tallies.TOO_MANY, most=TOO_MANY),
    "403": partial(_share, what=tallies.FORBIDDEN, most=FORBIDDEN),
    "unanswered": _unanswered,
    "errands": _errands,
    **{f"chore {name}": partial(_chore, name=name) for name in chores.NAMES},
    "audit": _audit,
    "audit chain": _chain,
    "review": _review,
    "keys": _keys,
    "roster": partial(_import, kind="roster"),
    "payments": partial(_import, kind="payments"),
    "backup": _backup,
}
NAMES: Final = (*OF_TELEGRAM, *OF_DATABASE)
