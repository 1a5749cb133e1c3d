"""People to broadcast to, and broadcasts that have come to a stage."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from storage import broadcasts, outbox, recipients
from storage.audiences import Audience
from storage.broadcasts import Broadcast, Content
from storage.engine import Database, Db
from storage.ids import new_id
from storage.people import Person, to_row
from storage.recipients import Result
from storage.tables import people as people_table
from storage.tables import recipients as recipients_table
from tests.storage.conftest import NOW, Office

DRAFTER, APPROVER = UUID(int=1), UUID(int=2)
EVERYBODY = Audience()
WORDS = {"ko": "안내: {dong}", "en": "News of {dong}"}


async def settled_people(office: Office, chats: Iterable[int], **changed: Any) -> list[Person]:
    """People at these chats who consented and can be reached, but for what is said."""
    usual = {"consent": 1, "information": True, "created_at": NOW}
    found = [Person(chat, new_id(), "ko", **{**usual, **changed}) for chat in chats]
    await office.do(lambda store: store.write(insert(people_table), [to_row(one) for one in found]))
    return found


async def drafted(office: Office, audience: Audience = EVERYBODY, **content: Any) -> Broadcast:
    wanted = Content(audience=audience, **{"words": WORDS, **content})
    return await office.do(lambda store: broadcasts.draft(store, DRAFTER, wanted))


async def approved(office: Office, audience: Audience = EVERYBODY, **content: Any) -> Broadcast:
    one = await drafted(office, audience, **content)
    digest = await office.do(lambda store: broadcasts.ask(store, one.id, DRAFTER))
    assert digest is not None
    assert await office.do(lambda store: broadcasts.approve(store, one.id, APPROVER, digest))
    return await fresh(office, one.id)


async def at(office: Office, stage: str, one: Broadcast) -> Broadcast:
    """The same broadcast, brought there by the clock's moves, with all its recipients."""
    for target in ("canary", "trial", "minute", "running"):
        seen = await fresh(office, one.id)
        assert await office.do(lambda store, seen=seen, target=target: broadcasts.move(store, seen, target))  # type: ignore[misc]
        if target == stage:
            break
    await fill(office, one.id)
    return await fresh(office, one.id)


async def fill(office: Office, id: UUID, chunk: int = 1000) -> None:
    while await office.do(lambda store: recipients.fill(store, id, chunk)):
        pass


async def fresh(office: Office, id: UUID) -> Broadcast:
    async with office.database.reading() as db:
        found = await broadcasts.by_id(db, id)
    assert found is not None
    return found


async def carrier(office: Office, name: str = "here") -> UUID:
    """A carrier that lives until another of its name begins."""
    me = new_id()
    await office.do(lambda store: outbox.enlist(store.db, me, name))
    return me


async def dies(office: Office, me: UUID) -> None:
    await office.do(lambda store: outbox.resign(store.db, me))


async def take(office: Office, me: UUID, id: UUID, limit: int, most: int | None = None) -> list[int]:
    found = await office.do(lambda store: recipients.take(store, me, id, limit, most=most))
    return [to.chat for to in found]


async def mark(office: Office, me: UUID, id: UUID, state: str, *chats: int) -> None:
    results = [Result(chat, state, office.now, 100 + chat if state == "sent" else None) for chat in chats]
    await office.do(lambda store: recipients.mark(store, me, id, results))


async def states(database: Database, id: UUID) -> dict[int, str]:
    async with database.reading() as db:
        return await states_in(db, id)


async def states_in(db: Db, id: UUID) -> dict[int, str]:
    found = select(recipients_table.c.chat, recipients_table.c.state).where(recipients_table.c.broadcast == id)
    return {row.chat: row.state for row in await db.execute(found)}


async def whole(office: Office, id: UUID) -> None:
    """What the counters say is what the rows say, and it adds up."""
    one, rows = await fresh(office, id), await states(office.database, id)
    by_state = {state: list(rows.values()).count(state) for state in set(rows.values())}
    for state in ("unreachable", "refused", "parked", "skipped"):
        assert getattr(one, state) == by_state.get(state, 0), state
    assert one.sent == sum(by_state.get(state, 0) for state in ("sent", "recalling", "recalled", "kept"))
    open_ones = sum(by_state.get(state, 0) for state in ("waiting", "later"))
    assert one.cancelled == (open_ones if one.stage == "cancelled" else 0)
    assert (
        one.told + one.cancelled + by_state.get("sending", 0) + (open_ones - one.cancelled) == one.wanted == len(rows)
    )


async def counted(office: Office, table: Any) -> int:
    async with office.database.reading() as db:
        return int((await db.execute(select(func.count()).select_from(table))).scalar_one())
