"""The list of who has not claimed: made from the files in force, made anew when they change, outcomes kept."""

from bot.chores.outreach import make
from storage import outreach
from storage.ids import new_id
from storage.outreach import NO_ANSWER, Unclaimed
from tests.journey import CITY
from tests.storage.conftest import Office, office, store_db, vault

__all__ = ["office", "store_db", "vault"]

DONG = "gajeong-1"


def person(n: int, born: str, household: str, *, head: bool = True, dong: str = "가정1동") -> str:
    return f"P{n},홍길동{n},{born},010-2000-{n:04},{dong},general,{household},{int(head)},korean,90000".replace(
        f"홍길동{n}", "홍길동" + "가나다라마바사"[n]
    )


ROSTER = [
    person(1, "1950-01-01", "A"),  # with P2
    person(2, "1948-01-01", "A", head=False),
    person(3, "1960-01-01", "B"),  # alone
    person(4, "1940-01-01", "C"),  # alone
    person(5, "2015-01-01", "A", head=False),  # a child: its head claims for it
    person(6, "1930-01-01", "D", dong="신현동"),
]


def payments(*claimed: int) -> list[str]:
    paid = "paid,card,150000,2025-07-22T10:00:00+09:00,2025-07-23T10:00:00+09:00"
    return [f"P{n},1,{paid if n in claimed else 'not_applied,,150000,,'}" for n in range(1, 7)]


async def made(office: Office) -> int:
    return await make(office.database, office.vault, CITY, lambda: office.now)


async def listed(office: Office, dong: str = DONG, *, again: bool = False) -> list[tuple[int, bool]]:
    found = await first(office, dong, again=again)
    return [(one.birth_year, one.alone) for one in found]


async def first(office: Office, dong: str = DONG, *, again: bool = False) -> tuple[Unclaimed, ...]:
    return await office.do(lambda store: outreach.of_dongs(store, {dong}, ("1",), 10, again=again))


async def test_those_alone_come_first_and_of_them_the_oldest(office: Office) -> None:
    await office.bring(ROSTER)
    await office.bring(payments(), "payments")
    assert await made(office) == 5
    assert await listed(office) == [(1940, True), (1960, True), (1948, False), (1950, False)]
    assert await listed(office, "sinhyeon") == [(1930, True)]


async def test_it_is_made_once_and_anew_when_a_file_changes(office: Office) -> None:
    await office.bring(ROSTER)
    await office.bring(payments(), "payments")
    assert await made(office) == 5
    assert await made(office) == 0
    await office.bring(payments(3, 4), "payments")
    assert await made(office) == 3
    assert await listed(office) == [(1948, False), (1950, False)]


async def test_what_came_of_a_call_stays_over_a_new_list(office: Office) -> None:
    await office.bring(ROSTER)
    await office.bring(payments(), "payments")
    await made(office)
    oldest, *_ = await first(office)
    await office.do(lambda store: outreach.note(store, oldest, NO_ANSWER, new_id()))
    assert (1940, True) not in await listed(office)
    await office.bring(payments(3), "payments")
    await made(office)
    assert await listed(office, again=True) == [(1940, True)]


async def test_without_files_or_open_rounds_nobody_is_listed(office: Office) -> None:
    assert await made(office) == 0
    await office.bring(ROSTER)
    await office.bring(payments(), "payments")
    office.now = office.now.replace(year=2026)
    assert await made(office) == 0
    assert await listed(office) == []
