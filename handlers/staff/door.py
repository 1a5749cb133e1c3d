"""The door of the staff desk: a PIN opens it, ten quiet minutes close it, five wrong tries lock it."""

from handlers.dialog import END, TEXT, Ask, Cross, Dialog, Letter, Next, Open, Option, Refuse, Step, Turn, t
from handlers.read import plain
from handlers.staff.rights import placed, working
from storage import staff
from storage.people import RESIDENT
from storage.staff import PIN_TRIES

STAFF = "staff"  # the desk at which cases are opened
SHORTEST, LONGEST = 4, 8
EASY = ("0123456789", "9876543210")


def shut(turn: Turn) -> Open | None:
    """Whether the desk wants its PIN."""
    officer = turn.officer
    return None if officer is not None and working(turn) and officer.desk_open(turn.now) else Open("door")


def closed(turn: Turn) -> Open | None:
    """Every dialog of staff stands behind the door; where cases are, it must be known which are near to her."""
    asks = turn.person.desk == STAFF and not placed(turn)
    return shut(turn) or (Open("lives") if asks else None)


def entered(turn: Turn) -> Open | None:
    """Who is in needs no door."""
    return None if shut(turn) else Open("home")


async def ask_pin(turn: Turn) -> Ask:
    officer = turn.officer
    if officer is None or not working(turn):
        why = t("staff.suspended" if officer is not None and officer.suspended else "staff.gone")
        return Ask(why, (Option("leave", t("staff.home.leave")),))
    if officer.locked:
        return Ask(t("door.locked"), (Option("again", t("door.again")), Option("leave", t("staff.home.leave"))))
    if not officer.pin:
        return Ask(t("door.choose.ask"), takes=TEXT, numeric=True)
    return Ask(t("door.open.ask"), (Option("leave", t("staff.home.leave")),), takes=TEXT, numeric=True)


async def take_pin(turn: Turn, answer: str) -> Next:
    officer = turn.officer
    if answer == "leave" or officer is None or not working(turn):
        return Cross(RESIDENT)
    if answer == "again" or officer.locked:
        return "pin"
    pin = plain(answer).strip()
    if officer.pin and not pin.isdecimal():
        raise Refuse(t("door.open.words"))
    _hide(turn)
    if not officer.pin:
        if not _fit(pin):
            raise Refuse(t("door.choose.wrong"))
        await staff.set_pin(turn.store, officer, pin)
    elif not await staff.open_desk(turn.store, officer, pin):
        left = PIN_TRIES - officer.pin_tries - 1
        turn.officer = await staff.by_id(turn.store, officer.id)
        turn.say(t("door.open.wrong", left=left) if left > 0 else t("door.locked"), kind="refusal")
        return "pin"
    turn.officer = await staff.by_id(turn.store, officer.id)
    turn.say(t("door.opened"))
    return END


def _hide(turn: Turn) -> None:
    """The PIN does not stay to be read in the chat."""
    if turn.inbound.message_id is not None:
        turn.letters.append(
            Letter(t("door.hidden"), "masked", delete=turn.inbound.message_id, otherwise=t("door.hide"))
        )


def _fit(pin: str) -> bool:
    """Digits, not too few, and none of those everybody tries first."""
    digits = pin.isascii() and pin.isdecimal() and SHORTEST <= len(pin) <= LONGEST
    return digits and len(set(pin)) > 1 and not any(pin in row for row in EASY)


DOOR = Dialog("door", (Step("pin", ask_pin, take_pin, leads_to=("pin",)),), guard=entered)
