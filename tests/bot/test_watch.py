"""The watch tells machines what the doctor sees, and the log when an alarm begins and ends."""

from pathlib import Path

from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from bot.channels.base import About, Busy
from bot.doctor import NAMES
from bot.watch import Watch, asked
from storage import migrate, signals
from tests.journey import CITY, Town


async def about() -> About:
    return About("", 7)


async def silent() -> About:
    raise Busy("429")


def alarm(check: str) -> float | None:
    return REGISTRY.get_sample_value("changgu_alarm", {"check": check})


async def test_an_alarm_is_said_once_when_it_begins_and_once_when_it_ends(tmp_path: Path, sqlite_url: str) -> None:
    await migrate.upgrade(sqlite_url)
    async with Town(tmp_path, url=sqlite_url) as town:
        watch = Watch(town.database, town.vault, CITY, lambda: town.now, about, None)
        with capture_logs() as said:
            await watch.look(await asked(about))
            await watch.look()
        assert [line["event"] for line in said if line.get("check") == "chore seal"] == ["alarm"]
        assert alarm("chore seal") == 1
        assert alarm("senders") == 0
        assert {name for name in NAMES if alarm(name) is None} <= {"telegram clock", "audit chain"}
        assert REGISTRY.get_sample_value("changgu_seen", {"check": "webhook", "what": "pending"}) == 7
        await town.within(lambda store: signals.beat(store.db, "seal"))
        with capture_logs() as said:
            await watch.look(await asked(silent))
        assert {"event": "alarm.over", "check": "chore seal", "log_level": "info"} in said
        assert alarm("chore seal") == 0
        assert alarm("telegram") == 1


async def test_a_messenger_that_does_not_answer_is_told_in_words() -> None:
    assert await asked(silent) == "does not answer: 429"
