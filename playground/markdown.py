"""Telegram's MarkdownV2 (core.telegram.org/bots/api#markdownv2-style): reserved characters must be escaped.

Quotes (`>`) and custom emoji are not read: their marks count as reserved.
"""

import re

from .errors import Json, bad
from .html import units

_RESERVED = set("_*[]()~`>#+-=|{}.!")
_MARKS = {"*": "bold", "_": "italic", "__": "underline", "~": "strikethrough", "||": "spoiler"}
_NAMES = {"bold": "Bold", "italic": "Italic", "underline": "Underline", "strikethrough": "Strikethrough",
          "spoiler": "Spoiler", "text_link": "TextUrl"}  # fmt: skip
_CODE = re.compile(r"```(?:([^\s`]*)\n)?((?:[^`\\]|\\.)*?)```|`(?!``)((?:[^`\\]|\\.)*?)`", re.DOTALL)
_LINK = re.compile(r"\]\(((?:[^)\\]|\\.)*)\)", re.DOTALL)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


def parse_markdown(source: str) -> tuple[str, list[Json]]:
    """Return the plain text and its entities; `Refused` names what does not parse."""
    out, entities, opened, at, length = [], [], [], 0, 0
    while at < len(source):
        here = source[at]
        if here == "\\" and at + 1 < len(source) and 0 < ord(source[at + 1]) < 127:
            said, at = source[at + 1], at + 2
        elif here == "`":
            said, at, entity = _code(source, at, length)
            entities += [entity] if said else []
        elif here == "[":
            opened.append(("text_link", length, at))
            said, at = "", at + 1
        elif here == "]" and opened and opened[-1][0] == "text_link":
            link = _LINK.match(source, at)
            kind, start, _ = opened.pop()
            url = {"url": _ESCAPE.sub(r"\1", link[1])} if link else {}
            entities += [{"type": kind, "offset": start, "length": length - start} | url] if link else []
            said, at = "", link.end() if link else at + 1
        elif mark := _mark(source, at):
            if opened and opened[-1][0] == _MARKS[mark]:
                kind, start, _ = opened.pop()
                entities += [{"type": kind, "offset": start, "length": length - start}] if length > start else []
            else:
                opened.append((_MARKS[mark], length, at))
            said, at = "", at + len(mark)
        elif here in _RESERVED:
            raise bad(
                f"can't parse entities: Character '{here}' is reserved and must be escaped with the preceding '\\'"
            )
        else:
            said, at = here, at + 1
        out.append(said)
        length += units(said)
    if opened:
        kind, _, begin = opened[-1]
        offset = len(source[:begin].encode("utf-8", "surrogatepass"))
        raise bad(f"can't parse entities: Can't find end of {_NAMES[kind]} entity at byte offset {offset}")
    return "".join(out), entities


def _code(source: str, at: int, length: int) -> tuple[str, int, Json]:
    found = _CODE.match(source, at)
    if found is None:
        kind = "Pre" if source.startswith("```", at) else "Code"
        offset = len(source[:at].encode("utf-8", "surrogatepass"))
        raise bad(f"can't parse entities: Can't find end of {kind} entity at byte offset {offset}")
    said = _ESCAPE.sub(r"\1", found[3] if found[3] is not None else found[2])
    entity: Json = {"type": "code" if found[3] is not None else "pre", "offset": length, "length": units(said)}
    return said, found.end(), entity | ({"language": found[1]} if found[1] else {})


def _mark(source: str, at: int) -> str:
    for mark in ("||", "__", "*", "_", "~"):
        if source.startswith(mark, at):
            return mark
    return ""
