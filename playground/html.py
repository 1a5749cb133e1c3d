"""Telegram's HTML subset, read as strictly as Telegram reads it (core.telegram.org/bots/api#html-style).

A tag that is unknown, unclosed or closed out of turn refuses the whole message; a stray `&` does not.
"""

import re
from dataclasses import dataclass

from .errors import Json, bad

_TYPES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "code": "code", "pre": "pre", "blockquote": "blockquote", "a": "text_link",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-zA-Z]+));?")
_ATTRIBUTE = re.compile(r"""([^\s=>/"']+)(?:\s*=\s*("[^"]*"|'[^']*'|[A-Za-z0-9.-]*))?""")


def units(text: str) -> int:
    """Length in UTF-16 code units, which is how Telegram counts."""
    return len(text) + sum(character > "\uffff" for character in text)


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    start: int


def parse_html(source: str) -> tuple[str, list[Json]]:
    """Return the plain text and its entities; `Refused` names the byte where the text does not parse."""
    reader = _Reader(source)
    while reader.at < len(source):
        reader.step()
    if reader.open:
        raise _wrong(f'Can\'t find end tag corresponding to start tag "{reader.open[-1].tag}"')
    return "".join(reader.out), reader.entities


class _Reader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.length = 0
        self.out: list[str] = []
        self.open: list[_Open] = []
        self.entities: list[Json] = []

    def step(self) -> None:
        character = self.source[self.at]
        if character == "<":
            self.close_tag() if self.source.startswith("</", self.at) else self.open_tag()
            return
        found = _CHARACTER.match(self.source, self.at) if character == "&" else None
        said = _decode(found) if found else ""
        self.at = found.end() if found and said else self.at + 1
        self.out.append(said or character)
        self.length += units(said or character)

    def open_tag(self) -> None:
        begin = self.at
        named = re.compile(r"<([^\s>]*)").match(self.source, begin)
        end = named.end() if named else begin
        if named is None or end >= len(self.source):
            raise _wrong(f"Unclosed start tag at byte offset {self.byte(begin)}")
        tag = named[1].lower()
        if tag not in _TYPES:
            raise _wrong(f'Unsupported start tag "{tag}" at byte offset {self.byte(begin)}')
        attributes, self.at = self.attributes(tag, begin, end)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _wrong(f'Tag "span" must have class "tg-spoiler" at byte offset {self.byte(begin)}')
        self.open.append(_Open(tag, attributes, self.length))

    def attributes(self, tag: str, begin: int, at: int) -> tuple[dict[str, str], int]:
        found: dict[str, str] = {}
        while True:
            while at < len(self.source) and self.source[at].isspace():
                at += 1
            if at < len(self.source) and self.source[at] == ">":
                return found, at + 1
            match = _ATTRIBUTE.match(self.source, at)
            if match is None:
                raise _wrong(f'Empty attribute name in the tag "{tag}" at byte offset {self.byte(begin)}')
            if match.end() >= len(self.source):
                raise _wrong(f'Unclosed start tag "{tag}" at byte offset {self.byte(begin)}')
            found[match[1].lower()] = _CHARACTER.sub(lambda c: _decode(c) or c[0], (match[2] or "").strip("\"'"))
            at = match.end()

    def close_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise _wrong(f"Unexpected end tag at byte offset {self.byte(begin)}")
        named = re.compile(r"</([^\s>]*)\s*>").match(self.source, begin)
        if named is None:
            raise _wrong(f"Unclosed end tag at byte offset {self.byte(begin)}")
        top = self.open.pop()
        if named[1] and named[1].lower() != top.tag:
            raise _wrong(
                f'Unmatched end tag at byte offset {self.byte(begin)}, expected "</{top.tag}>", found "</{named[1]}>"'
            )
        self.at = named.end()
        inside = self.open[-1].tag if self.open else ""
        if self.length > top.start and not (top.tag == "pre" and self.holds_code(top.start)):
            self.entities.extend(_entity(top, self.length, "".join(self.out), inside))

    def holds_code(self, start: int) -> bool:
        """Whether `<pre><code class="language-…">` has already become one entity of the whole length."""
        last = self.entities[-1] if self.entities else {}
        return "language" in last and (last["offset"], last["length"]) == (start, self.length - start)

    def byte(self, at: int) -> int:
        return len(self.source[:at].encode("utf-8", "surrogatepass"))


def _entity(top: _Open, end: int, said: str, inside: str) -> list[Json]:
    entity: Json = {"type": _TYPES[top.tag], "offset": top.start, "length": end - top.start}
    if top.tag == "a":
        url = top.attributes.get("href", "") or said.encode("utf-16-le", "surrogatepass")[2 * top.start :].decode(
            "utf-16-le", "surrogatepass"
        )
        if "." not in url and not url.startswith("tg://"):
            return []
        entity["url"] = url
    elif top.tag == "tg-emoji":
        entity["custom_emoji_id"] = top.attributes.get("emoji-id", "")
    elif top.tag == "blockquote" and "expandable" in top.attributes:
        entity["type"] = "expandable_blockquote"
    elif top.tag == "code" and inside == "pre" and top.attributes.get("class", "").startswith("language-"):
        return [entity | {"type": "pre", "language": top.attributes["class"].removeprefix("language-")}]
    return [entity]


def _decode(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED.get(found[3], "")
    code = int(found[1], 16) if found[1] else int(found[2])
    return chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code < 0xE000 else ""


def _wrong(reason: str) -> Exception:
    return bad(f"can't parse entities: {reason}")
