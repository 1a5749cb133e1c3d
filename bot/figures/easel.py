"""Draws a page as a picture for a phone: 1080 pixels wide, large type, light or dark.

It is imported in the drawing process only, as what it draws with.
"""

from collections.abc import Callable
from math import ceil
from typing import Any, Final

from matplotlib import rc_context

from bot.figures.colours import DARK, LIGHT
from bot.figures.page import Bars, Columns, Line, Page, Row, Stack, Tile, Tiles
from bot.figures.sheet import INNER, MARGIN, SMALL, TEXT, WIDTH, Sheet

HUGE, TICK = 88.0, 27.0  # pixels of type
TILE, BAR, ROW, COLUMNS, GAP = 232, 62, 118, 420, 36  # heights
LABELS: Final = 400  # most that labels beside bars may take


def draw(page: Page, *, dark: bool) -> bytes:
    """The page as PNG, 1080 pixels wide and as high as it takes."""
    with rc_context({"text.hinting": "none"}):  # hinted, points of Nanum fall below its line
        sheet = Sheet(page, DARK if dark else LIGHT)
        for panel in page.panels:
            _DRAW[type(panel)](sheet, panel)
            sheet.y += GAP
        return sheet.finished(page.footnote)


def _tiles(sheet: Sheet, panel: Tiles) -> None:
    wide = (INNER - 24) / 2
    for at, tile in enumerate(panel.tiles):
        x = MARGIN + (at % 2) * (wide + 24)
        y = sheet.y + (at // 2) * (TILE + 24)
        alone = at % 2 == 0 and at + 1 == len(panel.tiles)
        _tile(sheet, tile, x, y, INNER if alone else wide)
    rows = (len(panel.tiles) + 1) // 2
    sheet.y += rows * TILE + (rows - 1) * 24


def _tile(sheet: Sheet, tile: Tile, x: float, y: float, wide: float) -> None:
    sheet.box(x, y, wide, TILE, sheet.theme.card, 22)
    room = wide - 48
    sheet.words(tile.label, x + 24, y + 44, TEXT, colour=sheet.theme.faint, room=room)
    sheet.words(tile.value, x + 24, y + 122, HUGE, bold=True, room=room)
    sheet.words(tile.note, x + 24, y + 194, SMALL, colour=sheet.theme.faint, room=room)


def _bars(sheet: Sheet, panel: Bars) -> None:
    sheet.head(panel.title)
    if panel.line is not None:
        sheet.legend((("", panel.line.label),), line=True)
    labels = min(LABELS, max(sheet.width(bar.label, TEXT) for bar in panel.bars) + 24)
    values = max(sheet.width(bar.written, TEXT, bold=True) for bar in panel.bars) + 20
    left, room = MARGIN + labels, INNER - labels - values
    for bar in panel.bars:
        middle = sheet.y + BAR / 2
        sheet.words(bar.label, MARGIN, middle, TEXT, room=labels - 20)
        sheet.box(left, middle - 17, room, 34, sheet.theme.track, 8)
        sheet.box(left, middle - 17, room * min(1.0, bar.length), 34, sheet.theme.series[0], 8)
        sheet.words(bar.written, WIDTH - MARGIN, middle, TEXT, bold=True, align="right")
        if (mark := _mark(bar.mark, panel.line)) is not None:
            sheet.dashes(left + room * mark, middle - 27, middle + 27)
        sheet.y += BAR


def _mark(own: float | None, line: Line | None) -> float | None:
    return own if own is not None else line.at if line is not None else None


def _stack(sheet: Sheet, panel: Stack) -> None:
    sheet.head(panel.title)
    colours = sheet.theme.series[: len(panel.legend)]
    sheet.legend(tuple(zip(colours, panel.legend, strict=True)))
    most = max(sum(row.counts) for row in panel.rows) or 1
    for row in panel.rows:
        values = sheet.width(row.written, TEXT, bold=True)
        sheet.words(row.label, MARGIN, sheet.y + 24, TEXT, room=INNER - values - 30)
        sheet.words(row.written, WIDTH - MARGIN, sheet.y + 24, TEXT, bold=True, align="right")
        whole = sum(row.counts) if panel.whole else most
        _parts(sheet, row, INNER / (whole or 1), colours)
        sheet.y += ROW


def _parts(sheet: Sheet, row: Row, unit: float, colours: tuple[str, ...]) -> None:
    x, top = float(MARGIN), sheet.y + 52
    sheet.box(MARGIN, top, INNER, 44, sheet.theme.track, 8)
    for counted, colour in zip(row.counts, colours, strict=True):
        wide = counted * unit
        sheet.box(x, top, wide - (2 if wide > 6 else 0), 44, colour)
        written = f"{counted:,}"
        if counted and sheet.width(written, SMALL, bold=True) + 16 < wide:
            sheet.words(written, x + wide / 2, top + 22, SMALL, bold=True, colour=_on(colour), align="center")
        x += wide


def _on(colour: str) -> str:
    """Black or white, whichever reads better on a colour (its relative luminance, sRGB)."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return "#14181F" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.4 else "#FFFFFF"


def _columns(sheet: Sheet, panel: Columns) -> None:
    sheet.head(panel.title)
    if panel.note:
        sheet.legend(((sheet.theme.series[1], panel.note),))
    most = max(column.count for column in panel.columns) or 1
    step, ground = INNER / len(panel.columns), sheet.y + COLUMNS - 60
    high = COLUMNS - 60 - 46
    sheet.box(MARGIN, ground, INNER, 3, sheet.theme.track)
    labelled = _every([sheet.width(one.label, TICK) for one in panel.columns], step)
    counted = _every([sheet.width(one.written, TICK, bold=True) for one in panel.columns], step)
    for at, column in enumerate(panel.columns):
        middle, tall = MARGIN + (at + 0.5) * step, high * column.count / most
        colour = sheet.theme.series[1 if column.pale else 0]
        sheet.box(middle - step * 0.37, ground - tall, step * 0.74, tall, colour, min(8.0, tall / 2))
        if at in labelled:
            sheet.words(column.label, middle, ground + 32, TICK, colour=sheet.theme.faint, align="center")
        if at in counted:
            sheet.words(column.written, middle, ground - tall - 22, TICK, bold=True, align="center")
    sheet.y += COLUMNS


def _every(widths: list[float], step: float) -> range:
    """Which columns have room for words so wide: every one, or every second or third, counted from the last."""
    return range(len(widths) - 1, -1, -ceil((max(widths) + 6) / step))


_DRAW: Final[dict[type, Callable[[Sheet, Any], None]]] = {Tiles: _tiles, Bars: _bars, Stack: _stack, Columns: _columns}
