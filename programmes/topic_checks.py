"""What answers name must exist before the bot may start; how well they are written is read by `programmes.answers`."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from programmes.reading import BadProgramme, Spot
from programmes.schema import ACTIONS, Claim, Programme, Topic
from programmes.topics import Shelf, params
from programmes.wording import Lang, Wording, placeholders

TITLE: Final[Mapping[Lang, int]] = {"ko": 16, "en": 40}
"""Letters of a title, which is the label of a button."""

RELATED: Final = 4


@dataclass(frozen=True, slots=True)
class Register:
    """What the answers of a programme may name; `topics` are all there are, also those that cannot be read."""

    programme: Programme
    offices: Collection[str]
    topics: Collection[str]

    def faults(self, topics: Shelf[Topic], claims: Shelf[Claim]) -> Iterator[BadProgramme]:
        """What could not be read, and all that names something unknown."""
        yield from topics.wrong
        yield from claims.wrong
        for topic, spot in topics.kept.values():
            yield from self._topic(topic, spot)
        for claim, spot in claims.kept.values():
            yield from self._known([claim.topic], spot / "topic")
            yield from self._words(claim, {"says": claim.says}, spot)

    def grounds(self, appeal: Spot) -> Iterator[BadProgramme]:
        """Grounds for an appeal that say they settle a topic which there is not."""
        for number, ground in enumerate(self.programme.appeal_reasons.values() if self.topics else ()):
            yield from self._known(ground.answers, appeal / "reasons" / number / "answers")

    def _topic(self, one: Topic, spot: Spot) -> Iterator[BadProgramme]:
        if one.owner not in self.offices:
            yield (spot / "owner").refuse(f"{one.owner} is no known office")
        if not 1 <= len(set(one.related)) <= RELATED or one.id in one.related:
            yield (spot / "related").refuse(f"should be one to {RELATED} other topics")
        yield from self._known(one.related, spot / "related")
        if one.action and not self._opens(one.action):
            yield (spot / "action").refuse(f"{one.action} is nothing that a resident can open")
        for lang, most in TITLE.items():
            if len(one.title[lang]) > most:
                yield (spot / "title").refuse(f"{lang} is longer than {most} letters")
        words = {"answer": one.answer, **({"staff": one.staff} if one.staff else {})}
        yield from self._words(one, words, spot)

    def _known(self, codes: Collection[str], spot: Spot) -> Iterator[BadProgramme]:
        yield from (spot.refuse(f"{code} is no known topic") for code in codes if code not in self.topics)

    def _opens(self, action: str) -> bool:
        name, _, reason = action.partition(":")
        return action in ACTIONS or (name == "appeal" and reason in self.programme.appeal_reasons)

    def _words(self, one: Topic | Claim, said: Mapping[str, Wording], spot: Spot) -> Iterator[BadProgramme]:
        """Placeholders that nothing fills, and values of its own that the programme has, or that nothing names."""
        known, own = params(self.programme), one.values.values
        for key, wording in said.items():
            for name in sorted(placeholders(wording.ko) - {*known, *own}):
                yield (spot / key).refuse(f"{name} is no known placeholder here")
        named = frozenset().union(*(placeholders(wording.ko) for wording in said.values()))
        for name in own:
            if name in known:
                yield (spot / "values" / name).refuse("is a value of the programme already")
            elif name not in named:
                yield (spot / "values" / name).refuse("is named nowhere")
