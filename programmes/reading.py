"""Reads TOML into frozen dataclasses, whose fields are the schema; what does not fit is refused with its line."""

import re
import tomllib
from collections.abc import Container, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Self, TypeVar, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from programmes.wording import Wording, fault

KST = ZoneInfo("Asia/Seoul")
T = TypeVar("T")


class BadProgramme(ValueError):
    """A file of the city cannot be used; says which file, line and key is wanting, and why."""

    def __init__(self, file: str, line: int, where: str, why: str) -> None:
        super().__init__(f"{file}, line {line}, {where}: {why}")
        self.file, self.line, self.where, self.why = file, line, where, why


@dataclass(frozen=True, slots=True)
class Page:
    """One TOML file, as text (to name lines) and as data."""

    name: str
    text: str
    data: Mapping[str, object]

    @classmethod
    def open(cls, path: Path, parts: int = 2, until: str = "") -> Self:
        """Read a file, named by the last parts of its path, or of its data only what stands before a table.

        BadProgramme when it is missing or is not TOML.
        """
        name = "/".join(path.parts[-parts:])
        if not path.is_file():
            raise BadProgramme(name, 0, "file", "is missing")
        text = path.read_text(encoding="utf-8")
        try:
            return cls(name, text, tomllib.loads(text.partition(f"\n[{until}]")[0] if until else text))
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"line (\d+)", str(error))
            line = int(found[1]) if found else text.count("\n") + 1
            raise BadProgramme(name, line, "file", f"is not TOML: {error}") from None


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a page: `Spot(page) / "rounds" / 0 / "rules"`."""

    page: Page
    trail: tuple[str | int, ...] = ()
    words: str = ""

    def __truediv__(self, step: str | int) -> "Spot":
        return Spot(self.page, (*self.trail, step))

    def __str__(self) -> str:
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.trail)
        return "".join(steps).lstrip(".") or "file"

    def at(self, words: str) -> "Spot":
        """The place of this string below this key, to name its line."""
        return Spot(self.page, self.trail, words)

    @property
    def line(self) -> int:
        """Number of the nearest line that can be found by searching the text, from 1."""
        at, names = 0, ""
        for step in self.trail:
            if isinstance(step, int):
                heads = list(re.compile(rf"^\[\[{re.escape(names)}\]\]", re.MULTILINE).finditer(self.page.text, at))
                at = heads[step].end() if step < len(heads) else at
                continue
            names = f"{names}.{step}".lstrip(".")
            head = re.compile(rf"^\s*\[{re.escape(names)}\]", re.MULTILINE).search(self.page.text, at)
            keys = rf"^\s*(?:{re.escape(names)}|{re.escape(step)})\s*[.=]"
            key = re.compile(keys, re.MULTILINE).search(self.page.text, at)
            after = re.compile(r"^\[", re.MULTILINE).search(self.page.text, at)
            if head:
                at = head.end()
            elif key and not (after and after.start() < key.start()):
                at = key.end()
        if self.words:
            at = max(at, self.page.text.find(f'"{self.words}"', at))
        return self.page.text.count("\n", 0, at) + 1

    def refuse(self, why: str) -> BadProgramme:
        """The error to raise for this place."""
        return BadProgramme(self.page.name, self.line, str(self), why)


def build(kind: Any, value: object, spot: Spot) -> Any:
    """Value of a TOML key as `kind`: a dataclass, Wording, tuple, Mapping, Literal, `X | None` or a plain type.

    A class with a `read(value, spot)` reads itself. A Mapping may be written as rows that each have a `code`.
    BadProgramme for a missing or unknown key, a wrong type, a doubled code, or words that may not be shown.
    """
    origin, args = get_origin(kind), get_args(kind)
    if hasattr(kind, "read"):
        return kind.read(value, spot)
    if origin is UnionType:
        return build(args[0], value, spot)
    if origin is Literal and value in args:
        return value
    if origin is tuple and isinstance(value, list):
        return tuple(build(args[0], item, spot / number) for number, item in enumerate(value))
    if origin is Mapping:
        return _mapping(args[1], value, spot)
    if is_dataclass(kind) and isinstance(kind, type):
        return build_table(kind, value, spot)
    if isinstance(kind, type) and type(value) is kind:
        return _moment(value, spot) if isinstance(value, datetime) else value
    wanted = f"one of {', '.join(map(str, args))}" if origin is Literal else getattr(origin or kind, "__name__", kind)
    raise spot.refuse(f"should be {wanted}")


def build_table(kind: type[T], value: object, spot: Spot, **given: object) -> T:
    """A dataclass from a table; fields in `given` are known already and may not stand in the file."""
    parts, found = _parts(kind, value, spot, given)
    if found:
        raise found[0]
    made = kind(**parts, **given)
    if isinstance(made, Wording) and (why := fault(made)):
        raise spot.refuse(why)
    return made


def table_faults(kind: type[Any], value: object, spot: Spot, *given: str) -> list[BadProgramme]:
    """All that `build_table` would refuse, key by key, where that stops at the first."""
    return _parts(kind, value, spot, given)[1]


def _parts(
    kind: type[Any], value: object, spot: Spot, given: Container[str]
) -> tuple[dict[str, Any], list[BadProgramme]]:
    """The fields that a table gives, built, and what is wrong with the others."""
    if not isinstance(value, dict):
        return {}, [spot.refuse("should be a table")]
    kinds = _hints(kind)  # type: ignore[arg-type]
    read = {field.name: field for field in fields(kind) if field.name not in given}
    found = [(spot / name).refuse("is not a known key") for name in value if name not in read]
    for name, field in read.items():
        if name not in value and field.default is MISSING:
            found.append((spot / name).refuse("is missing"))
    parts: dict[str, Any] = {}
    for name in [name for name in read if name in value]:
        try:
            parts[name] = build(kinds[name], value[name], spot / name)
        except BadProgramme as error:
            found.append(error)
    return parts, found


@cache
def _hints(kind: type[Any]) -> Mapping[str, Any]:
    """What each field holds; asking Python takes longer than reading a table."""
    return get_type_hints(kind)


def _mapping(kind: Any, value: object, spot: Spot) -> dict[str, Any]:
    if isinstance(value, dict):
        return {key: build(kind, item, spot / key) for key, item in value.items()}
    if not isinstance(value, list):
        raise spot.refuse("should be a table or rows with a code")
    made: dict[str, Any] = {}
    for number, item in enumerate(value):
        row = build(kind, item, spot / number)
        if row.code in made:
            raise (spot / number / "code").refuse(f"{row.code} stands twice")
        made[row.code] = row
    return made


def _moment(value: datetime, spot: Spot) -> datetime:
    if value.tzinfo is None:
        raise spot.refuse("needs its offset, as in 2025-07-21T09:00:00+09:00")
    return value.astimezone(KST)
