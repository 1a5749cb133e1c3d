"""Who asks how it stands with her, and who asks what holds for everybody."""

import pytest

from handlers.resident.mine import DESKS, asks_of_herself


@pytest.mark.parametrize(
    ("question", "desk"),
    [
        ("내 돈 들어왔어요?", "payment"),
        ("내돈언제들어와", "payment"),
        ("제 카드에 충전됐는지 봐 주세요", "payment"),
        ("우리 아버지 거 입금됐나요", "payment"),
        ("Has my money arrived?", "payment"),
        ("I’ve not received anything", "payment"),
        ("저도 대상자 맞나요", "eligibility"),
        ("제가 얼마 받는지 궁금합니다", "eligibility"),
        ("how much will I get", "eligibility"),
        ("제 이의신청 어떻게 됐나요", "cases"),
        ("내 이의신청 결과 어디서 봐요", "cases"),
        ("any news about my appeal", "cases"),
    ],
)
def test_who_speaks_of_herself_is_led_to_the_desk_that_knows_her(question: str, desk: str) -> None:
    assert [one for one in DESKS if asks_of_herself(question, one)] == [desk]


@pytest.mark.parametrize(
    "question",
    [
        "내일 신청하면 언제 들어와요",  # tomorrow
        "제출한 뒤 언제 입금됐다고 나오나요",  # handed in
        "나라에서 주는 돈 언제 들어와요",  # the state
        "돈은 언제 들어오나요",
        "저는 언제 신청해요",
        "나 편의점에서 써도 되나",
        "Can I use it at the market?",
        "When is the money paid out?",
        "",
        "???",
    ],
)
def test_what_holds_for_everybody_is_answered_as_it_stands(question: str) -> None:
    assert not any(asks_of_herself(question, one) for one in DESKS)


@pytest.mark.parametrize("desk", ["", "visit", "appeal", "appeal:returned", "human"])
def test_other_desks_know_nobody(desk: str) -> None:
    assert not asks_of_herself("내 돈 들어왔어요?", desk)
