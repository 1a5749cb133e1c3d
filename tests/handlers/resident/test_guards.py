from typing import cast

from msgspec.structs import replace

from handlers.dialog import Inbound, Kind, Open, Turn
from handlers.resident import guards
from storage.engine import Drawer
from storage.ids import new_id
from storage.people import CONSENT_REFUSED, stranger
from tests.journey import CITY, MONDAY


def turn(consent: int = 0, *, known: bool = False) -> Turn:
    person = replace(stranger(1, "ko", MONDAY), consent=consent, resident=new_id() if known else None)
    return Turn(Inbound(1, 1, Kind.TEXT), MONDAY, CITY, cast("Drawer", None), person)


def test_a_newcomer_starts_and_who_refused_passes() -> None:
    assert guards.newcomer(turn()) == Open("start")
    assert guards.newcomer(turn(CONSENT_REFUSED)) is None


def test_personal_dialogs_want_consent_to_the_words_in_force() -> None:
    for consent in (0, CONSENT_REFUSED, guards.CONSENT_VERSION - 1):
        assert guards.consenting(turn(consent)) == Open("start", "consent")
        assert guards.settled(turn(consent)) is None
    assert guards.consenting(turn(guards.CONSENT_VERSION)) is None
    assert guards.settled(turn(guards.CONSENT_VERSION)) == Open("menu")


def test_sums_want_recognition() -> None:
    assert guards.recognised(turn(1)) == Open("recognise")
    assert guards.recognised(turn(1, known=True)) is None
