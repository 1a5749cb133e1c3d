"""A finder that knows whole questions by heart, for what is tested around it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.finder.verdict import Found
from programmes.model import Lang


@dataclass
class ByHeart:
    """Finds what stands in `known`; all else is unknown. Asked for what is in `broken`, it fails as often as said."""

    known: Mapping[str, Found] = field(default_factory=dict)
    broken: dict[str, int] = field(default_factory=dict)
    asked: list[tuple[str, Lang]] = field(default_factory=list)
    held: asyncio.Event | None = None

    async def ask(self, question: str, lang: Lang) -> Found:
        self.asked.append((question, lang))
        if self.held is not None:
            await self.held.wait()
        if self.broken.get(question, 0) > 0:
            self.broken[question] -= 1
            raise OSError("the finder is away")
        return self.known.get(question, Found("unknown", ()))
