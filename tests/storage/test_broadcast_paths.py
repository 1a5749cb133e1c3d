"""Every sentence of the storage from every state a broadcast can come to: no way from a draft to sending but through
the approval of the same content by somebody who did not put it forward.

States are alike when stage, halt, hands, digests and recipients stand to each other alike; of each kind one is walked
on from. All of it is one transaction, so that thousands of sentences take seconds, on both databases.
"""

from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy import delete, insert, select, update

from programmes.broadcasting import STARTED, Stage
from storage import broadcasts, recipients
from storage.broadcasts import Broadcast, Content
from storage.engine import Drawer
from storage.people import Lang
from storage.recipients import Result
from storage.tables import broadcasts as broadcasts_table
from storage.tables import recipients as recipients_table
from tests.storage.conftest import NOW, Office
from tests.storage.crowd import APPROVER, DRAFTER, WORDS, carrier, drafted, settled_people

Words = Mapping[Lang, str]
Sentence = Callable[[Drawer, Broadcast], Awaitable[object]]
FIRST: Final[Words] = {"ko": WORDS["ko"], "en": WORDS["en"]}
OTHER: Final[Words] = {"ko": "다른 안내: {dong}", "en": WORDS["en"]}
HANDS: Final = (DRAFTER, APPROVER)
WENT: Final = (*STARTED, Stage.DONE)  # something of it was sent, or may have been
CHAT: Final = 20_000


@dataclass(frozen=True, slots=True)
class State:
    """The rows of a broadcast."""

    row: Mapping[str, Any]
    people: tuple[Mapping[str, Any], ...]

    async def again(self, store: Drawer) -> None:
        """Let it stand so again."""
        one = broadcasts_table.c.id == self.row["id"]
        await store.write(update(broadcasts_table).where(one).values(dict(self.row)))
        await store.write(delete(recipients_table))
        if self.people:
            await store.write(insert(recipients_table), [dict(one) for one in self.people])

    def kind(self, one: Broadcast) -> tuple[object, ...]:
        """The same for states from which the same can happen."""
        if one.stage in broadcasts.OVER:
            had = any(row["state"] == "sent" for row in self.people)
            by_drafter = one.corrected_by and one.corrected_by == one.drafter
            return one.stage, one.recall, one.recall_ended_at is None, by_drafter, had
        same, alone = one.digest and one.digest == one.content.digest, one.approver and one.approver == one.drafter
        goes = one.halt is None and one.stage in (Stage.TRIAL, Stage.RUNNING)
        return one.stage, one.halt, one.filled, same, alone, goes and tuple(row["state"] for row in self.people)


async def seen(store: Drawer, id: UUID) -> State:
    row = (await store.read(select(broadcasts_table).where(broadcasts_table.c.id == id))).mappings().one()
    people = (await store.read(select(recipients_table))).mappings().all()
    return State(dict(row), tuple(dict(each) for each in people))


async def fresh(store: Drawer, id: UUID) -> Broadcast:
    one = await broadcasts.by_id(store.db, id)
    assert one is not None
    return one


def sentences(me: UUID) -> Iterator[tuple[str, Sentence]]:
    """Everything that may be said of a broadcast, by whomever, also what makes no sense there."""

    def of(what: Callable[..., Awaitable[object]], *given: object) -> Sentence:
        return lambda store, one: what(store, one.id, *given)

    def approve(hand: UUID, words: Words, store: Drawer, one: Broadcast) -> Awaitable[object]:
        return broadcasts.approve(store, one.id, hand, replace(one.content, words=words).digest)

    def approve_correction(hand: UUID, words: Words, store: Drawer, one: Broadcast) -> Awaitable[object]:
        return broadcasts.approve_correction(store, one.id, hand, replace(one, correction=words).corrected)

    for words in (FIRST, OTHER):
        yield "change", of(broadcasts.change, DRAFTER, Content(words=words))
        for hand in HANDS:
            yield f"approve {hand.int}", partial(approve, hand, words)
            yield f"approve_correction {hand.int}", partial(approve_correction, hand, words)
    for hand in HANDS:
        yield "ask", of(broadcasts.ask, hand)
        yield "correct", of(broadcasts.correct, hand, OTHER)
    for stage in Stage:
        yield f"move {stage}", lambda store, one, to=stage: broadcasts.move(store, one, to)  # type: ignore[misc]
    for said in (broadcasts.withdraw, broadcasts.pause, broadcasts.resume, broadcasts.cancel, broadcasts.take_back):
        yield said.__name__, of(said, DRAFTER)
    for done in (broadcasts.wake, broadcasts.finish, broadcasts.taken_back):
        yield done.__name__, of(done)
    yield "halt", of(broadcasts.halt, broadcasts.NIGHT, NOW)
    yield "fill", of(recipients.fill, 10)
    yield "take", lambda store, one: recipients.take(store, me, one.id, 10)
    yield "mark", lambda store, one: recipients.mark(store, me, one.id, [Result(CHAT, "sent", NOW, 7)])


def refused(before: Broadcast, sentence: str, after: Broadcast) -> str | None:
    """What must not be, if this step did it."""
    what, _, rest = sentence.partition(" ")
    approved = (Stage.APPROVED, *WENT)
    if after.stage in approved:
        if after.approver in (None, after.drafter) or after.digest != after.content.digest:
            return "nobody else approved this content"
        if before.stage not in approved and not (
            what == "approve" and before.stage == Stage.ASKED and int(rest) != before.drafter.int
        ):
            return "no approval led here"
        hands = (before.content, before.drafter, before.approver) == (after.content, after.drafter, after.approver)
        if before.stage in approved and not hands:
            return "what was approved changed"
    if after.recall == "edit" != before.recall and (
        what != "approve_correction" or before.corrected_by == UUID(int=int(rest))
    ):
        return "other words took its place by one hand"
    return None


async def test_no_sentence_leads_to_sending_but_through_the_approval_of_another(office: Office) -> None:
    await settled_people(office, [CHAT])
    me = await carrier(office)
    first = await drafted(office)
    said = list(sentences(me))

    async def walk(store: Drawer) -> set[str]:
        waiting, known, stages = deque([(await seen(store, first.id), first)]), set[object](), set[str]()
        while waiting:
            state, before = waiting.popleft()
            await state.again(store)
            for name, sentence in said:
                taken = await sentence(store, before)
                after = await fresh(store, first.id)
                if name == "take" and taken:
                    assert (before.stage, before.halt) in ((Stage.TRIAL, None), (Stage.RUNNING, None))
                if after == before and not name.startswith(("take", "mark")):
                    continue
                wrong = refused(before, name, after)
                assert wrong is None, f"{wrong}: {name} from {before.stage}"
                then = await seen(store, first.id)
                if (kind := then.kind(after)) not in known:
                    known.add(kind)
                    stages.add(after.stage)
                    waiting.append((then, after))
                await state.again(store)
        return stages

    assert await office.do(walk) == {*Stage}
