"""Whatever a programme says fits where it is shown, in every language (house rule 7)."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.words import LANGUAGES, write
from handlers.dialog import said
from programmes.model import Lang, Programme, Won, Wording, load_all, placeholders

CITY = load_all()
LONGEST_MESSAGE, LONGEST_BUTTON_DATA, LONGEST_LABEL = 4096, 64, 60
LONGEST_DAY = datetime(2025, 11, 30, 18, 0, tzinfo=ZoneInfo("Asia/Seoul"))


def wordings(thing: object) -> Iterator[Wording]:
    """Every wording anywhere in a programme."""
    if isinstance(thing, Wording):
        yield thing
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from wordings(getattr(thing, field.name))
    elif isinstance(thing, Mapping):
        for value in thing.values():
            yield from wordings(value)
    elif isinstance(thing, tuple | list):
        for value in thing:
            yield from wordings(value)


def units(text: str) -> int:
    """Length as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def rendered(programme: Programme, wording: Wording, lang: Lang) -> str:
    known = {**programme.params}
    for one in programme.rounds:
        known |= programme.round_params(one)
    known |= {name: Won(99_999_999) for name in placeholders(wording.ko) - known.keys()}
    return write(said(wording, **known), lang)


@pytest.mark.parametrize("programme", CITY.programmes.values(), ids=lambda programme: programme.id)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_wording_renders_and_fits_a_message(programme: Programme, lang: Lang) -> None:
    found = list(wordings(programme))
    assert len(found) > 20
    for wording in found:
        text = rendered(programme, wording, lang)
        assert 0 < units(text) <= LONGEST_MESSAGE
        assert "{" not in text


@pytest.mark.parametrize("programme", CITY.programmes.values(), ids=lambda programme: programme.id)
def test_codes_fit_into_a_button(programme: Programme) -> None:
    codes = [*programme.reasons, *programme.appeal_reasons, *programme.papers, *programme.facts]
    codes += [f"{programme.id}/{one.code}" for one in programme.rounds]
    for code in codes:
        assert len(f"9999999.{code}".encode()) <= LONGEST_BUTTON_DATA


@pytest.mark.parametrize("programme", CITY.programmes.values(), ids=lambda programme: programme.id)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_labels_of_reasons_are_short(programme: Programme, lang: Lang) -> None:
    for reason in programme.appeal_reasons.values():
        assert len(reason.label[lang]) <= LONGEST_LABEL


def test_a_moment_never_grows_past_a_line() -> None:
    assert isinstance(LONGEST_DAY.date(), date)
    assert all(len(write(said(Wording("{at}", "{at}"), at=LONGEST_DAY), lang)) <= 40 for lang in LANGUAGES)
