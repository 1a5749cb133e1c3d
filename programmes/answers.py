"""`python -m programmes.answers FOLDER` tells whoever writes a programme's answers everything that is wrong with them.

Also with its claims, and with what belongs elsewhere in the city beside it. Ends with 1 when anything is wrong.
"""

import sys
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Final, get_args

from programmes import mentioned
from programmes.model import load_places, load_rules
from programmes.proofreading import LONG, Fault, Finding, faults
from programmes.reading import KST, BadProgramme, Spot
from programmes.sameness import doubles
from programmes.schema import Phrasings, Programme, Topic
from programmes.topic_checks import Register
from programmes.topics import Shelf, claims, elsewhere, files, params, phrasings, topics
from programmes.wording import Lang, Wording

LANGS: Final[tuple[Lang, ...]] = get_args(Lang)

WIDEST: Final = "0" * 40
"""As long as a value ever is when it is written out."""

Fewest = Mapping[Lang, int]
TOPIC: Final[Fewest] = {"ko": 20, "en": 12}
CLAIM: Final[Fewest] = {"ko": 12, "en": 8}
KIND: Final[Fewest] = {"ko": 30, "en": 20}
"""Phrasings that a finder can learn from."""

WHY: Final[Mapping[Fault, str]] = {
    Fault.ADDRESS: "holds an address",
    Fault.BLOTTED: "holds a blotted number",
    Fault.PERSONAL: "holds the number of a person",
    Fault.LENGTH: "is too long for one message",
    Fault.SUMS: "has sums in one language only",
    Fault.DAYS: "has days in one language only",
    Fault.TIMES: "has times of day in one language only (18시 and 18:00)",
    Fault.NUMBERS: "has numbers in one language only",
    Fault.WEEKDAY: "names the wrong day of the week",
    Fault.NO_SUCH_DAY: "names no day of the calendar",
    Fault.TONGUE: "is not in its language",
    Fault.BLUNT: "is not polite",
    Fault.CASUAL: "should end in 합니다",
    Fault.HONOUR: "honours a thing",
    Fault.TYPED: "should be a placeholder",
    Fault.LONG: f"has a sentence of more than {LONG['ko']} words, in English {LONG['en']}",
}


def check(folder: Path) -> Iterator[BadProgramme]:
    """Every fault of a programme's answers and claims, and of `elsewhere.toml` in the city beside it."""
    city = folder.parent / "city"
    offices = load_places(city).offices
    programme = load_rules(folder, offices)
    said, wrong, other = topics(folder, programme), claims(folder, programme), elsewhere(city)
    yield from Register(programme, offices, {path.stem for path in files(folder)}).faults(said, wrong)
    for topic, spot in said.kept.values():
        yield from proofread(topic.answer, params(programme, topic), spot / "answer", programme)
        if topic.staff:
            yield from proofread(topic.staff, params(programme, topic), spot / "staff", programme)
    yield from doubled_values(said)
    asking = phrasings(folder)
    yield from asking.wrong
    for one, spot in asking.kept.values():
        yield from asked(one, spot, TOPIC)
    kinds = {code: (one.phrasings, spot) for code, (one, spot) in other.kept.items()}
    yield from doubled_phrasings({**asking.kept, **kinds})
    for claim, spot in wrong.kept.values():
        yield from proofread(claim.says, params(programme, claim), spot / "says", programme)
        yield from asked(claim.phrasings, spot, CLAIM)
    yield from other.wrong
    for kind, spot in other.kept.values():
        yield from proofread(kind.says, (), spot / "says", programme)
        yield from asked(kind.phrasings, spot, KIND)


def proofread(said: Wording, known: Collection[str], spot: Spot, programme: Programme) -> Iterator[BadProgramme]:
    """What is wrong with words for residents or officers, each where it stands; `programmes.topics` read the rest."""
    for one in findings(said, known, programme):
        if why := WHY.get(one.code):
            yield (spot / one.lang if one.lang else spot).refuse(f"{why}: {one.what}" if one.what else why)


def findings(said: Wording, known: Collection[str], programme: Programme) -> Iterator[Finding]:
    """All that must be mended before residents read it: too long, not polite, a sum or a day typed by hand."""
    noon = datetime.combine(programme.reference_date, time(12), KST)
    widest: dict[Lang, str] = dict.fromkeys(LANGS, WIDEST)
    for one in faults({lang: said[lang] for lang in LANGS}, dict.fromkeys(known, widest), noon):
        if one.stops or one.code in WHY:
            yield one
    for lang in LANGS:
        typed = [f"{amount:,}" for amount in sorted(mentioned.sums(said[lang], lang))]
        typed += [str(day) for day in mentioned.days(said[lang], lang)]
        yield from (Finding(Fault.TYPED, lang, what) for what in typed)


def asked(phrasings: Phrasings, spot: Spot, fewest: Fewest) -> Iterator[BadProgramme]:
    """Phrasings that say the same, and too few of them; those that say the same count once."""
    for lang in LANGS:
        texts = phrasings[lang]
        twice = list(doubles(texts))
        for place, earlier in twice:
            yield (spot / lang).at(texts[place]).refuse(f"says the same as “{texts[earlier]}”")
        if (count := len(texts) - len(twice)) < fewest[lang]:
            yield (spot / lang).refuse(f"has {count} different phrasings, should have {fewest[lang]}")


def doubled_values(shelf: Shelf[Topic]) -> Iterator[BadProgramme]:
    """Values that two topics have of their own: they belong to the programme."""
    owners: dict[tuple[type, object], str] = {}
    for topic, spot in shelf.kept.values():
        for name, value in topic.values.values.items():
            owner = owners.setdefault((type(value), value), topic.id)
            if owner != topic.id:
                yield (spot / "values" / name).refuse(f"stands in {owner} too, so belongs to the programme")


def doubled_phrasings(asked: Mapping[str, tuple[Phrasings, Spot]]) -> Iterator[BadProgramme]:
    """Phrasings of two topics, or of one that is no topic: nobody could tell what is meant."""
    for lang in LANGS:
        rows = [(text, code, spot / lang) for code, (one, spot) in asked.items() for text in one[lang]]
        for place, earlier in doubles(text for text, _, _ in rows):
            (text, code, spot), (same, other, _) = rows[place], rows[earlier]
            if code != other:
                yield spot.at(text).refuse(f"says the same as “{same}” of {other}")


def main(folder: str) -> int:
    """Write one line for each fault, in the order of files and lines."""
    found = sorted(check(Path(folder)), key=lambda one: (one.file, one.line))
    sys.stdout.writelines(dict.fromkeys(f"{one.file}:{one.line}: {one.where}: {one.why}\n" for one in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
