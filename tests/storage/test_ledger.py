"""Words are known again letter by letter: in their chat, after a change of keys too, and nowhere else."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from storage import audit, ledger, outbox, recipients, rotation
from storage.engine import Drawer
from storage.ledger import Known, Line
from storage.recipients import Result
from storage.tables import asked_whether_ours, broadcasts, carriers
from storage.tables import outbox as letters
from storage.vault import Key, Vault, new_office_key
from tests.storage.conftest import NOW, Office
from tests.storage.crowd import approved, at, carrier, settled_people, take

KIM, LEE = 7001, 7002
WORDS = "안내드립니다.\n내일까지 와 주십시오."
HOUSE = Key(bytes(32))


async def knows(office: Office, chat: int, text: str) -> Known | None:
    async def found(store: Drawer) -> Known | None:
        return await ledger.known(store, chat, ledger.imprint(await audit.house_key(store.db, store.vault), text))

    return await office.do(found)


async def promised(office: Office, text: str = WORDS, state: str = "sent", **more: object) -> int:
    """A letter to Kim in this state."""

    async def post(store: Drawer) -> int:
        digest = ledger.said(await audit.house_key(store.db, store.vault), KIM, text)
        row = {
            "ticket": UUID(bytes=digest), "chat": KIM, "lane": "reply", "kind": "say", "about": None, "state": state,
            "due_at": NOW, "tries": 0, "again": False, "created_at": NOW, "sealed": None, "digest": digest,
        }  # fmt: skip
        (id,) = await outbox.post(store.db, [row])
        await store.write(update(letters).where(letters.c.id == id).values(**more, state=state))
        return id

    return await office.do(post)


# ------------------------------------------------------------------------------------------------------- the same words

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60).map(ledger.plain).filter(bool)


@given(TEXTS, st.text(" \n\t", max_size=3), st.text(" \n\t", max_size=3))
def test_what_telegram_cuts_off_the_ends_makes_no_difference(text: str, before: str, after: str) -> None:
    assert ledger.said(HOUSE, KIM, before + text + after) == ledger.said(HOUSE, KIM, text)


@given(TEXTS, st.data())
def test_no_letter_more_or_less_or_another_is_the_same(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    kept = place + data.draw(st.integers(0, 1))
    changed = text[:place] + data.draw(st.text(st.characters(codec="utf-8"), max_size=1)) + text[kept:]
    assume(ledger.plain(changed) != text)  # else it reads the same: an accent written apart, a blank at an end
    assert ledger.said(HOUSE, KIM, changed) != ledger.said(HOUSE, KIM, text)


@pytest.mark.parametrize(
    "changed", ["안내  드립니다", "안내\u200b드립니다", "안내 드립니다.", "안내\n드립니다", "안내\u00a0드립니다"]
)
def test_blanks_and_invisible_letters_within_count(changed: str) -> None:
    assert ledger.imprint(HOUSE, changed) != ledger.imprint(HOUSE, "안내 드립니다")


def test_another_way_to_write_the_same_line_or_syllable_is_the_same() -> None:
    assert ledger.imprint(HOUSE, "가\r\n나") == ledger.imprint(HOUSE, "가\n나")


def test_half_a_character_is_taken() -> None:
    assert ledger.imprint(HOUSE, "a\ud83d") != ledger.imprint(HOUSE, "a")


def test_nobody_sees_who_was_told_the_same() -> None:
    assert ledger.said(HOUSE, KIM, WORDS) != ledger.said(HOUSE, LEE, WORDS)
    assert ledger.said(HOUSE, KIM, WORDS) != ledger.said(Key(bytes(31) + b"1"), KIM, WORDS)


# ---------------------------------------------------------------------------------------------------------- letters


async def test_a_letter_is_known_in_its_chat_alone(office: Office) -> None:
    await promised(office, sent_at=NOW + timedelta(minutes=2))
    assert await knows(office, KIM, WORDS) == Known("sent", NOW + timedelta(minutes=2))
    assert await knows(office, LEE, WORDS) is None
    assert await knows(office, KIM, WORDS + "!") is None


@pytest.mark.parametrize(
    ("state", "outcome", "known"),
    [
        ("waiting", None, True),
        ("sending", None, True),
        ("failed", "doubt", True),
        ("failed", "gone", False),
        ("failed", "bad", False),
    ],
)
async def test_what_may_have_come_is_ours_and_what_surely_did_not_is_not(
    office: Office, state: str, outcome: str | None, known: bool
) -> None:
    await promised(office, state=state, outcome=outcome)
    assert (await knows(office, KIM, WORDS) is not None) is known


async def test_of_the_same_words_the_last_time_is_told(office: Office) -> None:
    for hours in (1, 2):
        await promised(office, sent_at=NOW + timedelta(hours=hours))
    assert await knows(office, KIM, WORDS) == Known("sent", NOW + timedelta(hours=2))


async def test_what_was_said_in_other_words_or_written_over_is_known_too(office: Office) -> None:
    async def note(store: Drawer) -> None:
        house = await audit.house_key(store.db, store.vault)
        line = Line(KIM, ledger.said(house, KIM, "other"), NOW)
        await ledger.note(store.db, [line, line])
        await ledger.note(store.db, [Line(KIM, line.digest, NOW + timedelta(hours=1))])
        await ledger.note_shown(store, KIM, "shown")

    await office.do(note)
    assert await knows(office, KIM, "other") == Known("edited", NOW + timedelta(hours=1))
    assert await knows(office, KIM, "shown") == Known("edited", NOW)
    assert await knows(office, LEE, "other") is None


async def test_a_change_of_the_offices_keys_loses_nothing(office: Office) -> None:
    old, new = new_office_key(), new_office_key()
    office.vault = Vault.of(old)
    await promised(office)
    office.vault = Vault.of(f"{new},{old}")
    await rotation.rotate(office.database, office.vault, NOW)
    office.vault = Vault.of(new)
    assert await knows(office, KIM, WORDS) == Known("sent", NOW)


async def test_what_was_answered_is_counted_by_the_day_in_korea(office: Office) -> None:
    for answer in ("ours", "ours", "scam"):
        await office.do(partial(ledger.count_asked, answer=answer))
    office.now = NOW + timedelta(hours=15)  # one o'clock of the next day
    await office.do(partial(ledger.count_asked, answer="ours"))
    async with office.database.reading() as db:
        found = {(str(row.day), row.answer): row.times for row in await db.execute(select(asked_whether_ours))}
    assert found == {("2025-07-28", "ours"): 2, ("2025-07-28", "scam"): 1, ("2025-07-29", "ours"): 1}


# -------------------------------------------------------------------------------------------------------- broadcasts


async def going(office: Office) -> tuple[UUID, UUID]:
    """A broadcast to chats 8001 to 8004, on its way, and who carries it."""
    await settled_people(office, range(8001, 8005))
    one = await at(office, "running", await approved(office))
    return one.id, await carrier(office)


async def goes(office: Office, one: UUID, me: UUID, chat: int, text: str, state: str = "sent") -> int:
    """It goes to her in these words."""

    async def tell(store: Drawer) -> int:
        number = await ledger.text_of(store, one, text)
        await recipients.mark(store, me, one, [Result(chat, state, store.now, 5, number)])
        return number

    return await office.do(tell)


async def test_a_text_has_one_number_whoever_sends_it(office: Office) -> None:
    one, _ = await going(office)
    numbers = [
        await office.do(lambda store, text=text, corrects=corrects: ledger.text_of(store, one, text, corrects=corrects))  # type: ignore[misc]
        for text, corrects in (("a", False), ("b", False), ("a", False), ("a", True), ("a", True))
    ]
    assert numbers == [1, 2, 1, 3, 3]


async def test_a_broadcast_is_known_by_the_text_she_had(office: Office) -> None:
    one, me = await going(office)
    first, second, third, fourth = await take(office, me, one, 4)
    await goes(office, one, me, first, "ko")
    await goes(office, one, me, second, "en")
    await goes(office, one, me, third, "ko", "unreachable")
    await goes(office, one, me, fourth, "ko", "parked")
    assert await knows(office, first, "ko") == await knows(office, fourth, "ko") == Known("sent", NOW)
    assert await knows(office, second, "en") == Known("sent", NOW)
    for chat, text in ((first, "en"), (second, "ko"), (third, "ko"), (LEE, "ko")):
        assert await knows(office, chat, text) == Known("others", NOW)
    assert await knows(office, first, "kO") is None


async def test_one_in_a_dead_hand_may_have_had_any_of_its_texts(office: Office) -> None:
    one, me = await going(office)
    (chat,) = await take(office, me, one, 1)
    await office.do(lambda store: ledger.text_of(store, one, "ko"))
    assert await knows(office, chat, "ko") == Known("sent", NOW)
    await office.do(lambda store: store.write(delete(carriers)))
    await office.do(recipients.settle_dead)
    assert await knows(office, chat, "ko") == Known("sent", NOW)


async def test_what_is_for_officers_is_told_to_nobody_else(office: Office) -> None:
    one, me = await going(office)
    (chat,) = await take(office, me, one, 1)
    await goes(office, one, me, chat, "ko")
    values = {"audience": '{"role":"officer"}'}
    await office.do(lambda store: store.write(update(broadcasts).values(values)))
    assert await knows(office, chat, "ko") == Known("sent", NOW)
    assert await knows(office, LEE, "ko") is None
