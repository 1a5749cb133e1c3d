"""A letter survives its row, or is read no more."""

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Sheet
from bot.letters import _packed, _unpacked, from_row
from storage.ids import new_id
from storage.outbox import Row
from storage.vault import Vault, new_office_key
from tests.journey import MONDAY

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
ROWS = st.lists(st.lists(st.tuples(WORDS, WORDS).map(list), min_size=1, max_size=3), min_size=1, max_size=3)
SAID = st.none() | WORDS.filter(bool)
FILES = st.none() | st.tuples(WORDS, st.binary(max_size=50))
SHEETS = st.builds(
    Sheet,
    text=WORDS,
    rows=st.just(()) | ROWS,
    contact=SAID,
    clear=st.booleans(),
    picture=SAID,
    drawing=st.none() | st.binary(min_size=1, max_size=50),
    photo=SAID,
    file=FILES,
    delete=st.none() | st.integers(1, 2**52),
    otherwise=SAID,
)


@given(SHEETS)
def test_a_sheet_is_read_back_as_it_was_written(sheet: Sheet) -> None:
    assert _unpacked(_packed(sheet, "en")) == (sheet, "en")


def test_a_letter_whose_reader_was_erased_is_read_no_more() -> None:
    row = Row(1, new_id(), 7, "reply", "ask", None, "waiting", 0, False, MONDAY, b"sealed", None, None)
    assert from_row(row, Vault.of(new_office_key())) is None
