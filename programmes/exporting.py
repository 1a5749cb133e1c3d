"""Writes a topic as the data file it is read from, so that what was added at the counter comes home into the folder."""

import json
import tomllib
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any

import tomlkit
from tomlkit.items import Array, InlineTable

from programmes.schema import Phrasings, Programme, Source, Topic
from programmes.topics import Known
from programmes.wording import Won, Wording


def written(topic: Topic, phrasings: Phrasings, programme: Programme, before: str = "") -> str:
    """The text of its file; in the text `before` only what differs is changed, and comments stay.

    Where keys come or go the file is written anew.
    """
    known = Known.of(programme)
    fresh = _fresh(topic, phrasings, programme.sources)
    old, new = known.plain(tomllib.loads(before)), known.plain(tomllib.loads(fresh))
    if old.keys() != new.keys():
        return fresh
    kept = tomlkit.parse(before)
    _change(kept, tomlkit.parse(fresh), old, new)
    if isinstance(source := kept["source"], InlineTable):
        day = source["dated"].trivia  # tomlkit reads the blank after a day that stands last and does not write it
        day.trail = day.comment_ws
    return kept.as_string()


def kinds_written(more: Mapping[str, Phrasings], before: str) -> str:
    """The text of `elsewhere.toml` with more that people write, by code; all else in it stays."""
    kept = tomlkit.parse(before)
    for kind in kept["kinds"]:
        added = more.get(kind["code"], Phrasings((), ()))
        for lang, texts in (("ko", added.ko), ("en", added.en)):
            _fill(kind[lang], list(kind[lang]), [*kind[lang], *texts])
    return kept.as_string()


def _fresh(topic: Topic, phrasings: Phrasings, sources: Mapping[str, Source]) -> str:
    key = next((code for code, source in sources.items() if source == topic.source), "")
    cited = topic.source
    korean = f", ko = {_word(cited.ko)}" if cited.ko else ""
    source = f"{{ name = {_word(cited.name)}{korean}, dated = {cited.dated.isoformat()} }}"
    lines = [
        f"title = {{ ko = {_word(topic.title.ko)}, en = {_word(topic.title.en)} }}",
        *_said("answer", topic.answer),
        f"owner = {_word(topic.owner)}",
        f"source = {_word(key) if key else source}",
        f"related = [{', '.join(map(_word, topic.related))}]",
        *([f"action = {_word(topic.action)}"] if topic.action else ()),
        *(() if topic.sure else ["sure = false"]),
        *(_said("staff", topic.staff) if topic.staff else ()),
        "",
    ]
    if topic.values.values:
        own = topic.values.values.items()
        lines += ["[values]", *(f"{name} = {_value(value)}" for name, value in own), ""]
    return "\n".join([*lines, "[phrasings]", *_list("ko", phrasings.ko), *_list("en", phrasings.en), ""])


def _word(text: str) -> str:
    """A string as both JSON and TOML write it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _said(key: str, wording: Wording) -> Iterable[str]:
    for lang, text in (("ko", wording.ko), ("en", wording.en)):
        yield f"{key}.{lang} = " + (f'"""\n{_lines(text)}\n"""' if "\n" in text else _word(text))


def _lines(text: str) -> str:
    """Words between three quotation marks, where one alone needs nothing before it."""
    made = "\n".join(_word(line)[1:-1] for line in text.split("\n"))
    return made if '"""' in text else made.replace(r"\"", '"')


def _list(key: str, texts: Iterable[str]) -> Iterable[str]:
    return [f"{key} = [", *(f"  {_word(text)}," for text in texts), "]"]


def _value(value: object) -> str:
    return f"{{ won = {int(value)} }}" if isinstance(value, Won) else str(value)


def _change(
    kept: MutableMapping[str, Any], fresh: Mapping[str, Any], old: Mapping[str, Any], new: Mapping[str, Any]
) -> None:
    """Change in `kept` what differs between `old` and `new`, two readings of the same keys."""
    for key, value in new.items():
        if old[key] == value:
            continue
        match kept[key]:
            case MutableMapping() as table if table.keys() == value.keys():
                _change(table, fresh[key], old[key], value)
            case Array() as array if key in ("ko", "en"):
                _fill(array, old[key], value)
            case _:
                kept[key] = fresh[key]


def _fill(array: Array, old: list[str], new: list[str]) -> None:
    """Take out what is gone and add what came; what stays keeps its place."""
    for place in reversed(range(len(old))):
        if old[place] not in new:
            array.pop(place)
    for text in new:
        if text not in old:
            array.append(text)
