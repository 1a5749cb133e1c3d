from datetime import date, datetime
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.dialog import Inbound, Kind, Refuse, Turn
from handlers.resident.birth import ask_century, hear_birth, today
from storage.engine import Drawer
from storage.people import stranger
from tests.journey import CITY, MONDAY


def turn(now: datetime = MONDAY) -> Turn:
    return Turn(Inbound(1, 1, Kind.TEXT), now, CITY, cast("Drawer", None), stranger(1, "ko", now))


@given(st.dates(date(1910, 1, 1), MONDAY.date()))
def test_a_full_date_is_heard_at_once(born: date) -> None:
    assert hear_birth(turn(), born.isoformat()) == born


async def test_two_centuries_become_two_buttons() -> None:
    here = turn()
    assert hear_birth(here, "200302") is None
    assert [option.code for option in (await ask_century(here)).options] == ["1920-03-02", "2020-03-02"]


def test_nonsense_is_refused() -> None:
    with pytest.raises(Refuse):
        hear_birth(turn(), "봄")


def test_the_day_is_koreas() -> None:
    assert today(turn(datetime.fromisoformat("2025-07-27T15:00:00+00:00"))) == date(2025, 7, 28)
