"""Help that is over: after its last day a record ends by itself, and both sides hear of it."""

from collections.abc import Awaitable, Callable
from typing import Final

from bot import notices
from bot.letters import Words
from handlers.dialog import t
from handlers.resident.helper import PURPOSES
from storage import helpers, people
from storage.engine import Drawer

Work = Callable[[Drawer], Awaitable[bool]]
AT_ONCE: Final = 50


def end(words: Words) -> Work:
    """Look for records whose last day is past; true while there may be more."""

    async def some(store: Drawer) -> bool:
        past = await helpers.over(store, AT_ONCE)
        for one in past:
            if await helpers.end(store, one, None) and one.person is not None:
                both = await people.recognised_as(store, one.resident), await people.by_id(store, one.person)
                ended = t("helper.ended", purpose=PURPOSES[one.purpose])
                await notices.tell_people(store, words, filter(None, both), ended, "helper")
        return len(past) == AT_ONCE

    return some
