"""Learns from lessons which topic is meant: kernel ridge regression, one language at a time.

Every lesson is a witness: how much it has in common with the question, times what it learned to say for each label.
Labels are topics, claims and kinds of things elsewhere; a lesson about a claim speaks for its topic as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix, diags

from bot.finder.features import Floats, alike, meanings, pieces
from bot.finder.lessons import LANGS, Lesson
from programmes.wording import Lang

NONE: Final = "none"
DOUBT: Final = 0.5  # how far a lesson may be from what is learned of it
AT_ONCE: Final = 2000  # rows of the table of what lessons have in common
OFTEN: Final = 1000  # pieces that most lessons share: multiplied as full columns, which costs a third of what gaps do


@dataclass(frozen=True, slots=True)
class Labels:
    """What can be said of a question, in the order of the columns: topics, none of them, claims, kinds."""

    topics: tuple[str, ...]
    claims: tuple[str, ...]
    kinds: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """A name for each column."""
        return (*self.topics, NONE, *(f"claim:{one}" for one in self.claims), *(f"kind:{one}" for one in self.kinds))

    def split(self, scores: Floats) -> tuple[Floats, float, Floats, Floats]:
        """The scores of topics, of none of them, of claims and of kinds."""
        topics, claims = len(self.topics), len(self.topics) + 1 + len(self.claims)
        return scores[:topics], float(scores[topics]), scores[topics + 1 : claims], scores[claims:]


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The lessons of one language: their pieces (a column each), what these weigh, meanings, and what they say."""

    pieces: csr_matrix
    weights: Floats
    meanings: Floats | None
    say: Floats

    def scores(self, question: str) -> Floats:
        """About 1 for a label that is surely meant, about 0 for one that is not."""
        common = (_weighed(pieces([question]), self.weights) @ self.pieces).toarray()
        if self.meanings is not None:
            common += alike(meanings([question]), self.meanings)
        made: Floats = (common @ self.say)[0]
        return made


@dataclass(frozen=True, slots=True)
class Model:
    """What was learned; `deep` tells whether meanings count."""

    labels: Labels
    deep: bool
    tongues: Mapping[Lang, Witnesses]

    def scores(self, question: str, lang: Lang) -> Floats:
        """A score for each of the labels."""
        return self.tongues[lang].scores(question)

    def save(self, path: Path) -> None:
        """Keep it in a file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        held: dict[str, object] = {"deep": self.deep}
        held |= {name: np.array(getattr(self.labels, name), dtype=str) for name in Labels.__slots__}
        for lang, one in self.tongues.items():
            held |= {f"{lang}_{part}": getattr(one.pieces, part) for part in ("data", "indices", "indptr", "shape")}
            held |= {f"{lang}_weights": one.weights, f"{lang}_say": one.say}
            if one.meanings is not None:
                held[f"{lang}_meanings"] = one.meanings.astype(np.float16)
        partial = path.with_suffix(".part.npz")
        np.savez(partial, **held)  # type: ignore[arg-type]
        partial.replace(path)


def load(path: Path) -> Model:
    """What was kept. OSError or ValueError when it cannot be read."""
    with np.load(path, allow_pickle=False) as held:
        labels = Labels(*(tuple(map(str, held[name])) for name in Labels.__slots__))
        deep = bool(held["deep"])
        tongues: dict[Lang, Witnesses] = {}
        for lang in LANGS:
            parts = (held[f"{lang}_data"], held[f"{lang}_indices"], held[f"{lang}_indptr"])
            meant = held[f"{lang}_meanings"].astype(np.float32) if deep else None
            table = csr_matrix(parts, shape=tuple(held[f"{lang}_shape"]))
            tongues[lang] = Witnesses(table, held[f"{lang}_weights"], meant, held[f"{lang}_say"])
    return Model(labels, deep, tongues)


def learn(lessons: Sequence[Lesson], deep: bool = True) -> Model:
    """Learn. Fifteen thousand lessons take 1 GB and half a minute of processor time, a third of it without meanings."""
    labels = Labels(
        tuple(dict.fromkeys(one.topic for one in lessons if one.topic)),
        tuple(dict.fromkeys(one.claim for one in lessons if one.claim)),
        tuple(dict.fromkeys(one.kind for one in lessons if one.kind)),
    )
    spoken = {lang: [one for one in lessons if one.lang == lang] for lang in LANGS}
    return Model(labels, deep, {lang: _witnesses(labels, found, deep) for lang, found in spoken.items()})


def _witnesses(labels: Labels, lessons: Sequence[Lesson], deep: bool) -> Witnesses:
    texts = [one.text for one in lessons]
    counted = pieces(texts)
    weights = (np.log((1 + len(texts)) / (1 + counted.getnnz(axis=0))) + 1).astype(np.float32)
    table = _weighed(counted, weights)
    meant = meanings(texts) if deep else None
    common = _in_common(table, np.asarray(counted.getnnz(axis=0)), meant)
    common[np.diag_indices(len(texts))] += DOUBT
    solved = cho_solve(cho_factor(common, lower=True, overwrite_a=True, check_finite=False), _targets(labels, lessons))
    return Witnesses(table.T.tocsr(), weights, meant, solved.astype(np.float32))


def _in_common(table: csr_matrix, times: NDArray[np.int_], meant: Floats | None) -> Floats:
    """How much each lesson has in common with those before it; what stands above the diagonal means nothing."""
    columns, order = table.tocsc(), np.argsort(-times)
    often, rare = columns[:, order[:OFTEN]].toarray(), columns[:, order[OFTEN:]].tocsr()
    made = np.empty((len(often), len(often)), dtype=np.float32)
    for start in range(0, len(often), AT_ONCE):
        rows, before = slice(start, start + AT_ONCE), slice(start + AT_ONCE)
        made[rows, before] = often[rows] @ often[before].T
        more = (rare[rows] @ rare[before].T).tocoo()
        made[start + more.row, more.col] += more.data
        if meant is not None:
            made[rows, before] += alike(meant[rows], meant[before])
    return made


def _weighed(counted: csr_matrix, weights: Floats) -> csr_matrix:
    """Rare pieces count for more; each row has length one."""
    weighed = counted.multiply(weights).tocsr()
    lengths = np.sqrt(weighed.multiply(weighed).sum(axis=1)).A1
    made: csr_matrix = (diags(1 / np.maximum(lengths, 1e-9)) @ weighed).tocsr().astype(np.float32)
    return made


def _targets(labels: Labels, lessons: Sequence[Lesson]) -> Floats:
    places = {name: place for place, name in enumerate(labels.all)}
    made = np.zeros((len(lessons), len(places)), dtype=np.float32)
    for row, one in enumerate(lessons):
        names = (one.topic or NONE, one.claim and f"claim:{one.claim}", one.kind and f"kind:{one.kind}")
        for name in filter(None, names):
            made[row, places[name]] = 1
    return made
