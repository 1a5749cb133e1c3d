"""Updates that come more than once, in the wrong order, late, or after we were away."""

import asyncio
from collections import Counter
from itertools import count
from pathlib import Path
from random import Random

import pytest
from msgspec.structs import replace
from prometheus_client import REGISTRY
from sqlalchemy import select

from handlers.dialog import Inbound
from playground.server import Playground
from storage.migrate import upgrade
from storage.tables import cases
from storage.vault import Vault
from tests import journey
from tests.conftest import FreshPostgres
from tests.crash.front import Front
from tests.crash.town import NUMBER, Town, korean, rows
from tests.misbehaviour.repeater import Repeater
from tests.processes.bot_process import SECRET, Start, free_port, settings, webhook

WALKERS, SEEDS = 5, 12
_updates = count(5_000_000)


async def walked_among_copies(town: Town, repeater: Repeater) -> int:
    """Some walk while every update comes three times; gives the chat of one who walked in peace before."""
    calm = await town.walk()
    repeater.repeats = True
    await asyncio.gather(*(town.walk() for _ in range(WALKERS)))
    await repeater.brings_the_rest()
    assert repeater.refused == []
    return calm


async def test_every_update_delivered_three_times_and_shuffled_has_one_effect(
    play: Playground, start: Start, tmp_path: Path
) -> None:
    town, environment = Town(play), webhook(settings(tmp_path, play.url, play.token))
    async with Repeater(environment["WEBHOOK_URL"]) as repeater:
        process = start("run", {**environment, "WEBHOOK_URL": repeater.url})
        calm = await walked_among_copies(town, repeater)
        await town.holds(environment["DATABASE_URL"], Vault.of(environment["DATA_KEYS"]), calm)
        assert await process.stops() == 0


@pytest.mark.postgres
async def test_copies_that_reach_another_process_have_no_effect_either(
    play: Playground, start: Start, tmp_path: Path, fresh_postgres: FreshPostgres
) -> None:
    ports = (free_port(), free_port())
    async with Front(ports) as front, Repeater(front.url) as repeater:
        shared = settings(tmp_path, play.url, play.token, DATABASE_URL=fresh_postgres(), WEBHOOK_URL=repeater.url,
                          WEBHOOK_SECRET=SECRET)  # fmt: skip
        await upgrade(shared["DATABASE_URL"])
        processes = [start("web", {**shared, "PORT": str(port)}) for port in ports] + [start("sender", shared)]
        town = Town(play)
        calm = await walked_among_copies(town, repeater)
        await town.holds(shared["DATABASE_URL"], Vault.of(shared["DATA_KEYS"]), calm)
        assert [await process.stops() for process in processes] == [0, 0, 0]


# ---------------------------------------------------------------------------------------------------------- overtaking


async def script_of_a_walk(town: journey.Town) -> list[Inbound]:
    """What a resident brings who files a question in peace."""
    brought: list[Inbound] = []
    receive = town.reception.receive

    def note(inbound: Inbound) -> asyncio.Future[bool]:
        brought.append(inbound)
        return receive(inbound)

    town.reception.receive = note  # type: ignore[method-assign]
    lee = town.resident("lee")
    await lee.writes("/start")
    for button in ("language.ko", "start.agree", "start.want", "start.want_not", "start.here", "menu.human"):
        await lee.presses(korean(button))
    await lee.writes("쿠폰 사용처가 궁금합니다")
    await lee.presses(korean("common.done"))
    town.reception.receive = receive  # type: ignore[method-assign]
    return brought


def overtaken(script: list[Inbound], chat: int, chance: Random) -> list[Inbound]:
    """The same for another chat, each up to four places too early or too late."""
    places = {at: at + chance.uniform(-4, 4) for at in range(len(script))}
    return [replace(script[at], chat=chat, update_id=next(_updates)) for at in sorted(places, key=places.__getitem__)]


async def test_what_overtakes_or_comes_too_late_is_answered_lawfully_and_the_way_goes_on(
    database_url: str, tmp_path: Path
) -> None:
    async with journey.Town(tmp_path, url=database_url) as town:
        script, before = await script_of_a_walk(town), REGISTRY.get_sample_value("changgu_faults_total")
        walkers = [town.resident(f"{seed}") for seed in range(SEEDS)]
        for seed, kim in enumerate(walkers):
            coming = overtaken(script, kim.chat, Random(seed))
            if seed % 2:
                assert all(await asyncio.gather(*map(town.reception.receive, coming)))
            else:
                assert all([await town.reception.receive(inbound) for inbound in coming])
        await town.settled()
        for kim in walkers:
            assert await kim.writes("/start")
            asked = kim.question
            assert await kim.presses(kim.codes[0])
            assert kim.question != asked
        assert REGISTRY.get_sample_value("changgu_faults_total") == before
        filed = await rows(town.database, select(cases.c.chat, cases.c.number))
        told = {(kim.chat, number) for kim in walkers for text in kim.all for number in NUMBER.findall(text)}
        assert told == {(row.chat, row.number) for row in filed if row.chat != script[0].chat}
        assert max(Counter(row.chat for row in filed).values()) == 1
