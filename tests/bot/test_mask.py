import re
import sys
import time
import unicodedata
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mask import BLOT, LAST_DIGIT, Masked, blot, clean, head, holds_resident_number, joins, mask, tail

CORPUS = [
    (verdict, re.sub(r"\\u(\w{4})", lambda code: chr(int(code[1], 16)), words).replace("\\n", "\n"))
    for verdict, words in (
        line.split("\t")
        for line in Path(__file__).with_name("identity_numbers.txt").read_text("utf-8").splitlines()
        if "\t" in line
    )
]
TYPED = st.text(st.sampled_from("0123456789０９٣③-–. ,/:~_()\n원만SGM생년월일a+●"), max_size=60)
SEPARATOR = st.sampled_from(
    ["", "-", " ", " - ", ".", "/", "_", "–", "ㅡ", "\u200b", "\n", ", ", "*", " 다시 ", " 뒷자리 "]
)
WORDS = st.sampled_from(["", "안녕하세요 ", "번호: ", "my number is ", "(", "\n"])
DAYS = st.dates(date(1926, 1, 1), date(2025, 11, 30))
DIGITS = st.text("0123456789", min_size=6, max_size=6)


def digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def test_no_digit_of_unicode_is_looked_for_in_vain() -> None:
    assert max(code for code in range(sys.maxunicode + 1) if chr(code).isdigit()) <= LAST_DIGIT


@pytest.mark.parametrize(("verdict", "words"), CORPUS)
def test_the_corpus_is_judged_as_written(verdict: str, words: str) -> None:
    masked = mask(words)
    assert masked.found == (verdict == "blot")
    assert verdict == "blot" or masked.text == words


@pytest.mark.parametrize("words", [words for verdict, words in CORPUS if verdict == "blot"])
def test_a_blotted_text_keeps_its_length_and_its_other_words(words: str) -> None:
    masked = mask(words)
    assert len(masked.text) == len(words)
    assert all(kept in (own, BLOT) for own, kept in zip(words, masked.text, strict=True))


def test_harmless_numbers_beside_an_identity_number_stay() -> None:
    said = "010-1234-5678, 2025-07-28, 150,000원, SG-250728-0427-6, 900101-1234567"
    assert mask(said) == Masked("010-1234-5678, 2025-07-28, 150,000원, SG-250728-0427-6, ●●●●●●-●●●●●●●", True)


@given(TYPED | st.text())
def test_never_raises_and_masking_twice_is_masking_once(text: str) -> None:
    masked = mask(text)
    assert mask(masked.text) == Masked(masked.text, False)
    assert masked.found == (masked.text != text)


@given(WORDS, DAYS, SEPARATOR, st.sampled_from("12345678"), DIGITS, WORDS)
def test_a_resident_or_foreigner_number_never_passes(
    before: str, born: date, separator: str, sex: str, rest: str, after: str
) -> None:
    masked = mask(f"{before}{born:%y%m%d}{separator}{sex}{rest}{after}")
    assert masked.found
    assert digits(masked.text) == 0


@given(WORDS, st.text("0123456789", min_size=15, max_size=16), st.sampled_from(["", "-", " "]), WORDS)
def test_a_card_number_never_passes(before: str, number: str, separator: str, after: str) -> None:
    groups = separator.join(number[at : at + 4] for at in range(0, len(number), 4))
    assert digits(mask(before + groups + after).text) == 0


@given(WORDS, st.sampled_from(["010", "02", "031", "032", "070", "+82 10", "+82-2"]), st.integers(200, 9999),
       st.integers(0, 9999), st.sampled_from(["-", " ", "."]), WORDS)  # fmt: skip
def test_a_phone_number_survives(before: str, start: str, middle: int, end: int, separator: str, after: str) -> None:
    if start in ("010", "+82 10"):
        middle = 1000 + middle % 9000
    said = f"{before}{start}{separator}{middle}{separator}{end:04}{after}"
    assert mask(said) == Masked(said, False)


@given(WORDS, DAYS, st.integers(1, 400), st.sampled_from(["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y%m%d"]),
       st.sampled_from([" ~ ", "~", " - "]), st.integers(0, 999_999_999))  # fmt: skip
def test_dates_ranges_and_sums_survive(before: str, first: date, days: int, form: str, until: str, amount: int) -> None:
    said = (
        f"{before}{first.strftime(form)}{until}{(first + timedelta(days)).strftime(form)}, {amount:,}원, {amount}만원"
    )
    assert mask(said) == Masked(said, False)


@given(DAYS, st.integers(0, 9999), st.integers(0, 9), WORDS)
def test_a_case_number_survives(day: date, count: int, check: int, after: str) -> None:
    said = f"SG-{day:%y%m%d}-{count:04}-{check}{after}"
    assert mask(said) == Masked(said, False)


@pytest.mark.parametrize(
    "piece",
    ["1 ", "900101", "1,", "010-", "일이삼사", "2025.7.", "M1234567 ", "900101 가 ", "1     ", "12:", "-", "SG-2507"],
)
def test_a_long_text_takes_time_in_proportion(piece: str) -> None:
    def cost(length: int) -> float:
        text = (piece * length)[:length]
        began = time.process_time()
        mask(text)
        return time.process_time() - began

    assert cost(80_000) < 20 * cost(16_000) + 0.05


@pytest.mark.parametrize(
    "printed", ["900101-1234567", "홍길동 (９００１０１－５１２３４５６)", "9 0 0 1 0 1 - 1 2 3 4 5 6 7"]
)
def test_a_resident_number_in_print_is_seen(printed: str) -> None:
    assert holds_resident_number(printed)


@pytest.mark.parametrize("printed", ["문서확인번호 1750-1234-5678-9012", "900101-1●●●●●●", "110-123-456789", ""])
def test_other_printed_numbers_are_no_resident_number(printed: str) -> None:
    assert not holds_resident_number(printed)


@pytest.mark.parametrize(
    "first", ["900101", "제 번호는 900101", "900101-", "９００１０１", "90.01.01", "19900101", "900101 .."]
)
@pytest.mark.parametrize("second", ["1234567", "-1234567", " １２３４５６７ 이요", "1 2 3 4 5 6 7"])
def test_six_and_seven_digits_over_two_messages_join(first: str, second: str) -> None:
    assert joins(tail(first), second)


@pytest.mark.parametrize(
    "first", ["", "안녕하세요", "901301", "900132", "1900101", "900101 입니다", "2025", "12-900101"]
)
def test_a_message_that_does_not_end_in_a_birth_date_has_no_tail(first: str) -> None:
    assert tail(first) is None


@pytest.mark.parametrize(
    "second", ["", "네", "12345678", "123456", "9234567", "1234567원", "1234567-8", "번호 1234567"]
)
def test_a_message_that_does_not_begin_with_seven_digits_joins_nothing(second: str) -> None:
    assert not joins("900101", second)


def test_nothing_joins_when_there_is_no_tail() -> None:
    assert not joins(None, "1234567")


def test_blot_finds_the_run_anywhere_in_a_draft_and_leaves_the_rest() -> None:
    draft = {"born": "90-01-01", "notes": ["９００１０１ 입니다", "1900101"], "pair": ("900101", 7), "step": None}
    kept = {"born": "●●-●●-●●", "notes": ["●●●●●● 입니다", "1900101"], "pair": ("●●●●●●", 7), "step": None}
    assert blot(draft, tail("900101") or "") == kept
    assert blot("1234567 이요", head("1234567 이요") or "") == "●●●●●●● 이요"


@given(st.text())
def test_clean_text_is_storable_composed_and_cleaning_twice_is_cleaning_once(text: str) -> None:
    kept = clean(text)
    kept.encode("utf-8")
    assert "\x00" not in kept
    assert unicodedata.is_normalized("NFC", kept)
    assert clean(kept) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("가", "가"),
        ("a\x00b\ud800c\x1bd", "abcd"),
        ("\u202eabc\u202c \u2066x\u2069", "abc x"),
        ("a\u200bb\ufeffc\u200dd", "abcd"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("❤️\u200d🔥", "❤️\u200d🔥"),
        ("줄\n둘\t셋\r\n", "줄\n둘\t셋\n"),
        ("김\u3164", "김"),
    ],
)
def test_clean_takes_out_what_cannot_be_seen(typed: str, kept: str) -> None:
    assert clean(typed) == kept
