"""Trimming and what Telegram finds in a text by itself."""

import pytest

from playground.entities import pieces, read_text


def test_white_space_around_is_trimmed_and_entities_follow() -> None:
    text, entities = read_text("  \n <b> 안내 </b> 끝 \n", "HTML", [])
    assert text == "안내  끝"
    assert pieces(text, entities) == ["안내 "]


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("보세요 /start 그리고 /help@changgu_bot", [("bot_command", "/start"), ("bot_command", "/help@changgu_bot")]),
        ("문의는 seo.incheon.kr, 또는 https://x.kr/a?b=1.", [("url", "seo.incheon.kr"), ("url", "https://x.kr/a?b=1")]),
        ("전화 +82 32-560-0000", [("phone_number", "+82 32-560-0000")]),
        ("a@b.co @someone #쿠폰", [("email", "a@b.co"), ("mention", "@someone"), ("hashtag", "#쿠폰")]),
        ("문의는https://x.kr main.py $USD", [("url", "https://x.kr"), ("url", "main.py"), ("cashtag", "$USD")]),
        ("1.5시간, 3/4, 끝.그리고", []),
    ],
)
def test_commands_addresses_and_phones_are_found(said: str, found: list[tuple[str, str]]) -> None:
    text, entities = read_text(said, "", [])
    assert list(zip((e["type"] for e in entities), pieces(text, entities), strict=True)) == found


def test_nothing_is_found_inside_code() -> None:
    assert [e["type"] for e in read_text("<code>x.kr /a</code>", "HTML", [])[1]] == ["code"]
