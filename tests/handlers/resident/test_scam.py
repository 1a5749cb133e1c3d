"""A scam is known by what it wants; a question about one is not taken for it, nor anything that we say."""

import pytest
from babel.messages.pofile import read_po

from handlers.resident.genuine import asks_whether_ours
from handlers.resident.scam import is_scam, was_pasted
from tests.house.tree import ROOT

PASTED = [
    "[Web발신] 민생회복 소비쿠폰 신청이 완료되지 않았습니다. 확인: http://seogu-pay.top/a1",
    "(광고) 지원금 조회하세요 han.gl/xYz",
    "[국제발신]\n고객님 카드가 발급되었습니다. 문의 02-123-4567",
    "소비쿠폰 대상자입니다\nhxxps://bit.ly/3xyz 접속 바랍니다",
    "지금 바로 신청 → ｗｗｗ．seogu．kr",
    "Your coupon is on hold. Confirm at https://pay-seogu.info/x",
    "쿠폰 받기: 정부지원.한국/신청",
    "coupon [dot] no: seogu(.)com/x",
]
WANTING = [
    "안내 앱을 설치하시면 바로 지급됩니다.",
    "아래 버튼을 클릭해 주세요",
    "주민등록번호와 계좌번호를 보내 주세요",
    "인증 번호를 알려주세요 인증번호",
    "수수료 3만원을 먼저 입금하시면 됩니다",
    "팀뷰어를 켜 주십시오",
    "Send us your card number and PIN",
    "A small fee is due first",
    "install this app to receive it",
    "Scan the QR",
    "seogu-coupon.com",
    "문의는 help@seogu.kr 로",
]
HARMLESS = [
    "내일 오후 3시에 행정복지센터로 오세요.",
    "어머니 쿠폰은 제가 받았어요",
    "See you on Monday at 10.",
    "결과가 나왔습니다. 확인해 보십시오.",
    "2025.7.28. 접수되었습니다.",
]
QUESTIONS = [
    "링크 눌러도 되나요?",
    "www.incheon.go.kr/coupon 에서 신청하나요?",
    "앱을 깔라고 하는데 어떡해요",
    "카드번호 알려주면 되나요",
    "is it safe to tap a link?",
]


@pytest.mark.parametrize("text", PASTED)
def test_what_somebody_pastes_is_seen_to_be_anothers(text: str) -> None:
    assert was_pasted(text)


@pytest.mark.parametrize("text", [*WANTING, *(text for text in PASTED if "카드가 발급" not in text)])
def test_what_it_wants_makes_it_a_scam(text: str) -> None:
    assert is_scam(text)


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_words_are_none(text: str) -> None:
    is_scam(text)


@pytest.mark.parametrize("text", [*HARMLESS, *QUESTIONS])
def test_a_question_about_one_is_not_a_text_shown(text: str) -> None:
    assert not was_pasted(text)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_nothing_that_we_say_looks_like_anothers_text(language: str) -> None:
    for path in (ROOT / "locales" / language / "LC_MESSAGES").glob("*.po"):
        with path.open("rb") as file:
            said = [str(one.string) for one in read_po(file, locale=language) if one.id]
        assert not [text for text in said if was_pasted(text)]


@pytest.mark.timeout(60)  # a pattern that tries every way to cut it would need years
@pytest.mark.parametrize("text", ["a" * 4096, "a-" * 2048, "가." * 2048, "a.b" * 1365, "://"[:2] * 2048, "http" * 1024])
def test_the_longest_message_is_no_riddle_for_a_pattern(text: str) -> None:
    is_scam(text)
    assert not asks_whether_ours(text)
    was_pasted(text)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("이 문자, 진짜예요?", True),
        ("이 메시지 여기서 보낸 거예요?", True),
        ("서구청에서 보내신 문자 맞나요", True),
        ("was this sent by you?", True),
        ("서류를 보냈어요", False),
        ("did you send my money", False),
        ("진짜 얼마 받아요?", False),
        ("문자를 못 받았어요", False),
    ],
)
def test_the_question_whether_it_is_ours_is_told_from_others(text: str, asks: bool) -> None:
    assert asks_whether_ours(text) is asks
