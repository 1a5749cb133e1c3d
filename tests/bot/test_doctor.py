"""Every alarm: quiet where nothing ails, and loud within a minute of the fault, on a real database."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, update

from bot import advice, chores, doctor
from bot.channels.base import About
from bot.doctor import Look, Seen
from storage import broadcasts, files, health, jobs, migrate, outbox, signals, tallies
from storage.broadcasts import Content
from storage.engine import Database, Drawer
from storage.ids import new_id
from storage.tables import audit as audit_rows
from storage.tables import broadcasts as broadcasts_table
from storage.tables import carriers, claims, faults, imports, pointers, recipients
from storage.tables import outbox as letters
from storage.tables import signals as signs
from storage.vault import Vault, new_office_key
from tests.journey import CITY, MONDAY, Town

MINUTE = timedelta(minutes=1)
HERE = About("https://bot.example/telegram", 0)
Fault = Callable[[Town], Awaitable[object]]


@asynccontextmanager
async def healthy(folder: Path, url: str) -> AsyncIterator[Town]:
    """A town where all is well, its sender at rest, so that a fault stays as it was made."""
    await migrate.upgrade(url)
    async with Town(folder, url=url) as town:
        await town.resident("kim").writes("/start")
        for task in town._running:
            task.cancel()
        await town.within(well)
        await town.within(chores.seal)
        yield town


@pytest.fixture
async def town(tmp_path: Path, sqlite_url: str) -> AsyncIterator[Town]:
    async with healthy(tmp_path, sqlite_url) as town:
        yield town


async def well(store: Drawer) -> None:
    store.audit("well")
    for name in (*chores.NAMES, "backup"):
        await signals.beat(store.db, name)
    for version, kind in enumerate(("roster", "payments"), 1):
        row = {"version": version, "kind": kind, "state": "applied", "started_at": store.now, "applied_at": store.now}
        await store.write(insert(imports), row | {"rows": 1, "bad": 0})
        await store.write(insert(pointers), {"kind": kind, "version": version})


async def seen(town: Town, about: About | str | None = HERE) -> dict[str, Seen]:
    async with town.database.reading() as db:
        real = datetime.fromtimestamp(await health.clock(db), UTC)
    look = Look(town.now, lambda: real, CITY, about, HERE.webhook, whole=True)
    return {one.name: one.seen for one in await doctor.examine(town.database, town.vault, look)}


async def ailing(town: Town, about: About | str | None = HERE) -> set[str]:
    return {name for name, one in (await seen(town, about)).items() if not one.fine}


async def test_where_all_is_well_no_alarm_is_heard_and_every_check_was_made(town: Town) -> None:
    found = await seen(town, replace(HERE, at=MONDAY, heard=MONDAY))
    assert {name: one.words for name, one in found.items() if not one.fine} == {}
    assert tuple(found) == doctor.NAMES


# ------------------------------------------------------------------------------------------------- the faults, made


def letter(lane: str, state: str, **changed: Any) -> Fault:
    """A letter due a minute ago, in this state."""

    async def fault(town: Town) -> None:
        due = town.now - MINUTE
        row = {
            "ticket": new_id(), "chat": 7001, "lane": lane, "kind": "x", "state": state, "due_at": due, "tries": 0,
            "again": False, "created_at": due,
        }  # fmt: skip
        await town.within(lambda store: outbox.post(store.db, [{"about": None, "digest": b"", "sealed": b""} | row]))
        if changed:
            await town.within(lambda store: store.write(update(letters).where(letters.c.kind == "x").values(changed)))

    return fault


def broadcast(state: str = "", parked: int = 0) -> Fault:
    """One that runs since a minute ago, with somebody in hand in this state if any is named."""

    async def fault(town: Town) -> None:
        since, someone = town.now - MINUTE, new_id()

        async def write(store: Drawer) -> None:
            one = await broadcasts.draft(store, someone, Content(words={"ko": "x"}))
            running = {"stage": "running", "stage_at": since, "wanted": 9, "parked": parked}
            await store.write(update(broadcasts_table).where(broadcasts_table.c.id == one.id).values(running))
            if state:
                row = {"broadcast": one.id, "chat": 7001, "state": state, "at": since, "tries": 1, "carrier": someone}
                await store.write(insert(recipients), row)

        await town.within(write)

    return fault


def silent(name: str) -> Fault:
    """What beat a minute ago for the last time."""
    older = update(signs).where(signs.c.name == name).values(at=signs.c.at - 60)
    return lambda town: town.within(lambda store: store.write(older))


def counted(**times: int) -> Fault:
    named = {name.removeprefix("n"): number for name, number in times.items()}
    return lambda town: town.within(lambda store: tallies.add(store.db, named))


def statement(made: Callable[[Town], Any]) -> Fault:
    return lambda town: town.within(lambda store: store.write(made(town)))


async def a_worker_dies(town: Town) -> None:
    """She took a job and never came back; her lease still runs."""
    await town.within(lambda store: jobs.add(store, files.FETCH, chat=7001, about=new_id()))
    assert await town.within(lambda store: jobs.take(store, new_id(), (files.FETCH,), 120.0, 1))
    town.later(minutes=1)


async def nobody_seals(town: Town) -> None:
    async def said(store: Drawer) -> None:
        store.audit("said")

    await town.within(said)
    town.later(minutes=1)


async def a_record_is_changed(town: Town) -> None:
    await town.within(lambda store: store.write(update(audit_rows).values(action="other")))


async def a_key_is_taken_out(town: Town) -> None:
    town.vault = Vault.of(new_office_key())


async def a_new_key_is_put_in_front(town: Town) -> None:
    town.vault = Vault((*Vault.of(new_office_key()).office, *town.vault.office))


async def the_file_grows_old(town: Town) -> None:
    town.later(days=8)


async def a_half_written_import(town: Town) -> None:
    await town.within(lambda store: store.write(delete(pointers).where(pointers.c.kind == "roster")))


async def a_slow_reply(town: Town) -> None:
    await letter("reply", "sent", sent_at=town.now)(town)


FAULTS: dict[str, tuple[str, Fault]] = {
    "a reply that waits": ("replies", letter("reply", "waiting")),
    "a notice that waits": ("notices", letter("notice", "waiting")),
    "a notice stuck on its way": ("notices", letter("notice", "sending")),
    "a broadcast that stands still": ("broadcasts", broadcast()),
    "a broadcast stuck on its way": ("broadcasts", broadcast("sending")),
    "recipients in doubt": ("in doubt", broadcast(parked=1)),
    "too many requests": ("429", counted(nsends=100, n429=10)),
    "many who blocked us": ("403", counted(nsends=100, n403=30)),
    "an update that faults": (
        "unanswered",
        statement(lambda town: insert(faults).values(update_id=5, times=1, at=town.now - MINUTE)),
    ),
    "a dead worker": ("errands", a_worker_dies),
    "a dead sender": ("senders", statement(lambda _: update(carriers).values(beat_at=carriers.c.beat_at - 60))),
    "no sender at all": ("senders", statement(lambda _: delete(carriers))),
    **{f"a dead chore {name}": (f"chore {name}", silent(name)) for name in chores.NAMES},
    "a chore that never was": ("chore sweep", statement(lambda _: delete(signs).where(signs.c.name == "sweep"))),
    "an old backup": ("backup", statement(lambda _: update(signs).where(signs.c.name == "backup").values(at=0.0))),
    "an unsealed record": ("audit", nobody_seals),
    "a changed record": ("audit chain", a_record_is_changed),
    "a lacking key": ("keys", a_key_is_taken_out),
    "a half change of keys": ("keys", a_new_key_is_put_in_front),
    "an old payments file": ("payments", the_file_grows_old),
    "no roster": ("roster", a_half_written_import),
    "a slow reply": ("lag", a_slow_reply),
}


@pytest.mark.parametrize("what", FAULTS)
async def test_each_fault_is_found_by_its_check_within_a_minute(town: Town, what: str) -> None:
    check, fault = FAULTS[what]
    assert await ailing(town) == set()
    await fault(town)
    assert check in await ailing(town)
    assert check in advice.ADVICE


@pytest.mark.postgres
async def test_on_postgres_all_faults_together_are_all_found(tmp_path: Path, postgres_url: str) -> None:
    async with healthy(tmp_path, postgres_url) as town:
        assert await ailing(town) == set()
        for _, fault in FAULTS.values():
            await fault(town)
        assert await ailing(town) == {check for check, _ in FAULTS.values()}


async def test_a_long_broadcast_that_moves_is_no_alarm(town: Town) -> None:
    await broadcast()(town)
    await town.within(lambda store: signals.beat(store.db, "broadcast"))
    assert await ailing(town) == set()


async def test_an_update_that_was_answered_in_the_end_is_no_alarm(town: Town) -> None:
    await FAULTS["an update that faults"][1](town)
    await town.within(lambda store: store.write(insert(claims), {"update_id": 5, "at": town.now}))
    assert await ailing(town) == set()


async def test_a_few_429_among_few_sends_are_no_alarm(town: Town) -> None:
    await counted(nsends=10, n429=5)(town)
    assert await ailing(town) == set()


# ------------------------------------------------------------------------------------------ from outside the tables


async def test_clocks_that_drift_are_found(town: Town) -> None:
    ahead = datetime.now(UTC) + timedelta(seconds=10)
    about = replace(HERE, at=MONDAY, heard=MONDAY + timedelta(seconds=10))
    look = Look(town.now, lambda: ahead, CITY, about, HERE.webhook)
    found = {one.name for one in await doctor.examine(town.database, town.vault, look) if not one.seen.fine}
    assert found == {"telegram clock", "database clock"}


@pytest.mark.parametrize(
    ("about", "check"),
    [
        ("does not answer: 429", "telegram"),
        (replace(HERE, webhook=""), "webhook"),
        (replace(HERE, webhook="https://elsewhere.example/telegram"), "webhook"),
        (replace(HERE, pending=1000), "webhook"),
        (replace(HERE, error="certificate verify failed", error_at=MONDAY, at=MONDAY, heard=MONDAY), "webhook"),
    ],
)
async def test_what_telegram_says_is_heard(town: Town, about: About | str, check: str) -> None:
    assert await ailing(town, about) == {check}


async def test_what_was_heard_a_minute_ago_is_no_drift(town: Town) -> None:
    a_minute_ago = datetime.now(UTC) - MINUTE
    assert await ailing(town, replace(HERE, at=a_minute_ago, heard=a_minute_ago)) == set()


async def test_an_error_that_telegram_remembers_from_yesterday_is_no_alarm(town: Town) -> None:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    assert await ailing(town, replace(HERE, error="connection refused", error_at=yesterday)) == set()


async def test_a_database_of_another_release_says_what_to_do(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'former.db'}"
    await migrate.upgrade(url, "0003")
    async with Town(tmp_path, url=url) as town:
        found = await seen(town)
    assert not found["database"].fine
    assert "python -m bot migrate" in found["database"].words
    assert "replies" not in found


async def test_a_database_that_is_gone_is_one_alarm(tmp_path: Path) -> None:
    async with Town(tmp_path) as town:
        look = Look(town.now, lambda: MONDAY, CITY, HERE, HERE.webhook)
        gone = Database(f"sqlite+aiosqlite:///{tmp_path}/no/such/folder.db")
        found = {one.name: one.seen.fine for one in await doctor.examine(gone, town.vault, look)}
        await gone.close()
    assert found == {"telegram": True, "webhook": True, "database": False}
