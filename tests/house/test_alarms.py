"""Every check of the doctor has its advice in both languages and its row in `docs/operate.md`, and nothing else has."""

import re

from bot.advice import ADVICE
from bot.doctor import NAMES
from tests.house.tree import ROOT

ROW = re.compile(r"^\| `([^`]+)` \| (.+) \| (.+) \|$", re.MULTILINE)
HANGUL = re.compile(r"[가-힣]")


def test_every_check_has_its_row_in_the_operators_table() -> None:
    text = (ROOT / "docs" / "operate.md").read_text("utf-8")
    section = text[text.index("## Is it well?") : text.index("## Backup")]
    assert [name for name, _, _ in ROW.findall(section)] == list(NAMES)


def test_every_check_has_its_advice_in_both_languages() -> None:
    assert set(ADVICE) == set(NAMES)
    for korean, english in ADVICE.values():
        assert HANGUL.search(korean)
        assert not HANGUL.search(english)
