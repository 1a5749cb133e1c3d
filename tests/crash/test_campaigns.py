"""kill -9 while a broadcast goes out: nobody missed, nobody told twice, the doubtful few parked and listed."""

import os
import signal
from pathlib import Path
from random import Random

import pytest

from playground.server import Playground
from storage.vault import new_office_key
from tests import blank
from tests.conftest import FreshPostgres
from tests.crash.campaigns import PACE, Campaign, quickly, stopped
from tests.postgres import Postgres
from tests.processes.bot_process import Start, free_port, settings
from tests.waiting import until

pytestmark = [pytest.mark.crash, pytest.mark.timeout(400)]

MANY, KILLS = 2_000, 20


async def test_run_on_sqlite_dies_while_it_broadcasts(play: Playground, start: Start, tmp_path: Path) -> None:
    campaign = Campaign(play, blank.sqlite(tmp_path / "changgu.db"), new_office_key(), MANY)
    await campaign.begins()
    place = settings(tmp_path, play.url, play.token, DATABASE_URL=campaign.url, DATA_KEYS=campaign.keys, **PACE)
    children = await campaign.dies_often(start, [("run", place)], KILLS, Random(1))
    await campaign.holds()
    await stopped(children)


@pytest.mark.postgres
@pytest.mark.parametrize("senders", [1, 2])
async def test_senders_die_in_turn_while_they_broadcast(
    play: Playground, start: Start, tmp_path: Path, durable_postgres: Postgres,
    fresh_durable_postgres: FreshPostgres, senders: int,
) -> None:  # fmt: skip
    url = fresh_durable_postgres(blank.postgres(durable_postgres))
    campaign = Campaign(play, url, new_office_key(), MANY)
    await campaign.begins()
    shared = settings(tmp_path, play.url, play.token, DATABASE_URL=url, DATA_KEYS=campaign.keys, **PACE)
    places = [("sender", {**shared, "PORT": str(free_port())}) for _ in range(senders)]
    children = await campaign.dies_often(start, places, KILLS, Random(senders))
    await campaign.holds()
    await stopped(children)


@pytest.mark.postgres
async def test_a_sender_stopped_past_its_lease_goes_on_and_sends_nobody_anything_twice(
    play: Playground, start: Start, tmp_path: Path, durable_postgres: Postgres,
    fresh_durable_postgres: FreshPostgres,
) -> None:  # fmt: skip
    url = fresh_durable_postgres(blank.postgres(durable_postgres))
    campaign = Campaign(play, url, new_office_key(), MANY // 2)
    await campaign.begins()
    shared = settings(tmp_path, play.url, play.token, DATABASE_URL=url, DATA_KEYS=campaign.keys, **PACE)
    one, other = [start("sender", {**shared, "PORT": str(free_port())}, quickly) for _ in range(2)]
    await until(lambda: len(play.ledger.entries) >= MANY // 8, 60, "both to be at work")
    os.kill(one.child.pid, signal.SIGSTOP)
    campaign.kills += 1  # what it had in hand is in doubt
    await campaign.is_done()
    os.kill(one.child.pid, signal.SIGCONT)
    await one.says("sender.began_anew")
    await campaign.holds()
    await stopped([one, other])
