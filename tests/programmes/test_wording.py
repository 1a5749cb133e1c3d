import pytest

from programmes.wording import Won, Wording, fault, placeholders


def test_a_wording_is_read_by_language() -> None:
    said = Wording("네", "Yes")
    assert (said["ko"], said["en"]) == ("네", "Yes")


def test_won_is_a_whole_number() -> None:
    assert Won(150000) + 1 == 150001


def test_placeholders_are_the_names_in_braces() -> None:
    assert placeholders("{opens}부터 {closes}까지") == {"opens", "closes"}
    assert placeholders("{{no}}") == frozenset()


@pytest.mark.parametrize("text", ["{}", "{0}", "{a.b}", "{open", "}"])
def test_a_placeholder_has_a_plain_name(text: str) -> None:
    with pytest.raises(ValueError):
        placeholders(text)


@pytest.mark.parametrize(
    ("ko", "en", "why"),
    [
        ("네", "", "empty"),
        (" ", "Yes", "empty"),
        ("{a} 네", "Yes", "different"),
        ("{a 네", "Yes", "expected '}'"),
        ("{} 네", "Yes", "plain name"),
        ("http://보기", "See", "address"),
        ("정부24", "See gov.kr now", "address"),
        ("정부24", "See www.something", "address"),
        ("{a}은 됩니다.", "{a} is fine.", "particle"),
        ("{a}을", "{a}", "particle"),
    ],
)
def test_what_may_not_be_shown_is_found(ko: str, en: str, why: str) -> None:
    assert why in (fault(Wording(ko, en)) or "")


@pytest.mark.parametrize(
    ("ko", "en"),
    [
        ("{a}까지 오십시오.", "Come by {a}."),
        ("{a} 이하입니다.", "{a} or less, e.g. 1.5."),
        ("{a}이상", "{a}"),
    ],
)
def test_plain_words_may_be_shown(ko: str, en: str) -> None:
    assert fault(Wording(ko, en)) is None
