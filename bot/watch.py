"""Lets the doctor look every so often: figures for `/metrics`, and a line in the log when an alarm begins or ends."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from bot import clock, doctor
from bot.channels.base import About, NotSent
from bot.doctor import Look
from bot.logs import log
from bot.metrics import ALARM, LOOKED_AT, SEEN
from programmes.model import City
from storage.engine import Database
from storage.vault import Vault

EVERY = 15.0  # seconds
ASK_EVERY = 4  # looks: the messenger is asked once a minute


class Watch:
    """Looks with the doctor's eyes. `ask` asks the messenger about itself and us."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        city: City,
        now: Callable[[], datetime],
        ask: Callable[[], Awaitable[About]],
        webhook: str | None,
    ) -> None:
        self._database, self._vault, self._city = database, vault, city
        self._now, self._ask, self._webhook = now, ask, webhook
        self._ailing: frozenset[str] = frozenset()

    async def run(self) -> None:
        """Look for ever, first when chores have had time for a sign of life, and the messenger to hear of us."""
        looks, about = 0, None
        while True:
            await asyncio.sleep(EVERY)
            if looks and looks % ASK_EVERY == 0:
                about = await asked(self._ask)
            try:
                await self.look(about)
            except Exception as error:
                log.warning("watch.failed", error=type(error).__name__)
            looks += 1

    async def look(self, about: About | str | None = None) -> None:
        """Look once and tell what is seen."""
        look = Look(self._now(), clock.real, self._city, about, self._webhook)
        findings = await doctor.examine(self._database, self._vault, look)
        for finding in findings:
            ALARM.labels(finding.name).set(not finding.seen.fine)
            for what, figure in finding.seen.figures.items():
                SEEN.labels(finding.name, what).set(figure)
        LOOKED_AT.set(clock.real().timestamp())
        ailing = {finding.name: finding.seen.words for finding in findings if not finding.seen.fine}
        for name in sorted(ailing.keys() - self._ailing):
            log.warning("alarm", check=name, seen=ailing[name])
        for name in sorted(self._ailing - ailing.keys()):
            log.info("alarm.over", check=name)
        self._ailing = frozenset(ailing)


async def asked(ask: Callable[[], Awaitable[About]]) -> About | str:
    """What the messenger says, or in words why it says nothing."""
    try:
        return replace(await ask(), heard=clock.real())
    except NotSent as error:
        return f"does not answer: {error}"
