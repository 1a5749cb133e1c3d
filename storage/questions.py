"""What residents ask: a job until it is answered, then a row of nobody's, with its words where no topic answers them.

A row has a day and no time, a random id, no chat and no person: it serves for counting, and for the list of what has
no answer yet. What was asked lies in its job sealed with the person's key, and here with the office's own.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import insert, select, update

from storage import audit, jobs, people
from storage.engine import Drawer
from storage.jobs import Job
from storage.people import Person
from storage.retention import KST
from storage.tables import questions
from storage.vault import Tampered

ASK, CONSULT = "ask", "consult"  # kinds of its job: a resident asks, or an officer
ANSWER, CHOOSE, UNKNOWN = "answer", "choose", "unknown"  # verdicts
UNANSWERED: Final = "unanswered"  # what a talk is about that began with a question that has no answer


# --------------------------------------------------------------------------------------------------- until answered


async def ask(store: Drawer, person: Person, words: str, *, kind: str = ASK, about: UUID | None = None) -> None:
    """Let this be answered; `about` is the case for which an officer asks."""
    await jobs.add(store, kind, chat=person.chat, about=about, words=words, owner=person.id)


async def crowded(store: Drawer, most: int) -> bool:
    """Whether more than `most` questions wait for an answer."""
    return await jobs.waits(store, ASK, most)


async def asked(store: Drawer, job: Job) -> tuple[str, Person] | None:
    """What was asked and by whom; None when she was erased meanwhile."""
    person = await people.by_chat(store, job.chat) if job.chat is not None else None
    if person is None or job.sealed is None:
        return None
    try:
        return (await store.key(person.id)).open(job.sealed, jobs.place(job.id)).decode(), person
    except Tampered:
        return None


# ------------------------------------------------------------------------------------------------ what came of it


def place(question: UUID) -> str:
    """What the seal of a question's words is bound to."""
    return f"questions|sealed|{question.hex}"


async def note(
    store: Drawer,
    language: str,
    verdict: str,
    *,
    topic: str | None = None,
    kind: str | None = None,
    words: str = "",
    guesses: Sequence[str] = (),
) -> UUID:
    """Note what came of a question; `words` are kept where no topic answers them yet, with what it may be about."""
    id = uuid4()
    sealed = None
    if words:
        sealed = (await audit.house_key(store.db, store.vault)).seal(words.encode(), place(id))
    row = {"id": id, "day": _today(store), "language": language, "verdict": verdict, "topic": topic, "kind": kind}
    await store.write(insert(questions), row | {"helped": True, "guesses": " ".join(guesses) or None, "sealed": sealed})
    return id


def _today(store: Drawer) -> date:
    return store.now.astimezone(KST).date()


async def chosen(store: Drawer, question: UUID, topic: str) -> None:
    """Of several topics she chose this one: nothing more is to be found out about her question."""
    await _change(store, question, CHOOSE, {"topic": topic, "sealed": None})


async def none_of_these(store: Drawer, question: UUID) -> None:
    """None of the topics offered was meant: it has no answer yet."""
    await _change(store, question, CHOOSE, {"verdict": UNKNOWN, "topic": None})


async def unhelpful(store: Drawer, question: UUID) -> None:
    """The answer did not help."""
    await store.write(update(questions).where(questions.c.id == question).values(helped=False))


async def _change(store: Drawer, question: UUID, verdict: str, values: Mapping[str, Any]) -> None:
    one = questions.c.id == question, questions.c.verdict == verdict
    await store.write(update(questions).where(*one).values(values))


async def topic_of(store: Drawer, question: UUID) -> str | None:
    """What a question was about, as far as anybody knows."""
    found: str | None = (await store.read(select(questions.c.topic).where(questions.c.id == question))).scalar()
    return found


async def words_of(store: Drawer, question: UUID) -> str:
    """What was asked; empty when it is kept no longer."""
    sealed = (await store.read(select(questions.c.sealed).where(questions.c.id == question))).scalar()
    if sealed is None:
        return ""
    return (await audit.house_key(store.db, store.vault)).open(sealed, place(question)).decode()
