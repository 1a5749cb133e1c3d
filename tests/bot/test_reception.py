"""What reception promises: claimed once, kept or brought again, masked before anything is stored."""

import asyncio
import random
from collections.abc import Set
from contextlib import AsyncExitStack
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from sqlalchemy import select, text

from bot import words
from bot.reception import BATCH_SIZE, FEW, NOTHING_TO_DO
from handlers.desk import Desk
from handlers.dialog import END, Ask, Dialog, Kind, Next, Step, Turn, Upload, t
from storage import files, people
from storage.audit import OFFICE
from storage.engine import Drawer
from storage.ids import new_id
from storage.outbox import enlist
from storage.sessions import at_desk
from storage.tables import audit, claims, faults, keys, lines, outbox, sessions, settings
from storage.tables import people as people_table
from tests.bot.counter import KIM, LEE, PARK, Counter, Wire, desk_of, echo, raw
from tests.journey import MONDAY
from tests.waiting import until

NUMBER = "950302-2345678"


def count_up(turn: Turn) -> None:
    turn.draft["count"] = turn.draft.get("count", 0) + 1


async def counting(turn: Turn, _answer: Any) -> Next:
    """Count what was heard in the draft and say the count."""
    count_up(turn)
    turn.say(raw(str(turn.draft["count"])))
    return "only"


class Trouble:
    """A step that faults on certain words, as often as it is told to."""

    def __init__(self, *words_: str, times: int = 10_000) -> None:
        self.left = dict.fromkeys(words_, times)

    async def accept(self, turn: Turn, answer: Any) -> Next:
        await turn.store.write(settings.insert(), {"name": f"{answer}-{turn.inbound.update_id}", "value": "1"})
        if self.left.get(answer, 0) > 0:
            self.left[answer] -= 1
            raise ZeroDivisionError
        turn.say(raw(f"heard {answer}"))
        return END


# ------------------------------------------------------------------------------------------------------------- claims


async def test_an_update_is_answered_and_its_letters_lie_in_the_outbox(database_url: str) -> None:
    async with Counter(database_url, sends=False) as counter:
        assert await counter.writes(KIM, "first visit")
        assert [(row.chat, row.lane, row.kind) for row in await counter.rows()] == [(KIM, "reply", "ask")]
        assert len(await counter.rows(claims)) == 1


async def test_duplicates_three_times_and_shuffled_are_handled_once_each(database_url: str) -> None:
    async with Counter(database_url, desk_of(counting)) as counter:
        await counter.writes(KIM, "hello")
        numbers = [n for n in range(900_001, 900_041) for _ in range(3)]
        random.Random(7).shuffle(numbers)
        kept = [counter.brings(KIM, text="again", update=n) for n in numbers]
        assert all(await asyncio.gather(*kept))
        await counter.settled()
        assert counter.said(KIM) == [str(n) for n in range(1, 41)]


async def test_a_lower_update_number_than_before_is_taken(database_url: str) -> None:
    async with Counter(database_url) as counter:
        assert await counter.writes(KIM, "a", update=1_000_000)
        assert await counter.writes(KIM, "b", update=5)
        await counter.settled()
        assert counter.said(KIM) == ["heard b"]


async def test_a_claim_goes_with_its_turn_so_that_the_update_is_handled_when_it_comes_again(database_url: str) -> None:
    trouble = Trouble("bad", times=1)
    async with Counter(database_url, desk_of(trouble.accept)) as counter:
        await counter.writes(KIM, "hello")
        assert not await counter.writes(KIM, "bad", update=77)
        assert 77 not in [row.update_id for row in await counter.rows(claims)]
        assert await counter.rows(settings) == []
        assert await counter.writes(KIM, "bad", update=77)
        assert await counter.writes(KIM, "bad", update=77)
        await counter.settled()
        assert counter.said(KIM) == ["heard bad"]


async def test_what_comes_from_our_own_errands_needs_no_claim(database_url: str) -> None:
    heard = []

    async def hear(turn: Turn) -> None:
        heard.append(turn.inbound.errand)

    async with Counter(database_url, desk_of(errand=hear)) as counter:
        assert await counter.brings(KIM, Kind.ERRAND, update=None, errand={"n": 1})
        assert await counter.brings(KIM, Kind.ERRAND, update=None, errand={"n": 1})
        assert heard == [{"n": 1}] * 2
        assert await counter.rows(claims) == []


async def test_an_errand_whose_turn_faults_is_not_kept(database_url: str) -> None:
    async def hear(_turn: Turn) -> None:
        raise ZeroDivisionError

    async with Counter(database_url, desk_of(errand=hear)) as counter:
        assert not await counter.brings(KIM, Kind.ERRAND, update=None, errand={})


# ------------------------------------------------------------------------------------------------------------- faults


async def test_a_fault_in_a_batch_loses_only_its_own_turn(database_url: str) -> None:
    async with Counter(database_url, desk_of(Trouble("bad").accept)) as counter:
        await asyncio.gather(*(counter.writes(chat, "hi") for chat in (KIM, LEE, PARK)))
        kept = await asyncio.gather(
            counter.writes(KIM, "one"),
            counter.writes(LEE, "bad"),
            counter.writes(KIM, "two"),
            counter.writes(PARK, "x"),
        )
        assert list(kept) == [True, False, True, True]
        await counter.settled()
        assert counter.said(KIM) == ["heard one", "heard two"]
        assert counter.said(LEE) == []
        assert {row.name.partition("-")[0] for row in await counter.rows(settings)} == {"one", "two", "x"}


async def test_a_poison_update_is_told_once_after_three_faults_and_later_ones_go_on(database_url: str) -> None:
    async with Counter(database_url, desk_of(Trouble("poison").accept)) as counter:
        await counter.writes(KIM, "hi")
        kept = [await counter.writes(KIM, "poison", update=66) for _ in range(5)]
        assert kept == [False, False, True, True, True]
        assert await counter.writes(KIM, "later")
        await counter.settled()
        assert counter.said(KIM) == [words.write(t("desk.fault"), "ko"), "heard later"] or counter.said(KIM) == [
            "heard later",
            words.write(t("desk.fault"), "ko"),
        ]
        assert [(row.update_id, row.times) for row in await counter.rows(faults)] == [(66, 3)]
        assert "update.given_up" in [row.action for row in await counter.rows(audit)]


async def _bad_draft(turn: Turn, answer: Any) -> Next:
    if answer == "bad":
        turn.draft["x"] = object()
    turn.say(raw(f"heard {answer}"))
    return "only"


async def _bad_words(turn: Turn, answer: Any) -> Next:
    turn.say(raw(f"heard {answer}" if answer != "bad" else "half a character: \ud800"))
    return END


async def _bad_statement(turn: Turn, answer: Any) -> Next:
    if answer == "bad":
        await turn.store.read(select(people_table).where(people_table.c.chat == 2**70))
    turn.say(raw(f"heard {answer}"))
    return END


async def _bad_write(turn: Turn, answer: Any) -> Next:
    if answer == "bad":
        await turn.store.write(settings.insert(), {"name": "n", "value": object()})
    turn.say(raw(f"heard {answer}"))
    return END


async def _bad_sql(turn: Turn, answer: Any) -> Next:
    if answer == "bad":
        await turn.store.read(text("SELECT nonsense FROM nowhere"))
    turn.say(raw(f"heard {answer}"))
    return END


BROKEN = [_bad_draft, _bad_words, _bad_statement, _bad_write, _bad_sql]


@pytest.mark.parametrize("accept", BROKEN, ids=lambda accept: accept.__name__)
async def test_what_no_database_takes_hurts_only_its_own_turn_and_is_given_up(database_url: str, accept: Any) -> None:
    async with Counter(database_url, desk_of(accept)) as counter:
        await asyncio.gather(*(counter.writes(chat, "hi") for chat in (KIM, LEE)))
        kept = await asyncio.gather(
            counter.writes(KIM, "one"), counter.writes(LEE, "bad", update=66), counter.writes(KIM, "two")
        )
        assert list(kept) == [True, False, True]
        assert [await counter.writes(LEE, "bad", update=66) for _ in range(3)] == [False, True, True]
        assert await counter.writes(LEE, "later")
        await counter.settled()
        assert counter.said(KIM) == ["heard one", "heard two"]
        assert "heard later" in counter.said(LEE)


async def test_a_database_that_is_away_costs_no_update_its_life(sqlite_url: str) -> None:
    async with Counter(sqlite_url) as counter:
        await counter.writes(KIM, "hi")
        counter.reception._writer = Away()
        assert not any([await counter.writes(KIM, "x", update=66) for _ in range(5)])
        counter.reception._writer = counter.database.writer
        assert await counter.rows(faults) == []
        assert await counter.writes(KIM, "x", update=66)


class Away:
    """A database that refuses every connection."""

    async def transaction(self, work: Any) -> Any:
        raise ConnectionRefusedError

    async def wait_for_disk(self, waits: bool) -> None: ...

    async def close(self) -> None: ...


# -------------------------------------------------------------------------------------------------- order and racing


async def test_a_batch_keeps_the_order_of_each_chat(database_url: str) -> None:
    async with Counter(database_url, desk_of(counting)) as counter:
        chats = (KIM, LEE, PARK)
        await asyncio.gather(*(counter.writes(chat, "hi") for chat in chats))
        await asyncio.gather(*(counter.writes(chat, "x") for _ in range(BATCH_SIZE) for chat in chats))
        await counter.settled()
        for chat in chats:
            assert counter.said(chat) == [str(n) for n in range(1, BATCH_SIZE + 1)]


@pytest.mark.parametrize(("seconds", "commits"), [(60.0, 1), (0.0, 2)])
async def test_after_many_at_once_what_comes_while_answers_go_out_joins_one_commit_but_not_for_ever(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, seconds: float, commits: int
) -> None:
    monkeypatch.setattr("bot.reception.GATHERING", seconds)
    async with Counter(sqlite_url) as counter:
        await asyncio.gather(*(counter.writes(chat, "hi") for chat in range(1, FEW + 2)))
        settled: list[Set[str]] = []
        counter.reception.ordered = settled.append
        first = counter.brings(KIM, text="first")
        for _ in range(3):  # rounds of the loop with something to do
            end = monotonic() + 10 * NOTHING_TO_DO
            while monotonic() < end:
                pass
            await asyncio.sleep(0)
        assert all(await asyncio.gather(first, counter.brings(LEE, text="second")))
        assert len(settled) == commits


async def test_drain_waits_for_all_that_was_brought_in(database_url: str) -> None:
    async with Counter(database_url) as counter:
        kept = [counter.brings(KIM, text=str(n)) for n in range(BATCH_SIZE * 2)]
        await counter.reception.drain()
        await asyncio.gather(*kept)
        await counter.reception.drain()


@pytest.mark.postgres
async def test_new_chats_racing_in_two_receptions_meet_once(postgres_url: str) -> None:
    async with Counter(postgres_url, process="a") as one, Counter(postgres_url, process="b") as two:
        chats = range(1, 31)
        brought = [house.writes(chat, "hi") for chat in chats for house in (one, two)]
        assert all(await asyncio.gather(*brought))
        owners = {row.owner for row in await one.rows(keys)} - {OFFICE}
        assert len(await one.rows(people_table)) == len(owners) == len(chats)


@pytest.mark.postgres
async def test_turns_of_one_chat_in_two_receptions_see_each_other(postgres_url: str) -> None:
    wire, accept = Wire(), desk_of(counting)
    async with (
        Counter(postgres_url, accept, process="a", wire=wire) as one,
        Counter(postgres_url, accept, process="b", wire=wire) as two,
    ):
        await one.writes(KIM, "hi")
        for _ in range(20):  # the first of them find a connection that is yet to be made, and do not race
            assert all(await asyncio.gather(*(house.writes(KIM, "x") for _ in range(2) for house in (one, two))))
        await one.settled()
        assert one.said(KIM) == [str(n) for n in range(1, 81)]


@pytest.mark.postgres
async def test_the_same_updates_in_two_receptions_are_handled_once(postgres_url: str) -> None:
    async with Counter(postgres_url, process="a") as one, Counter(postgres_url, process="b", wire=one.wire) as two:
        await one.writes(KIM, "hi")
        brought = [house.writes(KIM, str(n), update=500 + n) for n in range(30) for house in (one, two)]
        assert all(await asyncio.gather(*brought))
        await one.settled()
        assert sorted(one.said(KIM)) == sorted(f"heard {n}" for n in range(30))


async def test_another_turn_of_the_batch_that_changes_a_person_is_seen_by_her_next(database_url: str) -> None:
    resident = people.stranger(1, "ko", MONDAY).id

    async def bind(turn: Turn, answer: Any) -> Next:
        if answer == "bind":
            turn.person, before = await people.bind(turn.store, turn.person, resident)
            if before is not None:
                turn.notice(raw("ended"), "ended", chat=before.chat)
        turn.say(raw(f"{answer} {turn.person.resident is not None}"))
        return END

    async with Counter(database_url, desk_of(bind)) as counter:
        await asyncio.gather(counter.writes(KIM, "hi"), counter.writes(LEE, "hi"))
        await counter.writes(KIM, "bind")
        await asyncio.gather(counter.writes(KIM, "was"), counter.writes(LEE, "bind"), counter.writes(KIM, "is"))
        await counter.settled()
        assert (await counter.person(KIM)).resident is None
        assert (await counter.person(LEE)).resident == resident
        assert [one for one in counter.said(KIM) if one != "ended"] == ["bind True", "was True", "is False"]
        assert counter.said(KIM).count("ended") == 1


async def test_recognition_ends_after_half_a_year_of_silence_even_if_the_answer_is_refused(database_url: str) -> None:
    resident = people.stranger(1, "ko", MONDAY).id

    async def bind(turn: Turn, _answer: Any) -> Next:
        turn.person, _ = await people.bind(turn.store, turn.person, resident)
        return END

    async with Counter(database_url, desk_of(bind)) as counter:
        await counter.writes(KIM, "hi")
        await counter.writes(KIM, "bind")
        counter.later(days=181)
        assert await counter.brings(KIM, Kind.OTHER)
        assert (await counter.person(KIM)).resident is None
        assert [row.action for row in await counter.rows(audit)].count("recognition.expired") == 1


async def test_an_erased_person_goes_on_as_a_stranger(database_url: str) -> None:
    async def erase(turn: Turn, _answer: Any) -> Next:
        turn.person = await people.erase(turn.store, turn.person)
        turn.say(raw("gone"))
        return END

    async with Counter(database_url, desk_of(erase)) as counter:
        await counter.writes(KIM, "hi")
        await counter.settled()
        before = await counter.person(KIM)
        assert await counter.writes(KIM, "erase")
        assert await counter.brings(KIM, Kind.OTHER)
        await counter.settled()
        after = await counter.person(KIM)
        assert after.id != before.id
        assert before.id not in [row.owner for row in await counter.rows(keys)]
        assert "gone" in counter.said(KIM)


async def test_a_key_of_a_batch_that_was_rolled_back_is_not_used_again(database_url: str) -> None:
    case = people.stranger(1, "ko", MONDAY).id

    async def keep(turn: Turn, answer: Any) -> Next:
        if answer == "bad":
            await turn.store.read(text("SELECT nonsense FROM nowhere"))
        await files.want(turn.store, case, turn.person.id, KIM, None, f"ref-{answer}", "name")
        return END

    async with Counter(database_url, desk_of(keep)) as counter:
        await asyncio.gather(counter.writes(KIM, "hi"), counter.writes(LEE, "hi"))
        kept = await asyncio.gather(counter.writes(KIM, "1"), counter.writes(KIM, "2"), counter.writes(LEE, "bad"))
        assert list(kept) == [True, True, False]
    async with Counter(database_url) as counter:
        found = await counter.does(lambda store: files.of_case(store, case))
        assert [file.ref for file in found] == ["ref-1", "ref-2"]


async def test_a_person_whose_key_is_gone_gets_another_that_opens_in_the_next_process(database_url: str) -> None:
    async with Counter(database_url, desk_of(counting)) as counter:
        await counter.writes(KIM, "hi")
        await counter.writes(KIM, "x")
        await counter.settled()
        await counter.does(lambda store: store.write(keys.delete()))
        counter.vault.forget((await counter.person(KIM)).id)
        assert await counter.writes(KIM, "her place is lost")
        assert await counter.writes(KIM, "y")
    async with Counter(database_url, desk_of(counting)) as counter:
        assert await counter.writes(KIM, "z")
        await counter.settled()
        assert counter.said(KIM)[-1:] == ["2"], counter.said(KIM)


# -------------------------------------------------------------------------------------------------------------- masks


def in_files(folder: Path, words_: str) -> bool:
    return any(words_.encode() in file.read_bytes() for file in folder.glob("changgu.db*"))


async def kept_anywhere(counter: Counter, words_: str, folder: Path) -> bool:
    """Whether the words stand in any file of the database, or in any row once opened."""
    if counter.database.is_sqlite:
        return in_files(folder, words_)
    async with counter.database.reading() as db:
        found = [str(row) for table in (sessions, outbox, settings) for row in await db.execute(select(table))]
    return any(words_ in row for row in found)


async def remember(turn: Turn, answer: Any) -> Next:
    """Keep the answer in the draft, in clear in a table, and say it back."""
    heard = answer.name if isinstance(answer, Upload) else answer
    await turn.store.write(
        settings.insert(), {"name": str(turn.inbound.update_id), "value": f"{heard}|{turn.inbound.text}"}
    )
    turn.draft.setdefault("heard", []).append(heard)
    turn.say(raw(f"heard {heard}"))
    return "only"


@pytest.mark.parametrize("written", [NUMBER, f"번호 {NUMBER}", "９５０３０２－２３４５６７８", "950302 2345678"])
async def test_a_number_is_blotted_out_before_anything_is_kept(database_url: str, tmp_path: Path, written: str) -> None:
    async with Counter(database_url, desk_of(remember)) as counter:
        await counter.writes(KIM, "hi")
        assert await counter.writes(KIM, written, message_id=41)
        await counter.settled()
        assert counter.wire.deleted == [41]
        assert counter.said(KIM)[0] == words.write(t("desk.masked"), "ko")
        heard = counter.said(KIM)[1]
        assert not any(letter.isdigit() for letter in heard)
        assert not await kept_anywhere(counter, "2345678", tmp_path)
        assert not await kept_anywhere(counter, written, tmp_path)


async def test_a_number_in_a_caption_or_a_file_name_is_blotted_out_and_told(database_url: str, tmp_path: Path) -> None:
    async with Counter(database_url, desk_of(remember)) as counter:
        await counter.writes(KIM, "hi")
        for message, caption, name in ((51, NUMBER, "a.jpg"), (52, "", f"{NUMBER}.pdf")):
            upload = Upload("ref", name, 3)
            await counter.brings(KIM, Kind.UPLOAD, upload=upload, text=caption, message_id=message)
        await counter.settled()
        assert counter.wire.deleted == [51, 52]
        assert not await kept_anywhere(counter, "2345678", tmp_path)
        assert [row.value for row in await counter.rows(settings)] == ["a.jpg|●●●●●●-●●●●●●●", "●●●●●●-●●●●●●●.pdf|"]


async def test_six_and_seven_digits_in_two_messages_are_both_blotted_and_deleted(database_url: str) -> None:
    async with Counter(database_url, desk_of(remember)) as counter:
        await counter.writes(KIM, "hi")
        await counter.writes(KIM, "950302", message_id=61)
        counter.later(seconds=119)
        await counter.writes(KIM, "2345678", message_id=62)
        await counter.writes(KIM, "what is kept?")
        await counter.settled()
        assert sorted(counter.wire.deleted) == [61, 62]
        assert counter.said(KIM)[-2] == "heard ●●●●●●●" or "heard ●●●●●●●" in counter.said(KIM)
        session = await counter.does(lambda store: _draft(counter, store))
        assert session["heard"] == ["●●●●●●", "●●●●●●●", "what is kept?"]


async def _draft(counter: Counter, store: Drawer) -> dict[str, Any]:
    person = await people.by_chat(store, KIM)
    assert person is not None
    return (await at_desk(store, KIM, "resident", await store.key(person.id))).draft


async def test_seven_digits_long_after_six_are_no_number(database_url: str) -> None:
    async with Counter(database_url, desk_of(remember)) as counter:
        await counter.writes(KIM, "hi")
        await counter.writes(KIM, "950302")
        counter.later(seconds=121)
        await counter.writes(KIM, "2345678")
        await counter.settled()
        assert counter.wire.deleted == []
        assert counter.said(KIM)[-1] == "heard 2345678"


async def test_a_birth_date_of_eight_digits_stays_in_the_draft_when_seven_follow(database_url: str) -> None:
    async with Counter(database_url, desk_of(remember)) as counter:
        await counter.writes(KIM, "hi")
        await counter.writes(KIM, "19950302", message_id=71)
        await counter.writes(KIM, "2345678", message_id=72)
        draft = await counter.does(lambda store: _draft(counter, store))
        assert draft["heard"] == ["19950302", "●●●●●●●"]


async def test_who_is_not_obeyed_by_the_messenger_asks_the_person_to_delete(database_url: str) -> None:
    async with Counter(database_url, desk_of(remember)) as counter:
        counter.wire.undeletable.add(81)
        await counter.writes(KIM, "hi")
        await counter.writes(KIM, NUMBER, message_id=81)
        await counter.settled()
        assert counter.said(KIM)[0] == words.write(t("desk.masked_delete"), "ko")


async def test_a_refused_answer_with_a_number_is_deleted_all_the_same(database_url: str) -> None:
    async def ask(_turn: Turn) -> Ask:
        return Ask(raw("press"), contact=t("desk.share_phone"))

    home = Dialog("home", (Step("only", ask, echo),))
    desk = Desk("resident", (home,), home="home", person="home", words=words.write, errand=echo)  # type: ignore[arg-type]
    async with Counter(database_url, {"resident": desk}) as counter:
        await counter.writes(KIM, "hi")
        await counter.writes(KIM, NUMBER, message_id=91)
        await counter.settled()
        assert counter.wire.deleted == [91]


@pytest.mark.parametrize("bad", ["\ud800", "a\x00b", "x\udfffy\x00", "\x00" * 100, "\u202e\u200b"])
async def test_lone_surrogates_and_nul_do_no_harm(database_url: str, bad: str) -> None:
    async with Counter(database_url, desk_of(remember)) as counter:
        await counter.writes(KIM, "hi")
        assert await counter.writes(KIM, f"before{bad}after")
        assert await counter.brings(KIM, Kind.UPLOAD, upload=Upload(f"r{bad}", f"n{bad}.pdf", 1), text=bad)
        assert await counter.brings(KIM, Kind.PRESS, press=f"1.{bad}", press_id=f"p{bad}", shown=bad)
        assert await counter.brings(KIM, Kind.TEXT, text="x", language=bad)
        await counter.settled()


# ------------------------------------------------------------------------------------------------- presses, languages


async def test_a_press_is_acknowledged_after_the_commit_and_its_choice_written_under_the_question(
    database_url: str,
) -> None:
    async with Counter(database_url) as counter:
        await counter.writes(KIM, "hi")
        await counter.brings(KIM, Kind.PRESS, press="1.^", press_id="p1", shown="which?", message_id=5)
        await until(lambda: counter.wire.settled)
        assert counter.wire.acknowledged == ["p1"]
        assert counter.wire.settled == {5: f"which?\n\n▸ {words.write(t('desk.home'), 'ko')}"}


async def test_a_refused_press_is_acknowledged_and_its_question_left_alone(database_url: str) -> None:
    async with Counter(database_url) as counter:
        await counter.writes(KIM, "hi")
        await counter.brings(KIM, Kind.PRESS, press="1.forged", press_id="p1", shown="which?", message_id=5)
        await until(lambda: counter.wire.acknowledged)
        await counter.reception.drain()
        assert counter.wire.settled == {}


async def test_a_press_that_cannot_be_acknowledged_harms_nothing(database_url: str) -> None:
    class Deaf(Wire):
        async def acknowledge(self, press_id: str, window: str | None = None) -> None:
            raise ConnectionError

    async with Counter(database_url, wire=Deaf()) as counter:
        await counter.writes(KIM, "hi")
        assert await counter.brings(KIM, Kind.PRESS, press="1.^", press_id="p1", shown="?", message_id=5)
        await counter.reception.drain()
        assert await counter.writes(KIM, "on")


@pytest.mark.parametrize(("told", "language"), [("ko", "ko"), ("ko-KR", "ko"), ("", "ko"), ("en", "en"), ("vi", "en")])
async def test_a_stranger_is_met_in_the_language_of_her_app(sqlite_url: str, told: str, language: str) -> None:
    async with Counter(sqlite_url) as counter:
        await counter.writes(KIM, "hi", language=told)
        assert (await counter.person(KIM)).language == language


async def test_a_letter_to_somebody_else_is_written_in_her_language_and_to_nobody_not_at_all(database_url: str) -> None:
    async def tell(turn: Turn, _answer: Any) -> Next:
        turn.notice(t("desk.noted"), "told", chat=LEE)
        turn.notice(t("desk.noted"), "told", chat=PARK)
        return END

    async with Counter(database_url, desk_of(tell)) as counter:
        await counter.writes(LEE, "hi", language="en")
        await counter.writes(KIM, "hi")
        await counter.writes(KIM, "tell")
        await counter.settled()
        assert counter.said(LEE) == [words.write(t("desk.noted"), "en")]
        assert counter.all(PARK) == []


async def test_replies_of_a_line_that_another_carries_are_left_to_it(database_url: str) -> None:
    async with AsyncExitStack() as stack:
        counter = await stack.enter_async_context(Counter(database_url, sends=False))
        await counter.writes(KIM, "hi")
        other = people.stranger(1, "ko", MONDAY).id
        await counter.posts(KIM, "older")
        await counter.does(lambda store: store.write(lines.update().values(carrier=other)))
        await counter.writes(KIM, "x")
        assert (await counter.states())[-2:] == ["waiting", "waiting"]


# --------------------------------------------------------------------------------------------- what comes in between


async def test_replies_of_a_carrier_given_up_meanwhile_are_sent_once_by_whoever_carries_now(database_url: str) -> None:
    counters: list[Counter] = []

    async def given_up(turn: Turn, _answer: Any) -> Next:
        counters[0].sender.me = new_id()
        await enlist(turn.store.db, counters[0].sender.me, "here")
        turn.say(raw("of the former carrier"))
        return END

    async with Counter(database_url, desk_of(given_up)) as counter:
        counters.append(counter)
        await counter.writes(KIM, "hello")
        before = counter.sender.me
        assert await counter.writes(KIM, "now")
        assert counter.sender.me != before
        await counter.settled()
        assert counter.said(KIM).count("of the former carrier") == 1


async def test_who_was_sent_to_another_desk_by_the_turn_before_is_answered_there(database_url: str) -> None:
    async def sends_lee(turn: Turn, _answer: Any) -> Next:
        moved = people_table.update().where(people_table.c.chat == LEE).values(desk="office")
        await turn.store.write(moved)
        turn.store.touched.add(LEE)
        return END

    async def ask(_turn: Turn) -> Ask:
        return Ask(raw("the office?"))

    home = Dialog("home", (Step("only", ask, echo),))
    office = Desk("office", (home,), home="home", person="home", words=words.write, errand=echo)  # type: ignore[arg-type]
    async with Counter(database_url, {**desk_of(sends_lee), "office": office}) as counter:
        for chat in (KIM, LEE):
            await counter.writes(chat, "hello")
        assert await asyncio.gather(counter.brings(KIM, text="go"), counter.brings(LEE, text="here I am"))
        await counter.settled()
        assert ((await counter.person(LEE)).desk, counter.all(LEE)[-1]) == ("office", "the office?")


async def test_who_hung_up_meanwhile_is_answered_all_the_same(database_url: str) -> None:
    async with Counter(database_url, desk_of(counting)) as counter:
        await counter.writes(KIM, "hello")
        waiting = counter.brings(KIM, text="one")
        waiting.cancel()
        await counter.writes(KIM, "two")
        await counter.settled()
        assert counter.said(KIM) == ["1", "2"]
