"""Piles give back what was put in, in order, and only once."""

from hypothesis import given
from hypothesis import strategies as st

from storage.piles import Piles


@given(st.lists(st.lists(st.binary(min_size=4, max_size=4))))
def test_records_come_back_in_order_and_once(batches: list[list[bytes]]) -> None:
    piles = Piles(4)
    for batch in batches:
        piles.add(b"".join(batch))
    records = sorted(record for batch in batches for record in batch)
    assert len(piles) == len(records)
    assert list(piles.drain()) == records
    assert (len(piles), list(piles.drain())) == (0, [])
