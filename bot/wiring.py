"""Puts the parts together for each kind of process, and takes them apart again in order."""

import asyncio
import fcntl
import gc
import os
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import chores, clock, config, poll, tasks, web, words
from bot.asking import Asking
from bot.auditor import Auditor
from bot.broadcaster import Broadcaster
from bot.channels.base import NotSent
from bot.channels.telegram import Telegram
from bot.chores import following, outreach, retiring
from bot.chores.board import Boards
from bot.chores.cards import Cards
from bot.chores.changed import Telling
from bot.chores.following import Lessons
from bot.config import BadConfig, Config
from bot.counting import Counting
from bot.errands import Errands
from bot.figures.studio import Studio
from bot.finder.service import Answers
from bot.floods import Floods, Measure
from bot.intake import Intake, in_a_child
from bot.learning import Learning
from bot.logs import log
from bot.pace import Pace
from bot.reception import Reception
from bot.sender import Sender
from bot.watch import Watch
from handlers import COMMANDS, desks
from handlers.dialog import t
from programmes.model import City, load_all
from storage import migrate
from storage.engine import Database
from storage.migrate import OutOfDate
from storage.outbox import NOTICE, REPLY
from storage.vault import Vault

DRAIN_SECONDS = 8.0
GC_THRESHOLD = 50_000
WARM_SECONDS = 30.0


@dataclass(slots=True)
class Office:
    """Everything a process of this bot is made of."""

    config: Config
    database: Database
    vault: Vault
    city: City  # as its holidays are now
    founded: City  # as it was loaded
    clock: clock.Clock
    channel: Telegram
    sender: Sender
    broadcaster: Broadcaster
    reception: Reception
    errands: Errands
    answers: Answers
    learning: Learning

    async def close(self) -> None:
        """Let go of everything."""
        self.errands.close()
        self.answers.close()
        await self.channel.close()
        await self.database.close()


async def furnish(settings: Config, process: str, lanes: Sequence[str]) -> Office:
    """Open the database and build the parts. Raises `BadConfig` with a sentence, also when it wants migrating."""
    config.need(settings, "bot_token", "data_keys")
    database = Database(settings.database_url, settings.busy_seconds)
    await _in_form(database)
    vault = Vault.of(settings.data_keys.get_secret_value())
    founded = load_all()
    city, _ = await following.city_of_today(database, vault, founded)
    now = await clock.shared(database, settings.clock)
    channel = Telegram(settings.bot_token.get_secret_value(), settings.bot_api_url, command_lists())
    pace = Pace(
        beat=settings.lease_seconds / 5, lease=settings.lease_seconds,
        unasked_a_second=settings.unasked_a_second, broadcast_a_second=settings.broadcast_a_second,
        paid=settings.paid_broadcasts,
    )  # fmt: skip
    sender = Sender(
        database, vault, channel, words.write, now, process=process, lanes=lanes, pace=pace, lost=tasks.lost(vault, now)
    )
    floods = Floods(time.monotonic, Measure(settings.turns_a_minute, settings.turns_at_once))
    reception = Reception(database, vault, city, desks(words.write), words.write, now, sender, channel, floods)
    errands = Errands(database, vault, channel, now, reception.receive)
    broadcaster = Broadcaster(database, vault, channel, lambda: reception.city, words.write, now, sender)
    reception.heard = broadcaster.heard
    answers = Answers.of(settings, city)
    return Office(
        settings,
        database,
        vault,
        city,
        founded,
        now,
        channel,
        sender,
        broadcaster,
        reception,
        errands,
        answers,
        Learning(answers.learn),
    )


async def _in_form(database: Database) -> None:
    """Whoever starts on a database of another release would fail at the first turn."""
    try:
        async with database.reading() as db:
            await migrate.check(db)
    except OutOfDate as wanting:
        await database.close()
        raise BadConfig(f"DATABASE_URL: {wanting}") from None


def command_lists() -> Mapping[str, Sequence[tuple[str, str]]]:
    """The command list of each language; the default is English, for whom Telegram tells another language."""
    lists = {lang: [(name, words.write(t(f"command.{name}"), lang)) for name in COMMANDS] for lang in words.LANGUAGES}
    return {"ko": lists["ko"], "": lists["en"]}


# ------------------------------------------------------------------------------------------------- kinds of process


async def run(settings: Config) -> None:
    """Everything in one process: polls, or serves webhooks when WEBHOOK_URL is set."""
    with _alone(settings):
        await _run(settings)


async def _run(settings: Config) -> None:
    config.need(settings, "bot_token", "data_keys")
    await migrate.upgrade(settings.database_url)
    office = await furnish(settings, _name(settings, "run"), (REPLY, NOTICE))
    works = [
        office.reception.run, office.sender.run, office.broadcaster.run, office.errands.run, _chores(office),
        _boards(office), _cards(office), _counting(office), _following(office),
        _outreach(office), _telling(office), _files(office), _studio(office), _auditor(office),
        _intake(office), _asking(office), _warming(office), office.learning.run, _retiring(office),
    ]  # fmt: skip
    await _serve(office, works, door=True)


async def web_only(settings: Config) -> None:
    """Takes webhooks and sends its own replies; several of them serve one bot on PostgreSQL."""
    _needs_server(settings, "web")
    config.need(settings, "webhook_secret")
    if settings.webhook_url is None:
        raise BadConfig("WEBHOOK_URL: `web` wants our full address, ending in /telegram")
    office = await furnish(settings, _name(settings, "web"), (REPLY,))
    works = [
        office.reception.run, office.sender.run, _following(office), _intake(office), _asking(office),
        _warming(office), office.learning.run,
    ]  # fmt: skip
    await _serve(office, works, door=True)


async def poll_only(settings: Config) -> None:
    """Polls, and sends its own replies; one of them, besides `sender` and `chores`."""
    _needs_server(settings, "poll")
    office = await furnish(settings, _name(settings, "poll"), (REPLY,))
    works = [
        office.reception.run, office.sender.run, _following(office), _intake(office), _asking(office),
        _warming(office), office.learning.run,
    ]  # fmt: skip
    await _serve(office, works, door=True)


async def sender_only(settings: Config) -> None:
    """Sends notices, broadcasts and what lost its carrier; fetches files."""
    _needs_server(settings, "sender")
    office = await furnish(settings, _name(settings, "sender"), (REPLY, NOTICE))
    works = [
        office.reception.run, office.sender.run, office.broadcaster.run, office.errands.run, _following(office),
        _counting(office), _files(office), _studio(office),
    ]  # fmt: skip
    await _serve(office, works, door=False)


async def chores_only(settings: Config) -> None:
    """Does what is done by the clock."""
    _needs_server(settings, "chores")
    office = await furnish(settings, _name(settings, "chores"), ())
    works = [
        _chores(office), _boards(office), _cards(office), _following(office), _outreach(office), _telling(office),
        _auditor(office), _retiring(office),
    ]  # fmt: skip
    await _serve(office, works, door=False)


Work = Callable[[], Awaitable[None]]


@contextmanager
def _alone(settings: Config) -> Iterator[None]:
    """Be the only `run` on a SQLite file; the lock goes with the process, however it ends. Raises `BadConfig`."""
    if not settings.is_sqlite:
        yield
        return
    file = settings.database_url.partition(":///")[2].partition("?")[0]
    with Path(f"{file}.run").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadConfig(f"DATABASE_URL: another `run` is already at work on {file}") from None
        yield


def _intake(office: Office) -> Work:
    """Tell Telegram where we are, the door being open already: a restart keeps nobody waiting. Then poll, if we do."""

    async def work() -> None:
        await _introduce(office)
        if office.config.webhook_url is None:
            await poll.run(office.channel, office.reception)
        await asyncio.Event().wait()

    return work


def _chores(office: Office) -> Work:
    return lambda: chores.run(
        office.database, office.vault, office.clock, chores.chores(lambda: office.city, words.write)
    )


def _outreach(office: Office) -> Work:
    """Keep the list of who has not claimed."""
    return lambda: outreach.keep(office.database, office.vault, lambda: office.city, office.clock)


def _telling(office: Office) -> Work:
    """Tell whom a file in force concerns."""
    return Telling(office.database, office.vault, lambda: office.city, words.write, office.clock).run


def _files(office: Office) -> Work:
    """Stage the files that admins send."""
    stage = in_a_child(office.config)
    return Intake(office.database, office.vault, office.channel, words.write, office.clock, stage).run


def _auditor(office: Office) -> Work:
    """Walk through the record when an admin asks."""
    return Auditor(office.database, office.vault, lambda: office.city, words.write, office.clock).run


def _boards(office: Office) -> Work:
    """The cards of staff groups; beside the chores, for both are done by the clock."""
    return Boards(office.database, office.vault, office.channel, lambda: office.city, words.write, office.clock).run


def _cards(office: Office) -> Work:
    """The live cards of broadcasts in admins' chats."""
    return Cards(office.database, office.vault, office.channel, lambda: office.city, words.write, office.clock).run


def _counting(office: Office) -> Work:
    """Count whom a broadcast would reach."""
    rate = office.config.broadcast_a_second
    return Counting(office.database, office.vault, office.clock, office.reception.receive, rate).run


def _asking(office: Office) -> Work:
    """Find the answers to what people ask, where they ask: their own process's commit wakes it."""
    asking = Asking(office.database, office.vault, office.answers, office.clock, office.reception.receive)
    office.reception.ordered = asking.ordered
    return asking.run


def _warming(office: Office) -> Work:
    """Have the finder ready before somebody asks, also after it died; at once a start has better things to do."""

    async def work() -> None:
        while True:
            await asyncio.sleep(WARM_SECONDS)
            try:
                await office.answers.whole()
            except Exception as error:
                log.warning("finder.not_ready", error=type(error).__name__)

    return work


def _studio(office: Office) -> Work:
    """Count and draw what officers ask to see."""
    return Studio(office.database, office.vault, lambda: office.city, office.clock, office.reception.receive).run


def _retiring(office: Office) -> Work:
    """Let go of what lay over the files and stands in them by now."""
    return lambda: retiring.keep(office.database, office.vault, office.clock, office.founded)


def _following(office: Office) -> Work:
    """Follow what the office says of its days and its answers."""

    def tell(city: City, learned: Lessons) -> None:
        office.city = office.reception.city = city
        office.learning.hear(learned)

    return lambda: following.follow(office.database, office.vault, office.founded, tell)


def _watch(office: Office) -> Work:
    ask, webhook = office.channel.about, office.config.webhook_url
    return Watch(office.database, office.vault, office.city, office.clock, ask, webhook).run


def _needs_server(settings: Config, name: str) -> None:
    if settings.is_sqlite:
        raise BadConfig(f"`{name}` wants PostgreSQL (DATABASE_URL): on SQLite one process does everything, `run`")


def _name(settings: Config, kind: str) -> str:
    """One name for each process; on SQLite there is one only, so that a restart takes its own lines over at once."""
    return kind if settings.is_sqlite else f"{kind}@{socket.gethostname()}:{os.getpid()}"


async def _introduce(office: Office) -> None:
    """Tell Telegram where we are; two processes starting at once wait for each other."""
    secret = office.config.webhook_secret.get_secret_value() or None
    pause = 1.0
    while True:
        try:
            await office.channel.open(office.config.webhook_url, secret)
            return
        except NotSent as error:
            log.warning("introduce.waiting", reason=str(error))
            await asyncio.sleep(getattr(error, "retry_after", None) or pause)
            pause = min(30.0, pause * 2)


async def _serve(office: Office, works: Sequence[Work], *, door: bool) -> None:
    """Work until a signal says stop; then close the door, finish what is in hand, and give everything back."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    await office.sender.start()
    runner = None
    if door:
        works = [*works, _watch(office)]
        reception = office.reception if office.config.webhook_url else None
        secret = office.config.webhook_secret.get_secret_value()
        app = web.application(reception, office.channel, secret, lambda: _wanting(office))
        runner = await web.serve(app, office.config.host, office.config.port)
    running: list[asyncio.Future[Any]] = [asyncio.ensure_future(work()) for work in works]
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD)
    log.info("started", port=office.config.port)
    waiting: asyncio.Future[Any] = asyncio.ensure_future(stop.wait())
    done, _ = await asyncio.wait([waiting, *running], return_when=asyncio.FIRST_COMPLETED)
    log.info("stopping")
    if runner is not None:
        await runner.cleanup()
    with suppress(TimeoutError):
        async with asyncio.timeout(DRAIN_SECONDS / 2):
            await office.reception.drain()
    with suppress(Exception):
        await office.broadcaster.drain(DRAIN_SECONDS / 2)
    with suppress(Exception):
        await office.sender.drain(DRAIN_SECONDS)
    for task in running:
        task.cancel()
    await asyncio.wait(running, timeout=1)
    await office.close()
    for task in done - {waiting}:
        task.result()


async def _wanting(office: Office) -> str | None:
    """What keeps this process from serving, if anything."""
    try:
        async with asyncio.timeout(2):
            async with office.database.reading() as db:
                await migrate.check(db)
    except Exception as error:
        return f"database: {type(error).__name__}"
    return None if office.sender.alive else "sender: no heartbeat"
