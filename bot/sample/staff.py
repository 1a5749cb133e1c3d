"""Those who work in the sample city, bound to chats of its page, and the group in which their dong's card hangs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace

from bot.sample.people import SETTINGS
from storage import boards, people, seats, staff
from storage.engine import Drawer

DESK: Final = "staff"


@dataclass(frozen=True, slots=True)
class Clerk:
    """An account of the sample; `chat` is hers, `dongs` are the codes of those a role was given for."""

    chat: int
    name: str
    title: str
    role: str
    dongs: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Group:
    """A staff group: its chat, whose card hangs there, and the chats of its members."""

    chat: int
    title: str
    office: str
    members: list[int]


_OFFICE: Final[Mapping[str, Any]] = SETTINGS["office"]
CLERKS: Final = tuple(Clerk(**row) for row in _OFFICE["clerks"])
GROUP: Final = Group(**_OFFICE["group"])
PIN: Final[str] = _OFFICE["pin"]
"""Of every desk in the sample."""


async def employ(store: Drawer) -> None:
    """Invite and bind all of them, as an admin and they themselves would, and hang the group's card up."""
    accounts = {clerk.chat: await _bind(store, clerk) for clerk in CLERKS}
    code = await boards.make_code(store, accounts[GROUP.members[0]], GROUP.office, "ko")
    await boards.hang(store, GROUP.chat, code)


async def _bind(store: Drawer, clerk: Clerk) -> UUID:
    """One account: its chat, its roles, its PIN; the desk is closed."""
    account, code = await staff.invite(store, clerk.name, clerk.role, next(iter(clerk.dongs), None))
    for dong in clerk.dongs[1:]:
        await staff.grant(store, account, clerk.role, dong, None, None)
    chats = await seats.take(
        store.db, store.vault, [clerk.chat], lambda chat: people.stranger(chat, "ko", store.now), store.made
    )
    person = chats[clerk.chat].person
    officer = await staff.accept(store, code, clerk.chat, person.id)
    if officer is None:
        raise LookupError(f"{clerk.name} has an account already")
    await staff.settle(store, officer, staff.ELSEWHERE)
    await staff.set_pin(store, officer, PIN)
    await staff.close_desk(store, officer)
    await people.save(store, person, replace(person, desk=DESK, officer=account))
    return account


def on_the_page() -> list[dict[str, object]]:
    """The clerks and their group as the chat page takes them, the PIN beside each name."""
    clerks = [
        {"id": one.chat, "name": one.name, "language": "ko", "note": f"{one.title} · PIN {PIN}", "met": True}
        for one in CLERKS
    ]
    return [*clerks, {"id": GROUP.chat, "name": GROUP.title, "members": GROUP.members}]
