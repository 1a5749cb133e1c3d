import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.dialog import Refuse
from handlers.read import (
    Century,
    amount,
    birth_date,
    choice_number,
    day,
    name_key,
    person_name,
    phone,
    whole_number,
    yes_no,
)

TODAY = date(2025, 7, 28)


@pytest.mark.parametrize(
    "text",
    [
        "1950-03-02",
        "19500302",
        "1950.3.2",
        "1950. 3. 2.",
        "1950/03/02",
        "1950 3 2",
        "1950년 3월 2일",
        "1950년3월2일생",
        "1950년 3월 2일생입니다",
        "１９５０－０３－０２",
        "  1950-03-02\n",
        "2 March 1950",
        "2nd Mar. 1950",
        "March 2, 1950",
        "500302",
        "50.3.2",
        "50년 3월 2일",
        unicodedata.normalize("NFD", "1950년 3월 2일"),
    ],
)
def test_a_birth_date_is_read_as_people_write_it(text: str) -> None:
    assert birth_date(text, TODAY) == date(1950, 3, 2)


@pytest.mark.parametrize("text", ["200302", "20.3.2", "20년 3월 2일"])
def test_two_possible_centuries_are_both_given(text: str) -> None:
    assert birth_date(text, TODAY) == Century((date(1920, 3, 2), date(2020, 3, 2)))


def test_a_child_born_today_is_taken_and_one_of_tomorrow_is_not() -> None:
    assert birth_date("2025-07-28", TODAY) == TODAY
    with pytest.raises(Refuse):
        birth_date("2025-07-29", TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "안녕",
        "1950-13-01",
        "1950-02-30",
        "2030-01-01",
        "1850-01-01",
        "02/03/1950",
        "1950",
        "1950-03",
        "3월 2일",
        "951302",
        "19500302-1234567",
        "1950 3 2 4",
        "음력 1950.3.2",
        "1" * 5000,
    ],
)
def test_what_is_no_birth_date_is_refused_with_its_key(text: str) -> None:
    with pytest.raises(Refuse) as refused:
        birth_date(text, TODAY)
    assert refused.value.text.key == "read.birth_date.bad"  # type: ignore[union-attr]


@given(
    st.dates(date(1926, 1, 1), TODAY), st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y.%m.%d", "%Y년 %m월 %d일", "%d %B %Y"])
)
def test_every_form_of_a_date_gives_the_same_date(born: date, form: str) -> None:
    assert birth_date(born.strftime(form), TODAY) == born


@given(st.dates(date(1926, 1, 1), TODAY))
def test_six_digits_always_hold_the_true_date(born: date) -> None:
    read = birth_date(f"{born:%y%m%d}", TODAY)
    assert born in read.candidates if isinstance(read, Century) else read == born


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("오늘", TODAY),
        ("어제", date(2025, 7, 27)),
        ("Tomorrow!", date(2025, 7, 29)),
        ("7월 30일", date(2025, 7, 30)),
        ("7/1", date(2025, 7, 1)),
        ("1월 2일", date(2025, 1, 2)),
        ("2025-06-18", date(2025, 6, 18)),
        ("25.6.18", date(2025, 6, 18)),
    ],
)
def test_a_day_is_read_near_today(text: str, expected: date) -> None:
    assert day(text, TODAY) == expected


@pytest.mark.parametrize("text", ["", "언젠가", "13월 1일", "2월 30일"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Refuse):
        day(text, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "010 1234 5678",
        "010-1234-5678",
        "01012345678",
        "+82 10 1234 5678",
        "+821012345678",
        "821012345678",
        "+82 (0)10-1234-5678",
        "0082 10 1234 5678",
        "1012345678",
        "０１０－１２３４－５６７８",
        "제 번호는 010-1234-5678입니다",
    ],
)
def test_a_korean_mobile_is_read_in_every_form(text: str) -> None:
    assert phone(text) == "+821012345678"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("02-123-4567", "+8221234567"),
        ("032 560 1234", "+82325601234"),
        ("011-234-5678", "+82112345678"),
        ("+84 912 345 678", "+84912345678"),
        ("+1 212 555 2368", "+12125552368"),
    ],
)
def test_other_numbers_are_read_by_the_library(text: str, expected: str) -> None:
    assert phone(text) == expected


@pytest.mark.parametrize("text", ["", "010", "010-123", "010 1234 56789", "안녕", "+", "++82", "+999 1", "1" * 5000])
def test_what_is_no_phone_is_refused(text: str) -> None:
    with pytest.raises(Refuse):
        phone(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        ("1번", 1),
        ("1.", 1),
        ("(1)", 1),
        ("①", 1),
        ("1️⃣", 1),
        ("３", 3),
        ("٣", 3),
        ("첫번째", 1),
        ("첫 번째", 1),
        ("첫째", 1),
        ("두번째", 2),
        ("두 번째 거요", 2),
        ("세번째로 할게요", 3),
        ("네 번째", 4),
        ("하나", 1),
        ("둘", 2),
        ("셋이요", 3),
        ("일번", 1),
        ("이번", 2),
        ("2번입니다", 2),
        ("2번으로 해주세요", 2),
        ("first", 1),
        ("the second one", 2),
        ("2nd", 2),
        ("No. 2", 2),
        ("number two", 2),
        ("#3", 3),
        ("5", 5),
    ],
)
def test_a_choice_is_read_as_typed(text: str, number: int) -> None:
    assert choice_number(text, 5) == number


@pytest.mark.parametrize(
    "text",
    ["", "0", "6", "-", "네", "예", "1 2", "12번지", "안녕하세요", "일", "this one", "첫", "1.2", "9" * 5000],
)
def test_what_names_no_option_is_no_choice(text: str) -> None:
    assert choice_number(text, 5) is None


@pytest.mark.parametrize(
    "text",
    [
        "네",
        "네.",
        "넵",
        "예",
        "예!",
        "응",
        "네 네",
        "네, 맞습니다",
        "맞아요",
        "그렇습니다",
        "좋아요",
        "동의합니다",
        "ㅇㅇ",
        "확인했습니다",
        "yes",
        "Yes!",
        "YES please",
        "ok",
        "Okay",
        "yep",
        "correct",
        "that's right",
        "I agree",
        "y",
    ],
)
def test_yes_is_understood(text: str) -> None:
    assert yes_no(text) is True


@pytest.mark.parametrize(
    "text",
    [
        "아니요",
        "아니오",
        "아뇨",
        "아니",
        "아닙니다",
        "아니에요",
        "틀려요",
        "틀렸습니다",
        "싫어요",
        "동의하지 않습니다",
        "동의 안 합니다",
        "안 맞아요",
        "ㄴㄴ",
        "no",
        "No.",
        "nope",
        "no thanks",
        "not right",
        "wrong",
        "I don't agree",
        "disagree",
        "n",
    ],
)
def test_no_is_understood(text: str) -> None:
    assert yes_no(text) is False


@pytest.mark.parametrize(
    "text", ["", "글쎄요", "네 아니요", "아니 네", "maybe", "1", "네이버", "어머니", "nothing yet", "네" * 5000]
)
def test_what_is_neither_is_not_guessed(text: str) -> None:
    assert yes_no(text) is None


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("김영자", "김영자"),
        (unicodedata.normalize("NFD", "김영자"), "김영자"),
        ("  Nguyen  Thi\tLan ", "Nguyen Thi Lan"),
        ("Nguyễn Thị Lan", "Nguyễn Thị Lan"),
        ("王小明", "王小明"),
        ("O'Brien-Smith, J.", "O'Brien-Smith, J."),
        ("이", "이"),
    ],
)
def test_a_name_of_any_script_is_taken(text: str, name: str) -> None:
    assert person_name(text) == name


@pytest.mark.parametrize("text", ["", "   ", "123", "김영자 1948", "---", "가" * 61])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(Refuse):
        person_name(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("김 영자", "김영자"),
        ("NGUYEN THI LAN", "Nguyen Thi Lan"),
        ("O'Brien-Smith", "obrien smith"),
        (unicodedata.normalize("NFD", "김영자"), "김영자"),
        ("ＬＡＮ", "lan"),
        ("Straße", "STRASSE"),
    ],
)
def test_two_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@given(st.text())
def test_a_name_key_is_its_own_key(text: str) -> None:
    assert name_key(name_key(text)) == name_key(text)


@pytest.mark.parametrize(
    ("text", "won"),
    [
        ("220,000", 220_000),
        ("220000", 220_000),
        ("220000원", 220_000),
        ("220,000 원입니다", 220_000),
        ("２２０，０００", 220_000),
        ("22만", 220_000),
        ("22만원", 220_000),
        ("22 만 원", 220_000),
        ("22만5천원", 225_000),
        ("22만 5000원", 225_000),
        ("22.5만", 225_000),
        ("1억 2천만원", 120_000_000),
        ("12억", 1_200_000_000),
        ("1.2억", 120_000_000),
        ("5천원", 5_000),
        ("KRW 220,000", 220_000),
        ("₩220,000", 220_000),
        ("220,000 won", 220_000),
        ("0", 0),
    ],
)
def test_a_sum_is_read_as_people_write_it(text: str, won: int) -> None:
    assert amount(text) == won


@pytest.mark.parametrize("text", ["", "원", "만", "많이", "22,00", "1.5", "-5", "22만만", "220 thousand", "9" * 5000])
def test_what_is_no_sum_is_refused(text: str) -> None:
    with pytest.raises(Refuse):
        amount(text)


@given(st.integers(0, 10**12))
def test_a_sum_with_separators_is_the_same_sum(won: int) -> None:
    assert amount(f"{won:,}원") == amount(str(won)) == won


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), ("３명", 3), ("세 명", 3), ("3인 가구", 3), ("three people", 3), ("한 명", 1)]
)
def test_a_count_is_read_with_its_counter(text: str, number: int) -> None:
    assert whole_number(text, 1, 10) == number


@pytest.mark.parametrize("text", ["", "0", "11", "세 마리", "-3", "3.5", "1 2.5"])
def test_a_count_outside_its_limits_is_refused(text: str) -> None:
    with pytest.raises(Refuse):
        whole_number(text, 1, 10)


@given(st.text(max_size=80))
def test_readers_raise_nothing_but_refusals(text: str) -> None:
    choice_number(text, 5)
    yes_no(text)
    for reader in (phone, person_name, amount, lambda said: birth_date(said, TODAY), lambda said: day(said, TODAY)):
        try:
            reader(text)
        except Refuse:
            continue
