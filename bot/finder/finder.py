"""A question in, `Found` out: the model's scores, read by thresholds that were found by trying.

A question is in the language of its letters, whatever its asker's bot speaks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bot.finder.features import Floats
from bot.finder.model import Model
from bot.finder.verdict import Found
from programmes.wording import Lang

TOPICS: Final = 5
_HANGUL: Final = re.compile(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7a3]")
_LATIN: Final = re.compile(r"[A-Za-z]")
_MOST: Final = 500  # letters that are read


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How far the best topic must be ahead of no topic at all not to be unknown, and to be sure; and of the next one.

    A score is about 1 for what is surely meant. `claim`: from which score a wrong claim is heard.
    """

    known: float = 0.07
    sure: float = 0.2
    ahead: float = 0.1
    claim: float = 0.35


@dataclass(frozen=True, slots=True)
class Finder:
    """Finds by a model; made anew when there is more to learn from. A question takes some 10 ms of one processor."""

    model: Model
    thresholds: Thresholds = Thresholds()

    def find(self, question: str, lang: Lang) -> Found:
        """What it is about."""
        labels = self.model.labels
        scores = self.model.scores(question[:_MOST], tongue(question, lang))
        topics, none, claims, kinds = labels.split(scores)
        if not labels.topics:
            return Found("unknown", (), kind=_best(labels.kinds, kinds, 0))
        best = np.argsort(-topics)[:TOPICS]
        named = tuple(labels.topics[place] for place in best)
        known = float(topics[best[0]] - none)
        if known < self.thresholds.known:
            return Found("unknown", named, kind=_best(labels.kinds, kinds, 0))
        behind = topics[best[1]] if len(best) > 1 else none
        sure = known >= self.thresholds.sure and topics[best[0]] - behind >= self.thresholds.ahead
        return Found("answer" if sure else "choose", named, _best(labels.claims, claims, self.thresholds.claim))


def tongue(question: str, lang: Lang) -> Lang:
    """The language of the letters; that of the asker where there are none."""
    if _HANGUL.search(question):
        return "ko"
    return "en" if _LATIN.search(question) else lang


def _best(names: Sequence[str], scores: Floats, least: float) -> str | None:
    place = int(np.argmax(scores)) if names else 0
    return names[place] if names and scores[place] >= least else None
