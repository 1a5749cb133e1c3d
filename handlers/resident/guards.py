"""What must be settled before a dialog may begin: consent, and who is asking."""

from datetime import date

from handlers.dialog import Open, Turn

CONSENT_VERSION = 1  # rises when the words of the consent card change; everybody is then asked again
CONSENT_DATED = date(2025, 7, 21)


def newcomer(turn: Turn) -> Open | None:
    """Somebody who was never asked for consent begins at the beginning; who refused may pass."""
    return Open("start") if turn.person.consent == 0 else None


def settled(turn: Turn) -> Open | None:
    """Who has consented to the words in force needs no second welcome."""
    return Open("menu") if turn.person.consent >= CONSENT_VERSION else None


def consenting(turn: Turn) -> Open | None:
    """Nothing personal is taken from somebody who has not consented to the words in force."""
    return Open("start", "consent") if turn.person.consent < CONSENT_VERSION else None


def recognised(turn: Turn) -> Open | None:
    """Sums and payments are shown only to the person they belong to (house rule of recognition, level 2)."""
    return Open("recognise") if turn.person.resident is None else None
