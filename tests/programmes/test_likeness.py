"""Near-duplicates: other endings, spaces and typing errors are one question; another thing asked for is another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.likeness import nearest, threes

HEADS = (
    "우리 강아지도 받을 수 있나요",
    "헬스장 회원권 결제 되나요",
    "쿠폰으로 담배 살 수 있나요",
    "can my dog get it too",
)
KNOWN = [threes(head) for head in HEADS]


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("우리강아지도받을수있나요?", 0), ("우리 강아지도 받을 수 있어", 0), ("헬스장 회원권 결재 되나요", 1),
        ("헬스장 회원권도 결제 되는지요", 1), ("쿠폰으로 담배 살수있나", 2), ("Can my dogs get it too??", 3),
        ("우리 고양이도 받을 수 있나요", None), ("쿠폰으로 복권 살 수 있나요", None), ("ㅋㅋ", None), ("?!", None),
    ],
)  # fmt: skip
def test_the_same_is_known_again_and_another_is_not(said: str, place: int | None) -> None:
    assert nearest(threes(said), KNOWN) == place


def test_nothing_is_alike_where_there_is_nothing() -> None:
    assert nearest(threes("강아지"), []) is None


@given(st.text(min_size=1))
def test_every_text_is_alike_to_itself_and_to_itself_shouted(text: str) -> None:
    assert nearest(threes(text), [threes(text)]) == 0
    assert nearest(threes(f" {text}!"), [threes(text)]) in (0, None)


@given(st.lists(st.text("강아지도받나요 dogs", min_size=1), max_size=8), st.text("강아지도받나요 dogs"))
def test_what_is_found_is_the_first_of_the_most_alike(heads: list[str], text: str) -> None:
    found = nearest(one := threes(text), others := [threes(head) for head in heads])
    shares = [2 * len(one & other) / (len(one) + len(other)) for other in others]
    assert (found is None) == (max(shares, default=0) < 0.7)
    assert found is None or shares[found] == max(shares) > max(shares[:found], default=0)
