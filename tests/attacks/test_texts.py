"""Whatever is typed at whatever step: no fault, nothing interpreted, and shown as it was written."""

import re
import unicodedata

import pytest

from bot.mask import clean
from handlers.dialog import Kind
from tests.attacks.stations import ALL, ROUND, Station, bring, stand, wrote
from tests.handlers.resident.conftest import Arrive
from tests.journey import Resident, Town

LIMIT = 4096  # UTF-16 units of one message
WORDS = {
    "html": "<b>굵게</b> <script>alert(1)</script> &amp; &#x41; <a href='http://evil'>x</a>",
    "markdown": "*굵게* _기울임_ `x` [눌러](http://evil) ||숨김|| ~~x~~ \\*",
    "format": "{0} {name} {0.__class__.__mro__} %s %(name)s %n ${HOME} {{x}} {:>99999}",
    "sql": "'; DROP TABLE people; -- \" OR 1=1 /* \\",
    "rtl": "\u202e보낸 사람: 구청\u202c \u2067x\u2069 \u200f\u061c",
    "zero width": "홍\u200b길\u200c동\u2060\ufeff\u00ad",
    "surrogates": "\ud800홍길동\udfff \ud83d",
    "nul": "홍\x00길\x00동\x07\x1b[31m",
    "decomposed": unicodedata.normalize("NFD", "홍길동은 청라1동에 삽니다"),
    "filler": "\u3164\u3164 \uffa0",
    "zalgo": "홍" + "\u0301\u0316" * 900,
    "lines": "\n" * 4000,
    "separators": "홍\u2028길\u2029동\x85\x0b\x0c",
    "spaces": " \t\u3000\u00a0 ",
    "digits": "9" * 4000,
    "date": "99999-99-99",
    "negative": "-1",
    "fraction": "½ ² Ⅳ 〇 ௧ 一",
    "command": "/start@evil_bot now",
    "slash": "/",
    "long command": "/" + "x" * 4000,
    "one less": "가" * (LIMIT - 1),
    "exactly": "가" * LIMIT,
    "one more": "가" * (LIMIT + 1),
    "pairs": "😀" * (LIMIT // 2),
    "pairs and one": "a" + "😀" * (LIMIT // 2),
    "presentation": "שּׁ" * 1300,  # three code points each once composed
}
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
PLAIN = "{0} <b>굵게</b> *별* %s [눌러](tg) 'x' -- &amp;"


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def is_sound(resident: Resident) -> bool:
    """Whether everything she was told can be sent and read."""
    return all(text.strip() and units(text) <= LIMIT and not INVISIBLE.search(text) for text in resident.all)


@pytest.fixture
async def park(recognised: Arrive) -> Resident:
    return await recognised("park-junho")


async def test_nothing_typed_anywhere_is_a_fault_or_cannot_be_read(city: Town, park: Resident) -> None:
    taking = 0
    for station in (one for one in ALL if one.dialog not in ("mydata", "start")):
        if Kind.TEXT not in (await stand(park, station, 1)).takes:
            await bring(city, *(wrote(park, text) for text in list(WORDS.values())[::4]))
            continue
        taking += 1
        for text in WORDS.values():
            await stand(park, station, 1)
            assert await city.reception.receive(wrote(park, text)), (station, text[:40])
    await city.settled()
    assert taking >= 13
    assert is_sound(park)


@pytest.mark.parametrize("kind", [Kind.EDIT, Kind.OTHER, Kind.GROUP])
async def test_nor_in_an_edit_a_caption_or_a_group(city: Town, park: Resident, kind: Kind) -> None:
    await bring(city, *(wrote(park, text, kind) for text in WORDS.values()))
    assert is_sound(park)


async def test_a_statement_is_shown_as_it_was_written(city: Town, park: Resident) -> None:
    await stand(park, Station("appeal", "statement"), 1)
    await park.writes(PLAIN)
    assert PLAIN in park.question


async def test_a_name_is_shown_as_it_was_written(city: Town, park: Resident) -> None:
    name = "{name} <i>홍</i> *동* %s 'x'"
    ground = ROUND.appeals("1", "unlisted")[0].code
    await stand(park, Station("appeal", "summary"), 1, whom="unlisted", name=name, reason=ground)
    await park.does(Kind.OTHER)
    assert name in park.question


async def test_words_shown_to_a_colleague_hold_no_invisible_signs(city: Town, park: Resident) -> None:
    await stand(park, Station("appeal", "statement"), 1)
    await park.writes("".join(WORDS[name] for name in ("rtl", "zero width", "nul", "surrogates", "decomposed")))
    assert not INVISIBLE.search(park.question)
    assert unicodedata.is_normalized("NFC", park.question)
    assert clean(park.question) == park.question
