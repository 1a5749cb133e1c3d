"""What a broadcast says to one of its readers, and what the proofreader finds in it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, get_args

from handlers.dialog import In, Saying, Text, lines, said, t
from handlers.resident.notices import HOW_TO_STOP
from programmes.model import City, Lang, Wording
from programmes.proofreading import MOST, MOST_WITH_PICTURE, Finding, faults
from programmes.reading import KST
from storage.broadcasts import Content

DONG: Final = "dong"  # the one placeholder there is
ROOM_TO_STOP: Final = 120  # UTF-16 units left free for the line that says how to stop
LANGUAGES: Final[tuple[Lang, ...]] = get_args(Lang)
LANGUAGE_NAMES: Final[Mapping[Lang, Text]] = {"ko": t("broadcast.lang.ko"), "en": t("broadcast.lang.en")}


def letter(content: Content, lang: Lang, dong: str | None, city: City) -> Saying:
    """What somebody of this language and dong reads; a language without words of its own reads the other's."""
    tongue = lang if lang in content.words else next(iter(content.words), lang)
    text = _escaped(content.words.get(tongue, ""))
    known = city.places.dongs.get(dong or "")
    filled = said(Wording(text, text), dong=said(known.name) if known else t("broadcast.no_dong"))
    return In(tongue, lines(filled, HOW_TO_STOP) if content.purpose == "information" else filled)


def _escaped(text: str) -> str:
    """The text with no brace that means anything, but for those around the placeholder."""
    return text.replace("{", "{{").replace("}", "}}").replace("{{" + DONG + "}}", "{" + DONG + "}")


def findings(content: Content, city: City, now: datetime) -> tuple[Finding, ...]:
    """What the proofreader says of it now, filled with the longest names of today's dongs."""
    names = [dong.name for dong in city.places.dongs_on(now.astimezone(KST).date())]
    longest: dict[Lang, str] = {lang: max((name[lang] for name in names), key=len) for lang in LANGUAGES}
    room = MOST_WITH_PICTURE if content.picture else MOST
    room -= ROOM_TO_STOP if content.purpose == "information" else 0
    return faults(content.words, {DONG: longest}, now, content.starts_at, room)


def finding(one: Finding) -> Text:
    """What is wrong, in which language, and whether it must be mended, in words."""
    what = t(f"broadcast.fault.{one.code.value}", what=one.what)
    where = t("broadcast.fault.in", lang=LANGUAGE_NAMES[one.lang], what=what) if one.lang else what
    return t("broadcast.fault.stops", what=where) if one.stops else t("broadcast.fault.remark", what=where)
