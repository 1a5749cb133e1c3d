"""*그만*, *stop*: one word, written anywhere. Of what it may mean she is asked what applies, and keeps her place."""

from collections.abc import Mapping
from typing import Any, Final

from handlers.dialog import END, STAY, Ask, Dialog, Next, Open, Option, Step, Turn, t
from handlers.resident import helper
from handlers.resident.guards import CONSENT_VERSION
from handlers.resident.notices import TAP, chosen
from storage import helpers, people
from storage.helpers import Helper

WORDS: Final = ("그만", "stop")
STOOD: Final = "stood"  # in this dialog's draft: where she stood when she wrote the word; nothing at home
DIALOG, INFORMATION, HELP, ON = "dialog", "information", "help", "on"


def hears_news(turn: Turn) -> bool:
    """Whether she is sent information at all."""
    return turn.person.information and turn.person.consent >= CONSENT_VERSION


async def _help(turn: Turn) -> tuple[Helper, ...]:
    return await helpers.of(turn.store, turn.person.id, turn.person.resident)


async def ask_what(turn: Turn) -> Ask:
    inside, news, help = STOOD in turn.draft, hears_news(turn), bool(await _help(turn))
    on = Option(ON, t("stop.on"))
    if news and not inside and not help:
        return Ask(t("stop.news.ask"), (Option(INFORMATION, t("stop.news.yes")), Option(ON, t("stop.news.no"))))
    if not (inside or news or help):
        return Ask(t("stop.nothing"), (on,))
    applies = (
        (inside, Option(DIALOG, t("stop.dialog"))),
        (news, Option(INFORMATION, t("stop.news"))),
        (help, Option(HELP, t("stop.help"))),
    )
    return Ask(t("stop.ask"), (*(option for holds, option in applies if holds), on))


async def take_what(turn: Turn, code: str) -> Next:
    if code == DIALOG:
        return END
    if code == INFORMATION:
        await stop_news(turn)
    if code == HELP:
        for one in await _help(turn):
            await helper.finish(turn, one)
    return _back(turn.draft.get(STOOD))


def _back(stood: Mapping[str, Any] | None) -> Next:
    """To the very question she was asked when she wrote the word, with all her answers."""
    return Open(stood["dialog"], stood["step"], stood["draft"], tuple(stood["trail"])) if stood else END


async def stop_news(turn: Turn) -> None:
    """No information from now on; what is sent of her own cases stays as it is."""
    if hears_news(turn):
        choices = {**chosen(turn), INFORMATION: False}
        turn.person = await people.consent(turn.store, turn.person, CONSENT_VERSION, **choices)
    turn.say(t("stop.news.done"))


async def tapped(turn: Turn) -> Next | None:
    """The button under a broadcast: one tap, at whatever desk she stands. None for any other press."""
    if turn.inbound.press != TAP:
        return None
    turn.choice = t("notices.information.stop")
    await stop_news(turn)
    return STAY


STOP = Dialog("stop", (Step("what", ask_what, take_what),))
