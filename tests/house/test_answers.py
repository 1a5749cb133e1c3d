"""What residents are told is proofread when the house is checked: answers, claims, and what belongs elsewhere."""

import pytest

from bot.words import LANGUAGES, write
from handlers import DESKS
from handlers.dialog import said
from handlers.resident.topics import words as answer
from handlers.staff.ask import card
from programmes import topics
from programmes.answers import check
from programmes.model import HERE, Claim, Lang, Programme, Topic, load_all
from programmes.schema import ACTIONS

CITY = load_all()
ANSWERED = [one for one in CITY.programmes.values() if one.answers]
LONGEST_MESSAGE, LONGEST_LETTER = 4096, 900


@pytest.mark.parametrize("programme", ANSWERED, ids=lambda programme: programme.id)
def test_nothing_is_wrong_with_the_answers(programme: Programme) -> None:
    assert "\n".join(map(str, check(HERE / programme.id))) == ""


def test_what_an_answer_opens_is_a_dialog_of_the_resident_desk() -> None:
    assert {dialog.name for dialog in DESKS["resident"]} >= ACTIONS


@pytest.mark.parametrize("programme", ANSWERED, ids=lambda programme: programme.id)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_answer_and_every_claim_fits_a_message(programme: Programme, lang: Lang) -> None:
    rows: list[Topic | Claim] = [*programme.answers.values(), *programme.claims.values()]
    for one in rows:
        known = topics.params(programme, one)
        words = (one.answer, one.staff) if isinstance(one, Topic) else (one.says,)
        for wording in filter(None, words):
            text = write(said(wording, **known), lang)
            assert 0 < len(text.encode("utf-16-le")) // 2 <= LONGEST_MESSAGE
            assert "{" not in text


@pytest.mark.parametrize("programme", ANSWERED, ids=lambda programme: programme.id)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_answer_is_a_letter_to_residents_and_a_card_to_officers(programme: Programme, lang: Lang) -> None:
    every = programme.answers.values()
    shown = {(made, one.id): made(CITY, programme, one) for one in every for made in (answer, card)}
    long = {which: len(write(text, lang)) for which, text in shown.items() if len(write(text, lang)) > LONGEST_LETTER}
    assert long == {}
