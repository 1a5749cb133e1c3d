"""Twenty good texts pass, and whatever is planted in one is caught."""

from datetime import datetime, timedelta

import pytest

from programmes.proofreading import MOST, Fault, Finding, faults, stops
from programmes.reading import KST
from programmes.wording import Lang

NOW = datetime(2025, 7, 28, 10, tzinfo=KST)
KNOWN: dict[str, dict[Lang, str]] = {"dong": {"ko": "가정1동", "en": "Gajeong 1-dong"}}
KO = (
    "{dong} 주민께 알려 드립니다.\n"
    "9월 12일(금) 오후 6시까지 신청하실 수 있습니다.\n"
    "한 분께 150,000원을 드립니다.\n"
    "행정복지센터에 신분증을 가지고 오십시오.\n"
    "문의: 032-560-1234"
)
EN = (
    "News for residents of {dong}.\n"
    "You can apply until Friday 12 September, 18:00.\n"
    "Each person receives KRW 150,000.\n"
    "Please bring your identity card to the dong centre.\n"
    "Questions: 032-560-1234"
)


def read(ko: str, en: str | None, starts_at: datetime | None = None, now: datetime = NOW) -> tuple[Finding, ...]:
    words: dict[Lang, str] = {"ko": ko} if en is None else {"ko": ko, "en": en}
    return faults(words, KNOWN, now, starts_at)


def codes(ko: str, en: str | None, **more: datetime | None) -> set[Fault]:
    return {one.code for one in read(ko, en, **more)}  # type: ignore[arg-type]


GOOD: list[tuple[str, str]] = [
    (KO, EN),
    ("안녕하십니까.\n오늘부터 신청을 받습니다.", "Hello.\nApplications open today."),
    ("9월 12일에 마감합니다.", "We close on 12 September."),
    ("9월 12일에 마감합니다.", "We close on September 12."),
    ("2025년 9월 12일(금)에 마감합니다.", "We close on Friday, 12 September 2025."),
    ("7월 21일부터 25일까지 받습니다.", "We are open from 21 to 25 July."),
    ("15만 원과 45만 원을 드립니다.", "You receive KRW 150,000 or KRW 450,000."),
    ("3억 5천만 원이 지급되었습니다.", "KRW 350 million has been paid."),
    ("오전 9시부터 오후 6시까지 여십시오.", "Please come between 9 a.m. and 6 p.m."),
    ("18:00에 닫습니다.", "We close at 6pm."),
    ("정오에 쉽니다.", "We rest at noon."),
    ("문의: 1533-2000", "Questions: 1533-2000"),
    ("목적: 지급 안내\n대상: 가정1동 주민", "Purpose: payment news\nFor: residents of Gajeong 1-dong"),
    ("지급률은 88.3%입니다.", "The share paid is 88.3%."),
    ("어떻게 신청합니까? 동에서 도와 드립니다!", "How do I apply? Your dong helps you!"),
    ("오시지 못하면 저희가 가겠습니다.", "If you cannot come, we will visit you."),
    ("‘신분증’을 가지고 오십시오.", "Please bring an ‘identity card’."),
    ("{dong}: 접수가 늦어지고 있습니다.", "{dong}: applications are delayed."),
    ("{dong}, {dong}, {dong}입니다.", "These are {dong}, {dong} and {dong}."),
    ("2025-08-01에 다시 알려 드리겠습니다.", "We will write again on 2025-08-01."),
    ("카드는 12월 31일까지 쓰실 수 있습니다. 남은 돈은 없어집니다.", "Use the card by 31 December. The rest expires."),
]


@pytest.mark.parametrize(("ko", "en"), GOOD)
def test_a_good_text_passes_without_a_word(ko: str, en: str) -> None:
    assert read(ko, en, NOW + timedelta(days=1)) == ()


def changed(lang: Lang, old: str, new: str) -> tuple[str, str]:
    """The usual texts with one thing changed in one of them."""
    text = KO if lang == "ko" else EN
    assert old in text
    return (KO.replace(old, new), EN) if lang == "ko" else (KO, EN.replace(old, new))


PLANTED: list[tuple[str, tuple[str, str], Fault]] = [
    ("a placeholder that nothing fills", ("{name} 님께 알립니다.", "For {name}."), Fault.UNKNOWN),
    ("a placeholder left out", changed("en", "of {dong}", "of your dong"), Fault.UNLIKE),
    ("a brace left open", changed("ko", "{dong}", "{dong"), Fault.BRACES),
    ("a link", changed("ko", "문의:", "https://pay.example 문의:"), Fault.ADDRESS),
    ("a bare domain", changed("en", "Questions:", "See incheon.go.kr."), Fault.ADDRESS),
    ("an address in wide letters", changed("ko", "문의:", "ｉｎｃｈｅｏｎ．ｇｏ．ｋｒ 문의:"), Fault.ADDRESS),
    ("somebody's name in the messenger", changed("ko", "문의:", "@seogu_coupon 문의:"), Fault.ADDRESS),
    ("what the mask left of an identity number", changed("ko", "문의:", "●●●●●●-●●●●●●● 문의:"), Fault.BLOTTED),
    ("somebody's phone", changed("ko", "032-560-1234", "010-1234-5678"), Fault.PERSONAL),
    ("an account", changed("en", "Questions:", "Account 110-123-456789, questions:"), Fault.PERSONAL),
    ("a card", changed("ko", "문의:", "1234 5678 9012 3456 문의:"), Fault.PERSONAL),
    ("a case number", changed("ko", "문의:", "SG-250728-0427-6 문의:"), Fault.PERSONAL),
    ("a text too long once filled", (f"{'가' * (MOST - 3)}{{dong}}", EN), Fault.LENGTH),
    ("a nought too many", changed("en", "150,000", "1,500,000"), Fault.SUMS),
    ("another day", changed("en", "12 September", "21 September"), Fault.DAYS),
    ("another month", changed("ko", "9월 12일", "8월 12일"), Fault.DAYS),
    ("another hour", changed("en", "18:00", "16:00"), Fault.TIMES),
    ("another telephone", changed("en", "560-1234", "560-1243"), Fault.NUMBERS),
    ("a weekday that is not that day's", changed("ko", "(금)", "(목)"), Fault.WEEKDAY),
    ("a day that no calendar has", ("9월 31일까지입니다.", "Until 31 September."), Fault.NO_SUCH_DAY),
    ("the languages exchanged", (EN, KO), Fault.TONGUE),
    ("a particle after a placeholder", changed("ko", "{dong} 주민께", "{dong}은"), Fault.PARTICLE),
    ("plain speech", changed("ko", "오십시오.", "와라."), Fault.BLUNT),
    ("the speech of newspapers", changed("ko", "드립니다.\n행정", "지급한다.\n행정"), Fault.BLUNT),
    ("casual speech", changed("ko", "오십시오.", "오세요."), Fault.CASUAL),
    ("money that is honoured", changed("ko", "150,000원을 드립니다", "150,000원이 지급되셨습니다"), Fault.HONOUR),
    ("nothing in Korean", ("  ", EN), Fault.EMPTY),
    ("a sentence without end", (" ".join(["주민께"] * 21) + " 드립니다.", "News."), Fault.LONG),
]


ALONG: dict[Fault, set[Fault]] = {  # what else is then the case
    Fault.DAYS: {Fault.WEEKDAY},
    Fault.BRACES: {Fault.UNLIKE},
    Fault.PERSONAL: {Fault.NUMBERS},
    Fault.TONGUE: set(Fault),
    Fault.EMPTY: set(Fault),
    Fault.LENGTH: set(Fault),
}


@pytest.mark.parametrize(("ko", "en", "fault"), [(*texts, fault) for _, texts, fault in PLANTED],
                         ids=[name for name, _, _ in PLANTED])  # fmt: skip
def test_a_planted_fault_is_caught_and_nothing_else_is_said(ko: str, en: str, fault: Fault) -> None:
    found = read(ko, en, NOW + timedelta(days=1))
    assert fault in {one.code for one in found}
    assert {one.code for one in found} - {fault} <= ALONG.get(fault, set())


def test_every_fault_of_a_text_is_planted_above() -> None:
    of_time, of_answers = {Fault.NIGHT, Fault.PAST, Fault.RESTS, Fault.ALONE}, {Fault.TYPED}
    assert {fault for _, _, fault in PLANTED} == set(Fault) - of_time - of_answers


@pytest.mark.parametrize("hour", [21, 23, 0, 7])
def test_nothing_may_be_set_to_begin_at_night(hour: int) -> None:
    assert codes(KO, EN, starts_at=NOW.replace(hour=hour) + timedelta(days=1)) == {Fault.NIGHT}


def test_nothing_may_be_set_to_begin_in_the_past() -> None:
    assert codes(KO, EN, starts_at=NOW - timedelta(minutes=1)) == {Fault.PAST}


def test_what_is_approved_at_night_rests_and_one_language_is_a_remark() -> None:
    found = read(KO, None, now=NOW.replace(hour=22))
    assert {one.code for one in found} == {Fault.ALONE, Fault.RESTS}
    assert not stops(found)


def test_what_stops_stands_before_the_remarks() -> None:
    found = read(KO.replace("오십시오", "오세요").replace("(금)", "(목)"), EN)
    assert [one.stops for one in found] == [True, False]


def test_no_finding_repeats_a_number_that_is_somebodys() -> None:
    for number in ("010-1234-5678", "110-123-456789"):
        assert all(number[4:] not in one.what for one in read(f"{KO} {number}", EN))
