"""What a picture, a report or a table is made of: panels whose every word is written already.

Whoever draws them needs no words, no city and no database.
"""

import msgspec


class Tile(msgspec.Struct, frozen=True):
    """One number, large, with what it is above and what it is measured against below."""

    label: str
    value: str
    note: str = ""


class Tiles(msgspec.Struct, frozen=True, tag=True):
    """Numbers side by side."""

    tiles: tuple[Tile, ...]


class Line(msgspec.Struct, frozen=True):
    """What bars are measured against and its name: one value for all, 0 to 1, or None where each bar has its mark."""

    at: float | None
    label: str


class Bar(msgspec.Struct, frozen=True):
    """A bar of a length from 0 to 1, with its value as it is written; `mark` is what this one is measured against."""

    label: str
    length: float
    written: str
    mark: float | None = None


class Bars(msgspec.Struct, frozen=True, tag=True):
    """Bars under each other."""

    title: str
    bars: tuple[Bar, ...]
    line: Line | None = None


class Row(msgspec.Struct, frozen=True):
    """Counts of one thing, in the order of the stack's legend."""

    label: str
    counts: tuple[int, ...]
    written: str


class Stack(msgspec.Struct, frozen=True, tag=True):
    """Bars that show of what each is made; all have the full length when `whole`, else that of their sum."""

    title: str
    legend: tuple[str, ...]
    rows: tuple[Row, ...]
    whole: bool = False


class Column(msgspec.Struct, frozen=True):
    """A column with its count as it is written; a pale one is beyond what was promised, or not over yet."""

    label: str
    count: int
    written: str
    pale: bool = False


class Columns(msgspec.Struct, frozen=True, tag=True):
    """Columns side by side, and a note what the pale ones are."""

    title: str
    columns: tuple[Column, ...]
    note: str = ""


Panel = Tiles | Bars | Stack | Columns


class Page(msgspec.Struct, frozen=True):
    """One picture."""

    title: str
    subtitle: str
    panels: tuple[Panel, ...]
    footnote: str = ""
