"""From what a bot or a person sends to what Telegram keeps: trimmed text and its entities, given and found."""

import re

from .errors import Json, bad
from .html import parse_html, units
from .markdown import parse_markdown

_TLD = "[a-z]{2}|com|net|org|info|biz|gov|edu|app|dev|shop|site|online|store|xyz|link|page|한국"
_FOUND = (
    ("bot_command", re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?![\w/])")),
    ("email", re.compile(r"(?<![\w.+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}\b")),
    ("url", re.compile(
        rf"(?<![A-Za-z0-9_@./-])(?:https?|tg|ftp)://[^\s<>\"'，。()]+"
        rf"|(?<![\w@./-])(?:[^\W_][\w-]*\.)+(?:{_TLD})\b(?:[/?#][^\s<>\"']*)?",
        re.IGNORECASE,
    )),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{2,31}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#\w*[^\W\d]\w*")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{3,8}(?![\w$])")),
    ("phone_number", re.compile(r"(?<![\w+])\+\d[\d ()-]{6,18}\d(?!\w)")),
)  # fmt: skip
_OPAQUE = ("code", "pre", "text_link")


def read_text(text: str, mode: str, given: list[Json]) -> tuple[str, list[Json]]:
    """Parse by `parse_mode` ("", HTML or MarkdownV2), trim, and add the entities Telegram finds by itself.

    Offsets and lengths are UTF-16 code units. `Refused` (400) where the text does not parse.
    """
    mode = mode.lower()
    if mode == "html":
        text, given = parse_html(text)
    elif mode == "markdownv2":
        text, given = parse_markdown(text)
    elif mode not in ("", "none"):
        raise bad("unsupported parse_mode")
    text, given = _trim(text.replace("\r", "").replace("\0", ""), given)
    return text, sorted(given + _detect(text, given), key=lambda e: (e["offset"], -e["length"], e["type"]))


def _trim(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    lead = units(text) - units(text.lstrip())
    text = text.strip()
    end = units(text)
    kept = []
    for entity in entities:
        start = min(max(entity["offset"] - lead, 0), end)
        stop = min(max(entity["offset"] + entity["length"] - lead, 0), end)
        if stop > start:
            kept.append(entity | {"offset": start, "length": stop - start})
    return text, kept


def _detect(text: str, given: list[Json]) -> list[Json]:
    taken = [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in _OPAQUE]
    found: list[Json] = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            said = match[0].rstrip(".,:;!?") if kind == "url" else match[0]
            start = units(text[: match.start()])
            stop = start + units(said)
            if not any(start < b and a < stop for a, b in taken):
                taken.append((start, stop))
                found.append({"type": kind, "offset": start, "length": stop - start})
    return found


def pieces(text: str, entities: list[Json]) -> list[str]:
    """The words covered by each entity, in order (tests ask for them)."""
    raw = text.encode("utf-16-le", "surrogatepass")
    cuts = [(2 * e["offset"], 2 * (e["offset"] + e["length"])) for e in entities]
    return [raw[a:b].decode("utf-16-le", "surrogatepass") for a, b in cuts]
