"""The language in which we answer; changed at any time with one tap."""

from msgspec.structs import replace

from handlers.dialog import END, Ask, Dialog, Next, Option, Step, Turn, t

LANGUAGES = (Option("ko", t("language.ko")), Option("en", t("language.en")))


async def ask_language(turn: Turn) -> Ask:
    return Ask(t("language.ask"), LANGUAGES)


async def take_language(turn: Turn, code: str) -> Next:
    speak(turn, code)
    turn.say(t("language.done"))
    return END


def speak(turn: Turn, code: str) -> None:
    """Answer this person in that language from now on."""
    turn.person = replace(turn.person, language="ko" if code == "ko" else "en")


LANGUAGE = Dialog("language", (Step("language", ask_language, take_language),), command="language")
