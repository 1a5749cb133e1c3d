"""What was confirmed at the counter comes home into the data files, where it belongs, and counts from there."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import select

from bot.chores.retiring import retire
from bot.commands.office import with_office
from programmes import topics
from programmes.answers import check
from programmes.model import HERE, load_all
from storage import amendments
from storage.amendments import ANSWER, ELSEWHERE, PHRASINGS, Amendment
from storage.engine import Drawer
from storage.ids import new_id
from storage.tables import audit
from storage.unit import in_one
from tests.bot.commands.test_export import NOW, call

T = TypeVar("T")
COUPON = "livelihood-coupon-2025"
KIND = next(iter(load_all().elsewhere))
KO, EN = "평일 아침 9시부터 저녁 6시까지 엽니다.", "We are open on weekdays from 09:00 to 18:00."
SAID = (
    (ANSWER, COUPON, "hours", {"ko": KO, "en": EN}),
    (PHRASINGS, COUPON, "hours", {"ko": ["강아지 데리고 몇 시에 갈까요"], "en": []}),
    (PHRASINGS, COUPON, "hours", {"ko": ["강아지 데리고 몇시에 갈까요?"], "en": ["dog time?"]}),
    (PHRASINGS, COUPON, "use_where", {"ko": ["강아지 \"미용\"도 되나"], "en": []}),
    (ELSEWHERE, "", KIND, {"ko": ["강아지 등록하고 싶어"], "en": []}),
    (PHRASINGS, COUPON, "long_gone", {"ko": ["없어진 것"], "en": []}),
)  # fmt: skip


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation at which this was confirmed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite+aiosqlite:///{tmp_path / 'changgu.db'}")
    monkeypatch.setenv("DATA_KEYS", call("keys", "new").stdout.strip().partition("=")[2])
    call("migrate")
    within(_confirmed)
    return tmp_path


async def _confirmed(store: Drawer) -> None:
    for kind, programme, code, words in SAID:
        await amendments.propose(store, kind, programme, code, words, new_id())
    for one in await amendments.waiting(store):
        assert await amendments.confirm(store, one, new_id())


def within(work: Callable[..., Awaitable[T]]) -> T:
    return asyncio.run(with_office(lambda database, vault, _: in_one(database, vault, NOW, work)))


def left() -> list[Amendment]:
    """What still lies over the files."""
    return list(within(lambda store: amendments.in_force(store.db, store.vault)))


@pytest.mark.usefixtures("installed")
def test_an_empty_folder_gets_the_files_that_changed_and_is_told_what() -> None:
    told = call("export", "answers", "out").stdout.splitlines()
    assert sorted(told) == [
        f"city/elsewhere.toml: {KIND} phrasings: 1",
        f"{COUPON}/answers/hours.toml: answer, phrasings: 2",
        f"{COUPON}/answers/use_where.toml: phrasings: 1",
    ]
    made = {str(path.relative_to("out")) for path in Path("out").rglob("*.toml")}
    assert made == {line.partition(":")[0] for line in told}
    before, after = [(place / COUPON / "answers/use_where.toml").read_text() for place in (HERE, Path("out"))]
    added = [line for line in after.splitlines() if line not in before.splitlines()]
    assert added == [r'  "강아지 \"미용\"도 되나",']
    audited: list[str] = within(_actions)
    assert audited[-1] == "answers.exported"


async def _actions(store: Drawer) -> list[str]:
    return list((await store.read(select(audit.c.action).order_by(audit.c.id))).scalars())


def test_a_checkout_says_the_same_afterwards_and_nothing_is_left_to_bring(installed: Path) -> None:
    checkout = installed / "programmes"
    shutil.copytree(HERE, checkout, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    call("export", "answers", "programmes")
    city = load_all(checkout)
    assert city.programmes[COUPON].answers["hours"].answer.ko == KO
    assert "dog time?" in topics.phrasings(checkout / COUPON).all["hours"].en
    assert list(check(checkout / COUPON)) == list(check(HERE / COUPON))
    assert "There is nothing" in call("export", "answers", "programmes").stdout

    async def retired(database: Any, vault: Any, _: Any) -> int:
        return await retire(database, vault, NOW, city, checkout)

    assert asyncio.run(with_office(retired)) == len(SAID) - 1
    assert [one.code for one in left()] == ["long_gone"]
    assert asyncio.run(with_office(retired)) == 0


@pytest.mark.usefixtures("installed")
def test_what_the_files_do_not_say_yet_is_not_retired() -> None:
    async def retired(database: Any, vault: Any, _: Any) -> int:
        return await retire(database, vault, NOW, load_all())

    assert asyncio.run(with_office(retired)) == 0
    assert len(left()) == len(SAID)


def test_a_faulty_checkout_is_told_in_a_sentence(installed: Path) -> None:
    (installed / "broken" / "city").mkdir(parents=True)
    result = call("export", "answers", "broken")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
