"""MarkdownV2: marks, escapes and the reserved characters."""

import pytest

from playground.entities import pieces
from playground.errors import Refused
from playground.markdown import parse_markdown


def test_marks_links_and_code_become_entities() -> None:
    text, entities = parse_markdown(r"*굵게 _함께_* [여기](https://x.kr/a\)b) `1.5` ||숨김|| 끝\.")
    assert text == "굵게 함께 여기 1.5 숨김 끝."
    assert [e["type"] for e in entities] == ["italic", "bold", "text_link", "code", "spoiler"]
    assert pieces(text, entities) == ["함께", "굵게 함께", "여기", "1.5", "숨김"]
    assert entities[2]["url"] == "https://x.kr/a)b"


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("끝.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("*굵게", "Can't find end of Bold entity at byte offset 0"),
        ("가 `나", "Can't find end of Code entity at byte offset 4"),
    ],
)
def test_what_telegram_refuses_is_refused_in_its_words(source: str, reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_markdown(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {reason}"
