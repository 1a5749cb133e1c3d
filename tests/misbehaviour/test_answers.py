"""Telegram's answers: too many, lost, broken off, refused. The letters of one line stay in order, others go on."""

from collections import Counter as Tally
from collections.abc import Mapping, Sequence
from itertools import product

from bot import words
from handlers.dialog import t
from playground.faults import Fault, Kind
from playground.ledger import Entry
from playground.server import Playground
from storage.outbox import NOTICE, REPLY
from storage.tables import cases, people
from tests.bot.campaign import FIRST, HAN, SEO, WORDS, approved, comes_to, settle
from tests.bot.campaign import states as campaign_states
from tests.bot.counter import KIM, Counter
from tests.misbehaviour.line import Weather, Windows, counter_to
from tests.waiting import until

LANES = (REPLY, NOTICE)
AGAIN = f"{words.write(t('desk.again'), 'ko')}\n"
CROWD = range(7101, 7106)


async def posted(
    counter: Counter, chats: Sequence[int], each: int, lanes: Sequence[str] = LANES
) -> set[tuple[int, str]]:
    """Put so many letters of each lane into each chat's outbox; gives (chat, words) of all."""
    for chat in chats:
        for lane in lanes:
            await counter.posts(chat, *(f"{lane} {number}" for number in range(each)), lane=lane)
    return {(chat, f"{lane} {number}") for chat in chats for lane in lanes for number in range(each)}


def arrived(play: Playground) -> Sequence[tuple[int, str]]:
    """(chat, words) of everything accepted, without the mark of what is sent again."""
    return [(entry.chat_id or 0, entry.text.removeprefix(AGAIN)) for entry in play.ledger.accepted("send")]


def in_order(play: Playground, chat: int, lane: str) -> Sequence[str]:
    return [said for to, said in arrived(play) if to == chat and said.startswith(lane)]


# --------------------------------------------------------------------------------------------------------------- 429


async def test_a_429_for_one_chat_holds_up_nobody_else_and_nothing_is_sent_inside_its_window(
    play: Playground, database_url: str
) -> None:
    windows = Windows(lambda chat, number: 55 if chat == KIM and number == 1 else 0)
    play.faults = weather = Weather(windows.fate)
    async with counter_to(play, database_url, (KIM, *CROWD)) as counter:
        await posted(counter, [KIM], 2, [REPLY])
        await until(lambda: windows.opened)
        await posted(counter, [KIM], 2, [NOTICE])
        wanted = await posted(counter, CROWD, 3)
        await until(lambda: wanted <= set(arrived(play)), 40)
        assert Tally(arrived(play)).total() == len(wanted)
        assert (weather.calls[KIM], windows.inside) == (1, [])


async def test_a_429_for_everybody_is_waited_out_and_all_arrives_once_and_in_order(
    play: Playground, database_url: str
) -> None:
    windows = Windows(lambda chat, number: 1 if number in (2, 4) else 0)
    play.faults = Weather(windows.fate)
    async with counter_to(play, database_url, CROWD) as counter:
        await posted(counter, CROWD, 4, [REPLY])
        await counter.settled()
        for chat in CROWD:
            assert in_order(play, chat, REPLY) == [f"{REPLY} {number}" for number in range(4)]
        assert (windows.opened, windows.inside) == (2 * len(CROWD), [])


# ---------------------------------------------------------------------------------------------------------- in doubt


async def fates(counter: Counter) -> dict[tuple[int, str], str]:
    """The state of each letter by (chat, words)."""
    states: dict[tuple[int, str], str] = {}
    numbers: Tally[tuple[int, str]] = Tally()
    for row in await counter.rows():
        number = numbers[row.chat, row.lane]
        numbers[row.chat, row.lane] += 1
        states[row.chat, f"{row.lane} {number}"] = row.state
    return states


def said(entry: Entry) -> tuple[int, str]:
    return entry.chat_id or 0, entry.text.removeprefix(AGAIN)


async def test_answers_lost_after_acceptance_double_only_there_and_marked(play: Playground, database_url: str) -> None:
    play.faults = Weather(lambda _chat, number: Fault("drop_after") if number % 3 == 2 else None)
    async with counter_to(play, database_url, CROWD) as counter:
        wanted = await posted(counter, CROWD, 3)
        await counter.settled()
        heard, states = play.ledger.accepted("send"), await fates(counter)
    times = Tally(said(entry) for entry in heard)
    unheard = Tally(said(entry) for entry in heard if not entry.answered)
    assert times.keys() == wanted
    assert all(times[letter] <= 1 + unheard[letter] for letter in wanted)
    assert sum(unheard.values()) > len(wanted) / 4
    known: set[tuple[int, str]] = set()
    for entry in heard:
        if said(entry)[1].startswith(NOTICE):
            assert entry.text.startswith(AGAIN) == (said(entry) in known)
            known.add(said(entry))
    for letter in wanted:
        assert states[letter] == "sent" or unheard[letter] == 2
    for chat in CROWD:
        assert list(dict.fromkeys(in_order(play, chat, NOTICE))) == [f"{NOTICE} {number}" for number in range(3)]


async def test_after_a_storm_of_errors_no_notice_is_lost_nothing_doubled_and_nothing_left(
    play: Playground, database_url: str
) -> None:
    storm: tuple[Kind, Kind] = ("server_error", "drop_before")
    play.faults = Weather(lambda chat, number: Fault(storm[(chat + number) % 2]) if number <= 6 else None)
    async with counter_to(play, database_url, CROWD) as counter:
        wanted = await posted(counter, CROWD, 3)
        await counter.settled()
        states = await fates(counter)
    times = Tally(arrived(play))
    assert times.keys() == {letter for letter, state in states.items() if state == "sent"}
    assert set(times.values()) == {1}
    assert {letter for letter in wanted if letter[1].startswith(NOTICE)} <= times.keys()
    for letter, state in states.items():
        assert state in {REPLY: ("sent", "failed")}.get(letter[1].split()[0], ("sent",))


async def test_a_broadcast_in_a_storm_reaches_everybody_once_but_those_in_doubt_who_are_parked(
    play: Playground, database_url: str
) -> None:
    crowd = range(FIRST, FIRST + 120)
    kinds: dict[int, Kind] = {3: "drop_after", 4: "server_error", 5: "drop_before", 6: "blocked"}
    fates = {chat: kinds[chat % 20] for chat in crowd if chat % 20 in kinds} | {FIRST + 47: "too_many"}
    play.faults = weather = Weather(
        lambda chat, number: Fault(fates[chat], 1) if chat in fates and number == 1 else None
    )
    async with counter_to(play, database_url, (HAN, SEO, *crowd), broadcasts=True) as counter:
        await settle(counter, crowd)
        one = await approved(counter)
        done = await comes_to(counter, one, "done")
        fate = await campaign_states(counter, one)
        await counter.settled()
    times = Tally(entry.chat_id for entry in play.ledger.accepted("send"))
    blocked = {chat for chat, kind in fates.items() if kind == "blocked"}
    parked = fates.keys() - blocked - {FIRST + 47}
    unheard = {chat for chat in parked if fates[chat] != "drop_after"}
    assert max(times.values()) == len(WORDS) + 1, "the canary to each admin, and that it is over"
    assert {chat for chat in crowd if times[chat] == 1} == set(crowd) - blocked - unheard
    assert {chat for chat, state in fate.items() if state == "parked"} == parked
    assert {chat for chat, state in fate.items() if state == "unreachable"} == blocked
    assert all(weather.calls[chat] == 1 for chat in parked | blocked)
    assert (done.sent, done.parked, done.unreachable) == (120 - 18 - 6, 18, 6)


# ----------------------------------------------------------------------------------------------------- never any more


FINAL: Mapping[Kind, str] = {"blocked": "gone", "deactivated": "gone", "not_found": "gone", "migrated": "moved"}


async def test_who_is_gone_is_skipped_once_her_notice_becomes_a_task_and_all_others_are_served(
    play: Playground, database_url: str
) -> None:
    gone = {7200 + n: (kind, lane) for n, (kind, lane) in enumerate(product(FINAL, LANES))}
    play.faults = weather = Weather(lambda chat, _number: Fault(gone[chat][0]) if chat in gone else None)
    async with counter_to(play, database_url, (*gone, *CROWD)) as counter:
        for chat, (_, lane) in gone.items():
            await counter.posts(chat, "words", lane=lane)
        wanted = await posted(counter, CROWD, 1)
        await counter.settled()
        assert set(arrived(play)) == wanted
        assert {weather.calls[chat] for chat in gone} == {1}
        for row in await counter.rows():
            if row.chat in gone:
                assert (row.state, row.outcome) == ("failed", FINAL[gone[row.chat][0]])
        tasks = {(case.chat, case.kind, case.reason) for case in await counter.rows(cases)}
        assert tasks == {(c, "task", f"undelivered.{FINAL[k]}") for c, (k, lane) in gone.items() if lane == NOTICE}
        unreachable = {row.chat for row in await counter.rows(people) if not row.reachable}
        assert unreachable == {chat for chat, (kind, _) in gone.items() if FINAL[kind] == "gone"}
