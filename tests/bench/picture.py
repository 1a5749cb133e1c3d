"""Draws pictures of `docs/` from `build/bench.json`: `python -m tests.bench.picture`, after a `make bench`.

`bench.svg` is of the turns, `fortnight.svg` of the fortnight at the counter; what was not measured is not drawn.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from tests.bench import curves
from tests.bench.report import FIGURES

PICTURES: Final = Path(__file__).parents[2] / "docs" / "pictures"
OURS, OTHERS, FLOOR = "#0b63c4", "#8a97a8", "#c3ccd8"
SHOWN: Final = {  # cell: its words and its colour
    "floor": ("the floor: an echo that keeps nothing", FLOOR),
    "SQLite": ("Changgu on SQLite, every update committed", OURS),
    "SQLite, audited": ("Changgu, each update also audited", OURS),
    "PostgreSQL": ("Changgu on PostgreSQL, one process", OURS),
    "aiogram, memory": ("aiogram, state in memory", OTHERS),
    "ConversationHandler": ("PTB, ConversationHandler and a pickle", OTHERS),
    "PTB + ORM": ("PTB, an ORM session an update", OTHERS),
}
WIDTH, MARGIN, ROW, BAR, TITLE, FIGURE = 720, 24, 70, 26, 76, 130  # half of it on a phone: words stay readable


def main() -> None:
    """Read the figures and write the pictures."""
    told = json.loads(FIGURES.read_text(encoding="utf-8"))
    if "turns" in told:
        (PICTURES / "bench.svg").write_text(drawn(told["turns"]["cells"]), encoding="utf-8")
    if "fortnight" in told:
        (PICTURES / "fortnight.svg").write_text(curves.drawn(told["fortnight"]["staffings"]), encoding="utf-8")


def drawn(cells: Mapping[str, Any]) -> str:
    """Two panels of bars, one above the other."""
    panel = TITLE + ROW * len(SHOWN)
    height = 2 * panel + MARGIN
    return "\n".join((
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img"'
        ' font-family="system-ui, sans-serif" font-size="25" fill="#1b2430">',
        "<title>Updates a second, and processor time an update</title>",
        f'<rect width="{WIDTH}" height="{height}" rx="12" fill="#ffffff"/>',
        *_panel(0, "Updates a second (longer is better)", {name: cells[name]["median"]["rate"] for name in SHOWN}),
        *_panel(panel, "CPU µs an update (shorter is better)", {
            name: cells[name]["median"]["cpu"] for name in SHOWN
        }),
        "</svg>",
        "",
    ))  # fmt: skip


def _panel(top: int, title: str, figures: Mapping[str, float]) -> Iterator[str]:
    scale = (WIDTH - 2 * MARGIN - FIGURE) / max(figures.values())
    yield f'<text x="{MARGIN}" y="{top + 48}" font-size="30" font-weight="700">{title}</text>'
    for number, (name, figure) in enumerate(figures.items()):
        words, colour = SHOWN[name]
        y, length = top + TITLE + number * ROW, max(2.0, figure * scale)
        yield f'<text x="{MARGIN}" y="{y + 22}">{words}</text>'
        yield f'<rect x="{MARGIN}" y="{y + 32}" width="{length:.0f}" height="{BAR}" rx="4" fill="{colour}"/>'
        yield f'<text x="{MARGIN + length + 10:.0f}" y="{y + 54}" font-weight="600">{figure:,.0f}</text>'


if __name__ == "__main__":
    main()
