"""A picture in work, in pixels from its upper left corner: words, boxes, dashes.

It is imported in the drawing process only: matplotlib takes a second and a hundred megabytes.
"""

import io
from typing import Any, Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import FancyBboxPatch, Rectangle

from bot.figures.colours import Theme
from bot.figures.font import BOLD, REGULAR
from bot.figures.page import Page

WIDTH, MARGIN = 1080, 44
INNER: Final = WIDTH - 2 * MARGIN
DPI: Final = 100
TITLE, HEAD, TEXT, SMALL = 58.0, 42.0, 36.0, 31.0  # pixels of type
SMALLEST: Final = 26.0


class Sheet:
    """A picture in work: `y` is how far down it is drawn, in pixels."""

    def __init__(self, page: Page, theme: Theme) -> None:
        self.theme = theme
        self._figure = Figure(dpi=DPI, facecolor=theme.paper)
        self._measure = FigureCanvasAgg(self._figure).get_renderer()  # type: ignore[no-untyped-call]
        self._axes = self._figure.add_axes((0, 0, 1, 1))
        self._axes.axis("off")
        self.y = 40.0
        self.words(page.title, MARGIN, self.y + 36, TITLE, bold=True)
        self.words(page.subtitle, MARGIN, self.y + 100, TEXT, colour=theme.faint)
        self.y += 150

    def finished(self, footnote: str) -> bytes:
        """Write the footnote, cut the sheet off below it, and give the picture."""
        for line in footnote.splitlines():
            self.words(line, MARGIN, self.y + 16, SMALL, colour=self.theme.faint)
            self.y += 46
        height = round(self.y + 24)
        self._figure.set_size_inches(WIDTH / DPI, height / DPI)
        self._axes.set(xlim=(0, WIDTH), ylim=(height, 0))
        out = io.BytesIO()
        self._figure.savefig(out, format="png", facecolor=self.theme.paper)
        return out.getvalue()

    # -------------------------------------------------------------------------------------------------- strokes

    def width(self, words: str, size: float, *, bold: bool = False) -> float:
        """How wide these words are in this type, in pixels."""
        wide, _, _ = self._measure.get_text_width_height_descent(words, _type(size, bold), ismath=False)
        return float(wide)

    def words(
        self, words: str, x: float, y: float, size: float, *, bold: bool = False, colour: str | None = None,
        align: str = "left", room: float = INNER,
    ) -> None:  # fmt: skip
        """Write at this height, the words' middle; what has no room is written smaller, and in the end cut short."""
        while size > SMALLEST and self.width(words, size, bold=bold) > room:
            size -= 1
        if self.width(words, size, bold=bold) > room:
            while words and self.width(f"{words}…", size, bold=bold) > room:
                words = words[:-1]
            words = f"{words.rstrip()}…"
        self._axes.text(
            x, y, words, fontproperties=_type(size, bold), color=colour or self.theme.ink, ha=align,
            va="center_baseline", parse_math=False,
        )  # fmt: skip

    def box(self, x: float, y: float, wide: float, high: float, colour: str, round: float = 0.0) -> None:
        """A filled rectangle, its upper left corner at x and y."""
        if wide <= 0:
            return
        round = min(round, wide / 2, high / 2)
        shape: Any = Rectangle((x, y), wide, high)
        if round:
            inner = (x + round, y + round), wide - 2 * round, high - 2 * round
            shape = FancyBboxPatch(*inner, boxstyle=f"round,pad={round},rounding_size={round}")
        shape.set(facecolor=colour, linewidth=0)
        self._axes.add_patch(shape)

    def dashes(self, x: float, top: float, bottom: float) -> None:
        """A dashed upright line."""
        self._axes.plot([x, x], [top, bottom], color=self.theme.ink, linewidth=2.2, dashes=(3, 2.2))

    def head(self, title: str) -> None:
        """The title of a panel."""
        self.words(title, MARGIN, self.y + 24, HEAD, bold=True)
        self.y += 66

    def legend(self, entries: tuple[tuple[str, str], ...], *, line: bool = False) -> None:
        """Signs of colour with their names, as many in a row as there is room for."""
        x = float(MARGIN)
        for colour, name in entries:
            wide = 44 + self.width(name, SMALL) + 34
            if x > MARGIN and x + wide > WIDTH - MARGIN:
                x, self.y = float(MARGIN), self.y + 44
            if line:
                self.dashes(x + 14, self.y + 2, self.y + 34)
            else:
                self.box(x, self.y + 4, 28, 28, colour, 6)
            self.words(name, x + 44, self.y + 18, SMALL, colour=self.theme.faint, room=INNER - 44)
            x += wide
        self.y += 52


def _type(size: float, bold: bool) -> FontProperties:
    return FontProperties(fname=BOLD if bold else REGULAR, size=size * 72 / DPI)
