"""The picture of the fortnight: how long people wait for a decision as officers get fewer."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tests.bench.office import A_DAY

LINES: Final = {"median": ("half are decided within", "#0b63c4"), "p95": ("95 of 100 within", "#c2410c")}
LIMITS: Final = {16: "16 h: the target of the median", 24: "24 h: the longest for 95 of 100"}
WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 560, 70, 36, 150, 110
TITLE: Final = f"Working hours to a decision ({2 * A_DAY} appeals a day)"
HIGHEST: Final = 40  # working hours; what is above is drawn at the edge


def drawn(staffings: Mapping[str, Any]) -> str:
    """Two curves over the number of officers, falling to the right, and the two limits."""
    return "\n".join((
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        ' font-family="system-ui, sans-serif" font-size="22" fill="#1b2430">',
        "<title>Working hours from filing to decision, by officers</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="12" fill="#ffffff"/>',
        f'<text x="24" y="44" font-size="24" font-weight="700">{TITLE}</text>',
        *_limits(),
        *(part for number, name in enumerate(LINES) for part in _curve(number, name, staffings)),
        *_officers(list(staffings)),
        "</svg>",
        "",
    ))  # fmt: skip


def _x(number: int, of: int) -> float:
    return LEFT + 40 + number * (WIDTH - LEFT - RIGHT - 80) / max(1, of - 1)


def _y(hours: float) -> float:
    return HEIGHT - BOTTOM - min(hours, HIGHEST) * (HEIGHT - BOTTOM - TOP) / HIGHEST


def _limits() -> Iterator[str]:
    for hours in (0, 16, 24, HIGHEST):
        dashes = ' stroke-dasharray="6 6"' if hours in LIMITS else ""
        y = _y(hours)
        yield f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.0f}" y2="{y:.0f}" stroke="#8a97a8"{dashes}/>'
        yield f'<text x="{LEFT - 10}" y="{y + 8:.0f}" text-anchor="end">{hours}</text>'
    for hours, words in LIMITS.items():
        place = f'x="{LEFT + 8}" y="{_y(hours) - 8:.0f}"'
        yield f'<text {place} font-size="17" fill="#5a6675">{words}</text>'


def _curve(number: int, name: str, staffings: Mapping[str, Any]) -> Iterator[str]:
    words, colour = LINES[name]
    hours = [float(one[name]) for one in staffings.values()]
    spots = [(_x(n, len(hours)), _y(one)) for n, one in enumerate(hours)]
    points = " ".join(f"{x:.0f},{y:.0f}" for x, y in spots)
    yield f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="4"/>'
    for (x, y), one in zip(spots, hours, strict=True):
        yield f'<circle cx="{x:.0f}" cy="{y:.0f}" r="6" fill="{colour}"/>'
        yield f'<text x="{x:.0f}" y="{y - 14:.0f}" text-anchor="middle" fill="{colour}">{one:.0f}</text>'
    key = 88 + 32 * number
    yield f'<rect x="24" y="{key - 16}" width="28" height="10" fill="{colour}"/>'
    yield f'<text x="64" y="{key - 4}">{words}</text>'


def _officers(names: list[str]) -> Iterator[str]:
    for number, name in enumerate(names):
        place = f'x="{_x(number, len(names)):.0f}" y="{HEIGHT - BOTTOM + 36}"'
        yield f'<text {place} text-anchor="middle">{name.replace("+", " + ")}</text>'
    middle = f'x="{WIDTH / 2:.0f}" y="{HEIGHT - 34}"'
    yield f'<text {middle} text-anchor="middle">officers who check + officers who decide</text>'
