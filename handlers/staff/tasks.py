"""Work for a person beside a case: print and post, or call. And who is told by the bot, who by a person."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from handlers.dialog import Saying, Turn
from programmes.casework import State, case_number
from programmes.reading import KST
from storage import cases, people
from storage.cases import CALLS, AlreadyOpen, Case
from storage.engine import Drawer
from storage.ids import new_id
from storage.people import Person

TASK, PREFIX = "task", "SG"
POST, CALL = "post", "call"  # what is to be done: print the letter and post it, or ring her
WRITE = "answer"  # or find out what nobody could answer, and write it


async def open_task(store: Drawer, about: Case, what: str) -> None:
    """Open a task about a case at its dong, else at the call centre; once for each turn the case took."""
    day = store.now.astimezone(KST).date()
    subject, *_ = await cases.subjects(store, TASK, f"{what}|{about.id.hex}|{about.version}")
    task = Case(
        id=new_id(), number=case_number(PREFIX, day, await cases.count_of_day(store, day)), kind=TASK,
        programme=about.programme, round=about.round, reason=what, state=State.FILED.value,
        identity=about.identity, for_whom=about.for_whom, subject_hash=subject, resident=about.resident,
        household=about.household, person=about.person, chat=about.chat, dong=about.dong, language=about.language,
        filed_at=store.now, due_at=store.now + timedelta(days=1), target_minutes=None, office=about.dong or CALLS,
        told={"about": str(about.id), "number": about.number, "name": about.told.get("name", "")},
    )  # fmt: skip
    with suppress(AlreadyOpen):
        await cases.file(store, task)


async def tell(turn: Turn, case: Case, words: Saying, kind: str, wanted: Callable[[Person], bool], task: str) -> bool:
    """Promise a notice to who filed a case, if she wants such by this chat and can be reached; else open a task."""
    person = await people.by_chat(turn.store, case.chat)
    here = person is not None and person.id == case.person and person.reachable and wanted(person)
    if here:
        turn.notice(words, kind, case.id, case.chat)
    else:
        await open_task(turn.store, case, task)
    return here
