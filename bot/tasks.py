"""Letters that will never arrive here become work for a person: a case of kind `task` at the counter."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from bot import words
from bot.letters import Parcel
from bot.notices import tell_staff
from bot.sender import Lost
from handlers.dialog import t
from programmes.casework import State, case_number
from programmes.reading import KST
from storage import audit, cases, people, staff
from storage.cases import AlreadyOpen, Case
from storage.engine import Db, Drawer
from storage.ids import new_id
from storage.talks import TALK
from storage.vault import Vault

PREFIX = "SG"


def lost(vault: Vault, clock: Callable[[], datetime]) -> Lost:
    """What the sender does, in its own transaction, with a notice that cannot be delivered."""

    async def open_task(db: Db, parcel: Parcel, outcome: str) -> None:
        now = clock()
        store = Drawer(db, vault, now)
        person = await people.by_chat(store, parcel.chat)
        if person is None or (parcel.kind == TALK and await _told_in_talk(store, parcel)):
            await _keep(store)
            return
        day = now.astimezone(KST).date()
        subject, *_ = await cases.subjects(store, "task", f"{parcel.id}")
        case = Case(
            id=new_id(), number=case_number(PREFIX, day, await cases.count_of_day(store, day)), kind="task",
            programme="", round="", reason=f"undelivered.{outcome}", state=State.FILED, identity="recognised",
            for_whom="self", subject_hash=subject, resident=None, household=None, person=person.id, chat=parcel.chat,
            dong=None, language=person.language, filed_at=now, due_at=now + timedelta(days=1), target_minutes=None,
            told={"letter": parcel.sheet.text, "kind": parcel.kind, "about": str(parcel.about or "")},
        )  # fmt: skip
        with suppress(AlreadyOpen):
            await cases.file(store, case)
        await _keep(store)

    return open_task


async def _told_in_talk(store: Drawer, parcel: Parcel) -> bool:
    """Words of a talk: the officer who has it in hand is told. What an officer missed waits for her in the talk."""
    case = await cases.by_id(store, parcel.about)
    if case is None or case.chat != parcel.chat:
        return True
    holder = await staff.by_id(store, case.holder) if case.holder else None
    if holder is None or holder.chat is None:
        return False
    await cases.note(store, case.id, "undelivered", holder.id)
    text = t("talk.undelivered", number=case.number)
    await tell_staff(store, words.write, [holder.chat], text, "undelivered", case.id)
    return True


async def _keep(store: Drawer) -> None:
    await store.keep()
    await audit.put(store.db, store.vault, store.audits, store.now)
