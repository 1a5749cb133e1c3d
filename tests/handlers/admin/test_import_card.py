"""What is shown of a version fits into a chat, whatever it changes, and names what matters."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot import words
from handlers.admin.import_card import FAULTS, is_large, label, lined, refusal, rows, state_of
from handlers.dialog import t
from programmes.model import Lang
from storage.differences import Difference, Shift, Sums, Tally
from storage.import_work import ROSTER
from storage.imports import Version
from tests.journey import CITY

AT = datetime(2025, 7, 28, 1, tzinfo=UTC)
MANY = 639_000
MOST = Tally(MANY, MANY, MANY)
ALL = Difference(
    rows=MANY, former=MANY, bad=6_000, kept=6_000, whole=MOST, reasons=dict.fromkeys(FAULTS, 2_000),
    dongs=dict.fromkeys(CITY.places.dongs, MOST),
    categories=dict.fromkeys(("general", "near_poverty", "single_parent", "basic"), MOST),
    shifts=[Shift(one.id, round.code, MANY, MANY) for one in CITY.programmes.values() for round in one.rounds],
    lose=MANY, settles=2_000, numbers=[f"SG-250728-{n:04}-6" for n in range(20)],
)  # fmt: skip
PAID = Difference(
    MANY, MANY, 0, 0, MOST, sums=[Sums(code, MANY, 10**11, 10**11, MANY, MANY) for code in ("1", "2")],
    dongs=ALL.dongs, settles=2_000, numbers=ALL.numbers,
)  # fmt: skip
VERSION = Version(12, "roster", "staged", AT, None, 11, MANY, 0, None, None, False, ALL)


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("version", [VERSION, replace(VERSION, kind="payments", difference=PAID)])
def test_whatever_changes_it_fits_into_a_card(version: Version, lang: Lang) -> None:
    text = words.write(lined(rows(CITY, version)), lang)
    assert len(text) <= 750, text  # of 900, which title, state and warning share
    assert "{" not in text


def test_it_names_where_most_changes_who_is_concerned_and_which_appeals() -> None:
    found = Difference(
        9, 9, 1, 1, Tally(1, 2, 3), {"flag": 1}, {"yeonhui": Tally(0, 0, 3), "sinhyeonwonchang": Tally(1, 2, 0)},
        {"basic": Tally(1, 2, 3)}, [Shift("livelihood-coupon-2025", "1", 2, 1)], [], 1, 1, ["SG-250728-0427-6"],
    )  # fmt: skip
    text = words.write(lined(rows(CITY, replace(VERSION, difference=found))), "ko")
    for told in (
        "전체: 새로 1, 빠짐 2, 바뀜 3", "대상이 되는 분 2, 대상에서 빠지는 분 1", "SG-250728-0427-6",
        "연희동: 새로 0, 빠짐 0, 바뀜 3", "기초생활수급자: 새로 1, 빠짐 2, 바뀜 3", "0이나 1이 아님: 1",
    ):  # fmt: skip
        assert told in text


def test_each_state_has_its_word() -> None:
    past = replace(VERSION, state="applied", applied_at=AT)
    found = [
        VERSION, replace(VERSION, difference=None), replace(past, in_force=True), past,
        *(replace(VERSION, state=state) for state in ("staging", "undone", "clearing", "pruned")),
    ]  # fmt: skip
    said = [words.write(state_of(one), "ko") for one in found]
    assert said == ["적용 대기", "비교되지 않음", "사용 중", "지난 자료", "들여오는 중", "되돌림", "지워짐", "지워짐"]
    assert all(len(words.write(label(one), lang)) <= 60 for one in found for lang in words.LANGUAGES)


def test_what_was_not_compared_is_not_much() -> None:
    assert is_large(CITY, VERSION)
    assert not is_large(CITY, replace(VERSION, difference=None))


@pytest.mark.parametrize("why", [*FAULTS, *ROSTER[2:]])
@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_refusal_names_the_fault_in_words(why: str, lang: Lang) -> None:
    said = words.write(refusal("too_many_bad", {"bad": 1_234, "rows": 99_999, "why": why}), lang)
    assert "1,234" in said
    assert (why in said) is (why not in FAULTS)
    assert words.write(t("imports.large"), lang) not in said
