"""Who may stand at the admin desk: asked anew at every press, as at the staff desk."""

from handlers.dialog import Ask, Cross, Dialog, Next, Open, Option, Step, Turn, t
from handlers.staff import rights
from handlers.staff.door import closed
from programmes.roles import May

STAFF = "staff"


def administering(turn: Turn) -> Open | None:
    """Every dialog of the admin desk stands behind the same door, and is for admins only."""
    return closed(turn) or (None if rights.may_anywhere(turn, May.PEOPLE) else Open("gone"))


def dismissed(turn: Turn) -> Open | None:
    """Who still is an admin has nothing to be told."""
    return None if administering(turn) else Open("home")


async def ask_gone(_turn: Turn) -> Ask:
    return Ask(t("admin.gone"), (Option(STAFF, t("staff.menu")),))


async def take_gone(_turn: Turn, _code: str) -> Next:
    return Cross(STAFF)


GONE = Dialog("gone", (Step("told", ask_gone, take_gone),), guard=dismissed)
