"""What is done in the drawing process. Only there the libraries that draw are imported, when they are first needed."""

from collections.abc import Mapping, Sequence

from bot.figures.page import Page
from storage.figures import Figures


def picture(page: Page, dark: bool) -> bytes:
    """A page as PNG."""
    from bot.figures.easel import draw

    return draw(page, dark=dark)


def report(pages: Sequence[Page]) -> bytes:
    """Pages as one sheet of A4, PDF."""
    from bot.figures.report import printed

    return printed(pages)


def table(figures: Figures, header: Sequence[str], names: Mapping[str, str]) -> bytes:
    """Everything counted as CSV, with the names of dongs."""
    from bot.figures.table import written

    return written(figures, header, names)
