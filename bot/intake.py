"""Files an admin sent: fetched, staged by a process of their own, and told of while that goes on and at its end.

Staging costs minutes of processor time and holds a district's data in memory, so a child of ours does it, with less
right to the processor than those who answer people. What dies half-way is begun again when its lease has run out.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from bot import notices
from bot.channels.base import Bad, Channel, Gone, NotSent, Sheet
from bot.config import Config
from bot.letters import Words
from bot.worker import Patience, Worker
from handlers.admin.import_card import KIND_NAMES, refusal
from handlers.admin.imports import MEGABYTE, MOST
from handlers.dialog import Text, lines, t
from storage import files, jobs, ledger, people
from storage.engine import Database, Drawer
from storage.files import File
from storage.import_rows import BadFile
from storage.imports import Progress
from storage.jobs import Job
from storage.people import Person
from storage.vault import Vault

PAUSE, EDIT = 10.0, 3.0  # seconds
BUSY: Final = 60  # tries while another import is under way
DOING: Final[Mapping[str, Text]] = {
    "checking": t("imports.doing.checking"),
    "clearing": t("imports.doing.clearing"),
    "writing": t("imports.doing.writing"),
    "indexing": t("imports.doing.indexing"),
    "comparing": t("imports.doing.comparing"),
}
Stage = Callable[[str, bytes, UUID | None, Progress], Awaitable[int]]
"""Stage the bytes of a file of a kind for an officer; gives the version. Raises `BadFile`."""


@dataclass(slots=True)
class _Live:
    """A message that says how far it is, until it is `over`."""

    message_id: int | None = None
    shown: str = ""
    doing: tuple[str, int, int] = ("checking", 0, 1)
    over: asyncio.Event = field(default_factory=asyncio.Event)


class Intake(Worker):
    """Runs the jobs of files that admins sent, one at a time."""

    kinds = (files.IMPORT,)

    def __init__(
        self,
        database: Database,
        vault: Vault,
        channel: Channel,
        words: Words,
        clock: Callable[[], datetime],
        stage: Stage,
    ) -> None:
        super().__init__(database, vault, clock, Patience(pause=PAUSE))
        self._channel, self._words, self._stage = channel, words, stage

    async def do(self, job: Job) -> None:
        """One file, from sent to staged or refused; nobody hears of one that is gone."""
        file, reader = await self._write(lambda store: _who(store, job))
        if file is None or reader is None or file.state != files.WANTED:
            await self._finish(job)
        else:
            await self._bring(job, file, reader)

    async def _bring(self, job: Job, file: File, reader: Person) -> None:
        try:
            data = await self._channel.fetch(file.ref, MOST)
            told = await self._staged(job, file, reader, data)
        except (Bad, Gone) as error:
            large = "large" in str(error)
            told = t("imports.refused.large_file", most=MOST // MEGABYTE) if large else t("imports.refused.unreachable")
        except BadFile as bad:
            if bad.reason == "busy" and job.tries < BUSY:
                await self._write(lambda store: jobs.again(store, job, timedelta(seconds=PAUSE)))
                return
            told = refusal(bad.reason, bad.facts)
        except Exception as error:  # the wire, or a fault of ours: neither may hold up the answer for ever
            if await self._again(job, error):
                return
            told = t("imports.refused.unreachable")
        await self._write(lambda store: self._end(store, job, file, reader, told))

    async def _end(self, store: Drawer, job: Job, file: File, reader: Person, told: Text) -> None:
        """Once: who took the job over tells."""
        if await jobs.finish(store, job):
            await files.refuse(store, file, files.GONE, "")
            await notices.tell_staff(store, self._words, [reader.chat], told, "import")

    async def _staged(self, job: Job, file: File, reader: Person, data: bytes) -> Text:
        live = _Live()

        def doing(what: str, done: int, total: int) -> None:
            live.doing = (what, done, total)

        beside = asyncio.create_task(self._tell(job, reader, live))
        try:
            version = await self._stage(file.paper or "", data, reader.officer, doing)
        finally:
            live.over.set()
            await asyncio.gather(beside, return_exceptions=True)
        return t("imports.staged", kind=KIND_NAMES[file.paper or ""], version=version)

    async def _tell(self, job: Job, reader: Person, live: _Live) -> None:
        """Edit the message while it goes on, and keep the job ours."""
        while not live.over.is_set() and await self._write(lambda store: jobs.hold(store, job, self.patience.lease)):
            what, done, total = live.doing
            percent = t("imports.doing", what=DOING.get(what, what), percent=100 * done // max(1, total))
            words = self._words(lines(t("admin.title"), percent), reader.language)
            if words != live.shown:
                with suppress(NotSent):
                    await self._show(reader.chat, live, Sheet(words))
                    await self._write(lambda store, words=words: ledger.note_shown(store, reader.chat, words))  # type: ignore[misc]
            live.shown = words
            with suppress(TimeoutError):
                async with asyncio.timeout(EDIT):
                    await live.over.wait()

    async def _show(self, chat: int, live: _Live, sheet: Sheet) -> None:
        if live.message_id is None:
            live.message_id = await self._channel.send(chat, sheet)
        else:
            await self._channel.edit(chat, live.message_id, sheet)


async def _who(store: Drawer, job: Job) -> tuple[File | None, Person | None]:
    """The file, and the officer who sent it; None when it is gone or she is not one any more."""
    file = await files.by_id(store, job.about) if job.about else None
    person = await people.by_id(store, file.person) if file else None
    return file, person if person is not None and person.officer is not None else None


def in_a_child(settings: Config) -> Stage:
    """Stage by `python -m bot import sent`, which reads the file from its input and writes how far it is."""
    secret = {"DATABASE_URL": settings.database_url, "DATA_KEYS": settings.data_keys.get_secret_value()}

    async def stage(kind: str, data: bytes, officer: UUID | None, progress: Progress) -> int:
        words = ("-m", "bot", "import", "sent", kind, *(("--by", officer.hex) if officer else ()))
        pipe = asyncio.subprocess.PIPE
        child = await asyncio.create_subprocess_exec(
            sys.executable, *words, stdin=pipe, stdout=pipe, env={**os.environ, **secret}
        )
        try:
            told, _ = await asyncio.gather(_heard(child, progress), _fed(child, data))
            await child.wait()
        finally:
            if child.returncode is None:
                child.kill()
        if "refused" in told:
            raise BadFile(told["refused"], **told["facts"])
        return int(told["version"])

    return stage


async def _heard(child: asyncio.subprocess.Process, progress: Progress) -> dict[str, Any]:
    """What it says last; how far it is on the way there. Raises `LookupError` when it died."""
    told: dict[str, Any] = {}
    if child.stdout is None:
        raise LookupError
    async for line in child.stdout:
        told = orjson.loads(line)
        if "doing" in told:
            progress(told["doing"], told["done"], told["total"])
    if not told.keys() & {"version", "refused"}:
        raise LookupError("the child died")
    return told


async def _fed(child: asyncio.subprocess.Process, data: bytes) -> None:
    if child.stdin is None:
        raise LookupError
    with suppress(BrokenPipeError, ConnectionResetError):
        child.stdin.write(data)
        await child.stdin.drain()
        child.stdin.close()
