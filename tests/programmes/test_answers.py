"""Whoever writes answers hears everything that is wrong with them at once, with file, line and key."""

import subprocess
import sys
from pathlib import Path

import pytest

from programmes.answers import check, main
from tests.house.tree import ROOT
from tests.programmes.answers import CARD, CLAIMS, HOURS, KINDS, WORDS, spoil


def test_good_answers_are_passed_over_in_silence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(str(folder)) == 0
    assert capsys.readouterr().out == ""


def test_from_the_command_line(folder: Path) -> None:
    spoil(folder, HOURS, "엽니다", "연다")
    ran = subprocess.run([sys.executable, "-m", "programmes.answers", folder], cwd=ROOT, capture_output=True, text=True)
    assert (ran.returncode, ran.stdout[:39]) == (1, "education-card/answers/hours.toml:2: an")


def test_every_fault_is_told_in_the_order_of_the_files(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoil(folder, HOURS, 'owner = "call-centre"', 'owner = "x"')
    spoil(folder, HOURS, "엽니다", "열어요")
    spoil(folder, CARD, 'owner = "dong"', 'owner = 7\ncolour = "red"')
    spoil(folder, CARD, "귤 카드로 사요", "감카드 사요")
    spoil(folder, CLAIMS, 'topic = "card"', "")
    (folder / "answers" / "empty.toml").write_text("so =", encoding="utf-8")
    assert main(str(folder)) == 1
    assert capsys.readouterr().out.splitlines() == [
        "education-card/answers/card.toml:10: owner: should be str",
        "education-card/answers/card.toml:11: colour: is not a known key",
        "education-card/answers/card.toml:24: phrasings.ko: says the same as “감 카드로 사요”",
        "education-card/answers/empty.toml:1: file: is not TOML: Invalid value (at end of document)",
        "education-card/answers/hours.toml:2: answer.ko: should end in 합니다: … 18:00까지 열어요.",
        "education-card/answers/hours.toml:4: owner: x is no known office",
        "education-card/claims.toml:1: claims[0].topic: is missing",
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "where", "why"),
    [
        (HOURS, "18:00까지", "17:00까지", "answer", "has times of day in one language only"),
        (HOURS, "엽니다", "열어요", "answer.ko", "should end in 합니다"),
        (HOURS, "엽니다", "연다", "answer.ko", "is not polite"),
        (HOURS, "We are", "We, who are many and who all live in this town which has a river and a hill and a sea, are",
         "answer.en", "has a sentence of more than"),
        (HOURS, "엽니다", "엽니다. " + "가" * 4100, "answer.ko", "is too long for one message"),
        (HOURS, "엽니다", "엽니다. 문의: 010-1234-5678", "answer.ko", "holds the number of a person"),
        (CARD, "보아 주십시오", "봐라", "staff.ko", "is not polite"),
        (CARD, "Please look at the identity card", "신분증을 보아 주십시오", "staff.en", "is not in its language"),
        (CARD, "귤 카드로 사요", "감 카드로 사나요?", "phrasings.ko", "says the same as “감 카드로 사요”"),
        (HOURS, "apple when is it open", "Apples by card!", "phrasings.en", "says the same as “apple by card” of card"),
        (KINDS, "귤 비 오나", "귤 카드로 사요?", "kinds[0].ko", "says the same as “귤 카드로 사요” of card"),
        (CLAIMS, "모자라지 않습니다", "모자라지 않아요", "claims[0].says.ko", "should end in 합니다"),
        (KINDS, "모릅니다", "몰라", "kinds[0].says.ko", "is not polite"),
    ],
)  # fmt: skip
def test_what_could_be_written_better_is_told(
    folder: Path, name: str, old: str, new: str, where: str, why: str
) -> None:
    spoil(folder, name, old, new)
    found = list(check(folder))
    assert [(one.file, one.where) for one in found] == [(name, where)]
    assert why in found[0].why


@pytest.mark.parametrize(
    ("name", "where", "left", "wanted"),
    [(CARD, "phrasings.ko", 19, 20), (CLAIMS, "claims[0].ko", 11, 12), (KINDS, "kinds[0].ko", 29, 30)],
)
def test_too_few_ways_of_asking_are_told(folder: Path, name: str, where: str, left: int, wanted: int) -> None:
    page = folder.parent / name
    lines = [
        line
        for line in page.read_text("utf-8").splitlines()
        if not line.startswith(tuple(f'  "{word} ' for word in WORDS[left:]))
    ]
    page.write_text("\n".join(lines), encoding="utf-8")
    found = list(check(folder))
    assert [(one.file, one.where) for one in found] == [(name, where)]
    assert found[0].why == f"has {left} different phrasings, should have {wanted}"


def test_two_that_say_the_same_count_once(folder: Path) -> None:
    page = folder.parent / CARD
    text = page.read_text("utf-8")
    for word in WORDS[20:]:
        text = text.replace(f'  "{word} 카드로 사요",\n', "")
    page.write_text(text.replace("귤 카드로 사요", "감카드로사요"), encoding="utf-8")
    assert [one.why for one in check(folder)] == [
        "says the same as “감 카드로 사요”", "has 19 different phrasings, should have 20",
    ]  # fmt: skip


def test_a_value_of_two_topics_belongs_to_the_programme(folder: Path) -> None:
    spoil(folder, HOURS, "09:00부터", "{cost} 금액을 받고 09:00부터")
    spoil(folder, HOURS, "We are open", "For {cost} we are open")
    spoil(folder, HOURS, "[phrasings]", "[values]\ncost = { won = 2000 }\n\n[phrasings]")
    found = list(check(folder))
    assert [(one.file, one.where, one.why) for one in found] == [
        (HOURS, "values.cost", "stands in card too, so belongs to the programme")
    ]


def test_no_sum_and_no_day_is_typed_by_hand(folder: Path) -> None:
    spoil(folder, HOURS, "엽니다", "엽니다. 3월 4일부터 2,000원입니다")
    spoil(folder, HOURS, "to 18:00", "to 18:00, for KRW 2,000, from 4 March")
    assert [(one.where, one.why) for one in check(folder)] == [
        ("answer.ko", "should be a placeholder: 2,000"),
        ("answer.ko", "should be a placeholder: 3/4"),
        ("answer.en", "should be a placeholder: 2,000"),
        ("answer.en", "should be a placeholder: 3/4"),
    ]


def test_two_languages_are_wanted(folder: Path) -> None:
    spoil(folder, HOURS, 'answer.en = "We are open from 09:00 to 18:00."', "")
    assert [(one.where, one.why) for one in check(folder)] == [("answer.en", "is missing")]


def test_a_placeholder_that_nothing_fills_is_told_once(folder: Path) -> None:
    spoil(folder, HOURS, "09:00부터", "{x} 09:00부터")
    spoil(folder, HOURS, "We are", "{x}: we are")
    assert [one.why for one in check(folder)] == ["x is no known placeholder here"]


def test_no_address_may_stand_in_an_answer(folder: Path) -> None:
    spoil(folder, HOURS, "We are open", "See example.com: we are open")
    assert "no address of the web" in next(check(folder)).why
