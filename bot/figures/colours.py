"""Colours of pictures and reports, light and dark.

Those of series are Okabe and Ito's (2008), which colour-blind people tell apart; what a colour says is written too.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of a light or a dark picture; `series` are Okabe and Ito's, those that read best on it first."""

    paper: str
    card: str
    ink: str
    faint: str
    track: str
    series: tuple[str, ...]


LIGHT: Final = Theme(
    "#FFFFFF", "#F1F4F8", "#14181F", "#5A6472", "#E1E6ED",
    ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8A939F"),
)  # fmt: skip
DARK: Final = Theme(
    "#12161C", "#1D242E", "#F2F5F9", "#A9B4C2", "#303A47",
    ("#56B4E9", "#E69F00", "#2BBF94", "#E39BC4", "#F0E442", "#F0743A", "#9AA5B3"),
)  # fmt: skip
