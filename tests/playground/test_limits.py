"""Telegram's sending limits."""

import pytest

from playground.errors import Refused
from playground.limits import Limits


def test_a_short_burst_to_one_person_passes_and_then_429() -> None:
    limits = Limits(chat_burst=3)
    for _ in range(3):
        limits.take(1)
    with pytest.raises(Refused) as refusal:
        limits.take(1)
    assert refusal.value.parameters == {"retry_after": 1}
    limits.take(2)


def test_a_group_takes_20_a_minute() -> None:
    limits = Limits()
    for _ in range(20):
        limits.take(-100)
    with pytest.raises(Refused) as refusal:
        limits.take(-100)
    assert refusal.value.parameters == {"retry_after": 3}


def test_all_chats_together_take_30_a_second() -> None:
    limits = Limits()
    for chat in range(1, 31):
        limits.take(chat)
    with pytest.raises(Refused):
        limits.take(31)
