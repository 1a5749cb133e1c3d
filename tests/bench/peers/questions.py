"""What every peer asks, about as much as ours does: start over, then the first choice three times."""

from typing import Final, NamedTuple

START_OVER: Final = "처음"
BACK: Final = (("back", "뒤로"), ("over", "처음으로"), ("human", "사람과 이야기하기"))


class Question(NamedTuple):
    """The words of one step, and its buttons as data and label; a row of buttons comes below them."""

    text: str
    options: tuple[tuple[str, str], ...]


MENU: Final = Question(
    "무엇을 도와드릴까요?\n버튼을 누르거나, 몇 번째인지 숫자로 적어 주십시오.",
    (
        ("eligibility", "받을 수 있는지 알아보기"),
        ("payment", "지급되었는지 알아보기"),
        ("appeal", "이의신청하기"),
        ("cases", "내 신청 보기"),
        ("more", "더 보기"),
    ),
)
PROGRAMME: Final = Question(
    "어느 사업이 궁금하십니까?\n하나를 골라 주십시오.",
    (("coupon", "2025년 민생회복 소비쿠폰"), ("card", "교육 카드")),
)
ROUND: Final = Question(
    "몇 차 지급이 궁금하십니까?\n지금은 1차 신청 기간입니다.",
    (("first", "1차 지급"), ("second", "2차 지급"), ("both", "둘 다")),
)
LIVED: Final = Question(
    "2025년 6월 18일에 서구에 주민등록이 되어 있었습니까?\n잘 모르시면 모름을 골라 주십시오.",
    (("yes", "네"), ("no", "아니요"), ("unknown", "모름")),
)
QUESTIONS: Final = (MENU, PROGRAMME, ROUND, LIVED)
