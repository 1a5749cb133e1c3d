"""Cards of staff groups: hung up by a one-time code, looked at by one process at a time, true to the queue."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import update

from storage import boards, cases, staff
from storage.boards import Board, Figures
from storage.engine import Drawer
from storage.tables import cases as cases_table
from tests.storage.conftest import NOW, Office
from tests.storage.test_queue import filed, taken

GROUP = -100


async def an_officer(office: Office) -> UUID:
    officer, _ = await office.do(lambda store: staff.invite(store, "한소라", "appeals", "gajeong-1"))
    return officer


async def hung(office: Office, chat: int = GROUP) -> Board:
    officer = await an_officer(office)
    code = await office.do(lambda store: boards.make_code(store, officer, "gajeong-1", "ko"))
    assert await office.do(lambda store: boards.hang(store, chat, f" {code[:4]} {code[4:]}"))
    (board,) = await office.do(lambda store: boards.claim(store, office.now))
    return board


async def test_a_code_hangs_one_card_up_within_the_hour(office: Office) -> None:
    officer = await an_officer(office)
    codes = [await office.do(lambda store: boards.make_code(store, officer, "gajeong-1", "ko")) for _ in range(2)]
    assert await office.do(lambda store: boards.hang(store, GROUP, codes[0]))
    assert not await office.do(lambda store: boards.hang(store, -101, codes[0]))
    office.now = NOW + timedelta(hours=1)
    assert not await office.do(lambda store: boards.hang(store, GROUP, codes[1]))
    assert not await office.do(lambda store: boards.hang(store, GROUP, ""))


async def test_the_code_of_a_former_colleague_is_worth_nothing(office: Office) -> None:
    officer = await an_officer(office)
    code = await office.do(lambda store: boards.make_code(store, officer, "gajeong-1", "ko"))

    async def leaves(store: Drawer) -> None:
        found = await staff.by_id(store, officer)
        assert found is not None
        await staff.remove(store, found, None)

    await office.do(leaves)
    assert not await office.do(lambda store: boards.hang(store, GROUP, code))


async def test_a_card_is_looked_at_by_one_until_its_time_comes_again(office: Office) -> None:
    assert await hung(office) == Board(GROUP, "gajeong-1", "ko", None, None)
    assert not await office.do(lambda store: boards.claim(store, NOW - timedelta(seconds=4)))
    office.now = NOW + timedelta(seconds=5)
    assert await office.do(lambda store: boards.claim(store, NOW + timedelta(seconds=1)))
    office.now = NOW - timedelta(days=1)
    assert await office.do(lambda store: boards.claim(store, office.now)), "a clock that went back holds nothing up"


async def test_what_a_card_shows_is_remembered_until_it_is_lost(office: Office) -> None:
    board = await hung(office)
    await office.do(lambda store: boards.shown(store, board, 7, b"d" * 16))
    (board,) = await office.do(lambda store: boards.claim(store, office.now))
    assert (board.message_id, board.digest) == (7, b"d" * 16)
    await office.do(lambda store: boards.lost(store, board))
    (board,) = await office.do(lambda store: boards.claim(store, office.now))
    assert (board.message_id, board.digest) == (None, None)
    await office.do(lambda store: boards.follow(store, board, -1009))
    (board,) = await office.do(lambda store: boards.claim(store, office.now))
    assert board.chat == -1009
    await office.do(lambda store: boards.take_down(store, board))
    assert not await office.do(lambda store: boards.claim(store, office.now))


async def test_a_new_card_takes_the_place_of_the_old_one(office: Office) -> None:
    board = await hung(office)
    await office.do(lambda store: boards.shown(store, board, 7, b"d" * 16))
    assert (await hung(office)).message_id is None


async def figures(office: Office) -> Figures:
    return await office.do(lambda store: boards.figures(store.db, "gajeong-1", office.now))


async def test_figures_are_those_of_the_queue(office: Office) -> None:
    assert await figures(office) == Figures({}, 0, None)
    first = await filed(office, filed_at=NOW - timedelta(hours=3), due_at=NOW - timedelta(hours=1))
    await filed(office, due_at=NOW + timedelta(hours=1))
    await filed(office, dong="sinhyeon", office="sinhyeon")
    held = await taken(office, first)
    assert await figures(office) == Figures({"filed": 1, "checking": 1}, 1, NOW - timedelta(hours=3))
    await office.do(lambda store: cases.move(store, held, "done", open=False, actor=None, kind="finish"))
    assert (await figures(office)).states == {"filed": 1}


async def test_a_case_without_a_due_time_is_never_overdue(office: Office) -> None:
    case = await filed(office)
    none = update(cases_table).where(cases_table.c.id == case.id).values(due_at=None)
    await office.do(lambda store: store.write(none))
    assert (await figures(office)).overdue == 0
