"""The pages as a report on one sheet of A4: numbers above, the panels in two columns below, as text one can search.

It is imported in the drawing process only.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fpdf import FPDF

from bot.figures.colours import LIGHT
from bot.figures.font import BOLD, REGULAR
from bot.figures.page import Bars, Columns, Page, Panel, Stack, Tile, Tiles

WIDE, HIGH, MARGIN, GAP = 210.0, 297.0, 13.0, 7.0  # millimetres
COLUMN: Final = (WIDE - 2 * MARGIN - GAP) / 2
FOOT: Final = HIGH - 16
TITLE, HEAD, TEXT, SMALL, LEGEND, SMALLEST, HUGE = 19, 10.5, 8, 7, 6.2, 5.6, 16  # points
LINE, TILE = 4.7, 19.0
FONT = "Nanum"
logging.getLogger("fontTools").setLevel(logging.ERROR)  # it tells of each table of the font that it leaves out


def printed(pages: Sequence[Page]) -> bytes:
    """One sheet, whatever there is; what has no room is left to the table."""
    sheet = _Sheet()
    first = pages[0]
    sheet.words(first.title, MARGIN, 20, TITLE, bold=True)
    sheet.words(first.subtitle, MARGIN, 27.5, 9.5, colour=LIGHT.faint)
    seen: set[Tile] = set()
    for page in pages:
        for panel in page.panels:
            if isinstance(panel, Tiles):
                fresh = [tile for tile in panel.tiles if tile not in seen]
                seen.update(fresh)
                sheet.tiles(fresh)
    for panel in (panel for page in pages for panel in page.panels if not isinstance(panel, Tiles)):
        sheet.panel(panel)
    for at, line in enumerate(first.footnote.splitlines()):
        sheet.words(line, MARGIN, HIGH - 11 + at * 4, SMALL, colour=LIGHT.faint)
    return bytes(sheet.pdf.output())


class _Sheet:
    """The sheet in work: `top` is where the columns begin, `ends` how far each is filled."""

    def __init__(self) -> None:
        self.pdf = FPDF(format="A4")
        self.pdf.set_auto_page_break(False)
        self.pdf.add_font(FONT, "", str(REGULAR))
        self.pdf.add_font(FONT, "B", str(BOLD))
        self.pdf.add_page()
        self._tiles = 0
        self.ends = [34.0, 34.0]

    def words(
        self, words: str, x: float, y: float, size: float, *, bold: bool = False, colour: str = LIGHT.ink,
        right: bool = False, room: float | None = None,
    ) -> None:  # fmt: skip
        """Write with its foot at y; what is wider than its room is written smaller, and in the end cut short."""
        self.pdf.set_font(FONT, "B" if bold else "", size)
        if room is not None and (wide := self.pdf.get_string_width(words)) > room:
            self.pdf.set_font_size(max(size * room / wide, SMALLEST))
        while room is not None and len(words) > 1 and self.pdf.get_string_width(words) > room:
            words = words[:-2].rstrip() + "…"
        self.pdf.set_text_color(colour)
        self.pdf.text(x - (self.pdf.get_string_width(words) if right else 0), y, words)

    def box(self, x: float, y: float, wide: float, high: float, colour: str) -> None:
        """A filled rectangle."""
        if wide > 0:
            self.pdf.set_fill_color(colour)
            self.pdf.rect(x, y, wide, high, style="F")

    def tiles(self, tiles: Sequence[Tile]) -> None:
        """Numbers, four in a row over both columns."""
        wide = (WIDE - 2 * MARGIN - 3 * 4) / 4
        for tile in tiles:
            row, at = divmod(self._tiles, 4)
            x, y = MARGIN + at * (wide + 4), 34 + row * (TILE + 3)
            self.box(x, y, wide, TILE, LIGHT.card)
            self.words(tile.label, x + 2.5, y + 4.8, TEXT, colour=LIGHT.faint, room=wide - 5)
            self.words(tile.value, x + 2.5, y + 12, HUGE, bold=True, room=wide - 5)
            self.words(tile.note, x + 2.5, y + 16.8, 6.2, colour=LIGHT.faint, room=wide - 5)
            self._tiles += 1
            self.ends = [y + TILE + 6] * 2

    def panel(self, panel: Panel) -> None:
        """One panel in the column that has more room, its rows as far as they go."""
        table = _TABLE[type(panel)](panel)
        side = self.ends.index(min(self.ends))
        x, y = MARGIN + side * (COLUMN + GAP), self.ends[side]
        fits = int((FOOT - y - 6 - (0 if not table.legend else 4 if len(table.legend) <= 5 else 7.5)) // LINE)
        if fits < 1:
            return
        self.words(table.title, x, y + 3.5, HEAD, bold=True, room=COLUMN)
        y += 6
        if table.legend:
            y = self._legend(x, y, table.legend)
        for row in table.rows[:fits]:
            self._row(x, y, row)
            y += LINE
        self.ends[side] = y + 5

    def _legend(self, left: float, y: float, legend: Sequence[tuple[str, str]]) -> float:
        """Signs of colour with their names, as many in a line as there is room for; gives where the rows begin."""
        x = left
        self.pdf.set_font(FONT, "", LEGEND)
        for colour, name in legend:
            wide = self.pdf.get_string_width(name) + 5.4
            if x > left and x + wide > left + COLUMN:
                x, y = left, y + 3.4
            self.box(x, y - 0.1, 2.3 if colour != LIGHT.ink else 0.5, 2.3, colour)
            self.words(name, x + 3.2, y + 2, LEGEND, colour=LIGHT.faint, room=COLUMN - 3.2)
            x += wide
        return y + 4

    def _row(self, x: float, y: float, row: "_Row") -> None:
        self.pdf.set_font(FONT, "B", TEXT)
        labels, values = COLUMN * 0.40, max(COLUMN * 0.12, self.pdf.get_string_width(row.written) + 2)
        self.words(row.label, x, y + 3.4, TEXT, room=labels - 2)
        room, at = COLUMN - labels - values, x + labels
        self.box(at, y + 0.8, room, 3.2, LIGHT.track)
        for colour, part in row.parts:
            self.box(at, y + 0.8, room * part, 3.2, colour)
            at += room * part
        if row.mark is not None:
            self.box(x + labels + room * row.mark - 0.2, y + 0.2, 0.4, 4.4, LIGHT.ink)
        self.words(row.written, x + COLUMN, y + 3.4, TEXT, bold=True, right=True)


@dataclass(frozen=True, slots=True)
class _Row:
    """A label, what is written at the end, and a bar of parts from 0 to 1 in their colours."""

    label: str
    written: str
    parts: Sequence[tuple[str, float]]
    mark: float | None = None


@dataclass(frozen=True, slots=True)
class _Table:
    title: str
    rows: Sequence[_Row]
    legend: Sequence[tuple[str, str]] = ()


FIRST, PALE = LIGHT.series[:2]


def _bars(panel: Bars) -> _Table:
    line = panel.line
    marks = [bar.mark if bar.mark is not None else line.at if line else None for bar in panel.bars]
    rows = [
        _Row(bar.label, bar.written, [(FIRST, bar.length)], mark) for bar, mark in zip(panel.bars, marks, strict=True)
    ]
    return _Table(panel.title, rows, [(LIGHT.ink, line.label)] if line else ())


def _stack(panel: Stack) -> _Table:
    most = max(sum(row.counts) for row in panel.rows) or 1
    rows = [
        _Row(
            row.label,
            row.written,
            [(colour, one / whole) for colour, one in zip(LIGHT.series, row.counts, strict=False)],
        )
        for row in panel.rows
        for whole in [(sum(row.counts) if panel.whole else most) or 1]
    ]
    return _Table(panel.title, rows, list(zip(LIGHT.series, panel.legend, strict=False)))


def _columns(panel: Columns) -> _Table:
    most = max(column.count for column in panel.columns) or 1
    rows = [_Row(one.label, one.written, [(PALE if one.pale else FIRST, one.count / most)]) for one in panel.columns]
    return _Table(panel.title, rows, [(PALE, panel.note)] if panel.note else ())


_TABLE: Final[dict[type, Callable[[Any], _Table]]] = {Bars: _bars, Stack: _stack, Columns: _columns}
