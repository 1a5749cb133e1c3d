"""Live data of two who write and twenty on the roster: drafts, cases, letters in every state, claims, an audit."""

from dataclasses import replace
from functools import partial
from typing import Any, Final

import orjson
from sqlalchemy import MetaData, insert, select

from storage import audit, cases, claims, ledger, outbox, people, registry, sessions
from storage.cases import Case
from storage.engine import Database, Drawer
from storage.ids import new_id
from storage.people import Person
from storage.sessions import Session
from storage.tables import metadata
from storage.tables import people as people_table
from storage.vault import Vault
from tests.storage.conftest import NOW, Office
from tests.storage.conftest import people as roster_lines
from tests.storage.crowd import approved, at, carrier, mark, settled_people, take

LANES: Final = ("reply", "notice")
SECRET: Final = "김순자의 비밀"


async def fill(office: Office) -> tuple[Person, Person]:
    """Live data as the sentences of `storage` write it; gives the two who write."""
    await office.bring(roster_lines(20))
    kim, lee = (people.stranger(chat, "ko", NOW) for chat in (7001, 7002))
    for person in (kim, lee):
        await office.do(partial(_write, person=person))
    await _under_way(office)
    await office.do(lambda store: audit.seal_waiting(store))
    return kim, lee


async def _under_way(office: Office) -> None:
    """A broadcast to people of its own: some had it, some are in a dead hand, some wait."""
    for one_of_them in await settled_people(office, range(8001, 8008)):
        await office.do(partial(Drawer.key, owner=one_of_them.id))
    one, me = await at(office, "running", await approved(office)), await carrier(office)
    await mark(office, me, one.id, "sent", *await take(office, me, one.id, 2))
    await take(office, me, one.id, 3)


async def _write(store: Drawer, person: Person) -> None:
    key = await store.key(person.id)
    await store.write(insert(people_table), people.to_row(person))
    session = Session(person.chat, "resident", "appeal", "reason", 3, NOW, {"statement": SECRET})
    await sessions.save(store.db, [sessions.to_row(session, key)])
    await claims.claim(store.db, {person.chat}, NOW)
    await cases.file(store, live_case(person))
    await outbox.enlist(store.db, new_id(), f"dead {person.chat}")
    for number, (lane, state) in enumerate((lane, state) for lane in LANES for state in ("waiting", "sending", "sent")):
        ticket = new_id()
        row = {
            "ticket": ticket, "chat": person.chat, "lane": lane, "kind": f"n{number}", "about": None, "state": state,
            "due_at": NOW, "tries": 0, "again": False, "created_at": NOW,
            "digest": ledger.said(await audit.house_key(store.db, store.vault), person.chat, SECRET),
            "sealed": key.seal(orjson.dumps({"lang": "ko", "text": SECRET}), outbox.place(ticket)),
        }  # fmt: skip
        await outbox.post(store.db, [row])


def live_case(person: Person) -> Case:
    """A wish to talk, in her words."""
    id = new_id()
    return Case(
        id, f"SG-{person.chat}", "talk", "", "", "", "filed", "to_check", "self", id.bytes, None, None, person.id,
        person.chat, None, "ko", NOW, None, None, told={"words": SECRET},
    )  # fmt: skip


async def contents(database: Database, schema: MetaData = metadata) -> dict[str, set[Any]]:
    """Every row of every table of a schema."""
    async with database.reading() as db:
        return {table.name: {tuple(row) for row in await db.execute(select(table))} for table in schema.sorted_tables}


async def reads(office: Office, *whom: Person) -> None:
    """Everything of these people opens with a vault that remembers nothing, the roster too; the chain is whole."""
    fresh = replace(office, vault=Vault(office.vault.office))
    for person in whom:
        assert await draft(fresh, person) == {"statement": SECRET}
        (case,) = await fresh.do(partial(cases.of_person, person=person.id))
        assert case.told == {"words": SECRET}
    assert len(await fresh.do(lambda store: registry.by_phone(store, "+821020000007"))) == 1
    assert (await fresh.do(lambda store: audit.verify(store.db, store.vault))).first_bad is None


async def draft(office: Office, person: Person) -> dict[str, Any]:
    """What she has answered so far."""

    async def read(store: Drawer) -> dict[str, Any]:
        return (await sessions.at_desk(store, person.chat, "resident", await store.key(person.id))).draft

    return await office.do(read)
