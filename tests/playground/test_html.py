"""The HTML subset: what parses, what it becomes, and Telegram's words for what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.entities import pieces
from playground.errors import Refused
from playground.html import parse_html, units


def test_nested_tags_become_entities_in_utf16_units() -> None:
    text, entities = parse_html("😀 <b>굵게 <i>함께</i></b> &lt;3 &amp; &#44032;")
    assert text == "😀 굵게 함께 <3 & 가"
    assert [(e["type"], e["offset"], e["length"]) for e in entities] == [("italic", 6, 2), ("bold", 3, 5)]


def test_links_carry_their_address_and_code_its_language() -> None:
    text, entities = parse_html(
        '<a href="https://x.kr/?a=1&amp;b=2">here</a> <pre><code class="language-py">x</code></pre>'
    )
    assert entities[0]["url"] == "https://x.kr/?a=1&b=2"
    assert entities[1] == {"type": "pre", "offset": 5, "length": 1, "language": "py"}
    assert pieces(text, entities) == ["here", "x"]


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<h1>크게</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("가 < 나", 'Unsupported start tag "" at byte offset 4'),
        ("<b>굵게", 'Can\'t find end tag corresponding to start tag "b"'),
        ("굵게</b>", "Unexpected end tag at byte offset 6"),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<b />x</b>", 'Empty attribute name in the tag "b" at byte offset 0'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_what_telegram_refuses_is_refused_in_its_words(source: str, reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        parse_html(source)
    assert refusal.value.description == f"Bad Request: can't parse entities: {reason}"


@given(st.text(alphabet="<>&/bia \"'=가😀", max_size=30))
def test_any_text_either_parses_or_is_refused(source: str) -> None:
    try:
        text, entities = parse_html(source)
    except Refused:
        return
    assert all(e["offset"] >= 0 and e["offset"] + e["length"] <= units(text) for e in entities)


@given(st.text(max_size=50))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parse_html(escaped) == (text, [])
