"""When two questions of different people are near enough to be read by an officer as one: typing errors, other endings.

What is left of each without endings (`sameness`) is cut into threes of letters; two are alike when they share most.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from programmes.sameness import forms

ALIKE: Final = 0.7
"""Share of their threes that two have in common (Dice’s coefficient). Lower, a dog was joined with a cat."""

Threes = frozenset[str]


@lru_cache(2**11)
def threes(text: str) -> Threes:
    """What a question is compared by."""
    whole = f"  {max(forms(text), key=len)} "
    return frozenset(whole[at : at + 3] for at in range(len(whole) - 2))


def nearest(one: Threes, others: Iterable[Threes]) -> int | None:
    """The place of the one most alike, the first of several; None where none is alike."""
    shares = ((2 * len(one & other) / (len(one) + len(other)), -place) for place, other in enumerate(others))
    share, place = max(shares, default=(0.0, 0))
    return -place if share >= ALIKE else None
