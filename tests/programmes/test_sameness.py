"""Two ways of asking are one when only particles, endings, spaces and signs differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.sameness import doubles, forms

NOUNS = ("카드", "신청", "동사무소", "아이 몫", "편의점", "보험료 기준", "이의신청 결과", "충전 금액")
SENTENCES = st.text(st.characters(categories=("L", "N", "Z", "P", "S")), max_size=40)


def same(one: str, other: str) -> bool:
    return bool(forms(one) & forms(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("카드를 잃어버렸어요", "카드 잃어버렸습니다"),
        ("카드를 잃어버렸어요", "카드를잃어버렸는데요"),
        ("신청하세요", "신청합니까?"),
        ("언제 나오나요", "언제 나옵니까"),
        ("이사를 왔는데요", "이사 왔어요!!"),
        ("Can I get a card?", "get the cards"),
        ("applying for it", "I apply"),
        ("ＣＡＲＤ", "card"),
        ("??", "? ?"),
    ],
)
def test_what_only_ends_otherwise_is_the_same(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("카드를 잃어버렸어요", "카드를 찾았어요"),
        ("1차는 얼마예요", "2차는 얼마예요"),
        ("엄마 대신 가도 돼요", "엄마가 대신 가도 돼요?? 아빠는요"),
        ("lost my card", "found my card"),
        ("?", "!"),
    ],
)
def test_what_says_something_else_is_not(one: str, other: str) -> None:
    assert not same(one, other)


def test_a_double_names_the_first_that_says_it() -> None:
    assert list(doubles(["언제 나와요", "카드가 없어요", "카드 없어", "언제나와요", "카드없습니다"])) == [
        (2, 1),
        (3, 0),
        (4, 1),
    ]


def test_nothing_is_a_double_of_itself() -> None:
    assert not list(doubles([]))
    assert not list(doubles(NOUNS))


@given(SENTENCES)
def test_something_is_always_left_of_words(text: str) -> None:
    assert all(forms(text)) == bool(text.strip())


@given(SENTENCES)
def test_case_spaces_around_and_signs_at_the_end_make_no_difference(text: str) -> None:
    if any(letter.isalnum() for letter in text):
        assert same(text, f"  {text.casefold()} ?! ")


@given(st.sampled_from(NOUNS), st.sampled_from(("가", "를", "는", "도", "만", "에서", "까지", "이에요", "입니까?")))
def test_a_particle_makes_no_difference(noun: str, particle: str) -> None:
    assert same(noun, noun + particle)


@given(st.lists(st.sampled_from(NOUNS), max_size=12))
def test_as_many_are_left_as_there_are_different_ones(texts: list[str]) -> None:
    assert len(texts) - len(list(doubles(texts))) == len(set(texts))
