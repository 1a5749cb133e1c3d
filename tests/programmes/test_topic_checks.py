"""An answer that names what does not exist keeps the bot from starting."""

from pathlib import Path

import pytest

from programmes.model import BadProgramme, load
from tests.programmes.answers import CARD, CLAIMS, HOURS, spoil


@pytest.mark.parametrize(
    ("name", "old", "new", "where", "why"),
    [
        (CARD, 'owner = "dong"', 'owner = "x"', "owner", "x is no known office"),
        (CARD, '["hours"]', '["x"]', "related", "x is no known topic"),
        (CARD, '["hours"]', "[]", "related", "should be one to 4 other topics"),
        (CARD, '["hours"]', '["card"]', "related", "should be one to 4 other topics"),
        (CARD, '["hours"]', '["hours", "a", "b", "c", "d"]', "related", "should be one to 4 other topics"),
        (CARD, "appeal:school", "appeal:x", "action", "nothing that a resident can open"),
        (CARD, "appeal:school", "visit:school", "action", "nothing that a resident can open"),
        (CARD, "appeal:school", "fly", "action", "nothing that a resident can open"),
        (CARD, '"카드", en', '"카드가 어디에 쓰는 것인지 알려 드립니다", en', "title", "ko is longer than 16 letters"),
        (
            HOURS,
            "Opening hours",
            "When the office is open, and when it is not",
            "title",
            "en is longer than 40 letters",
        ),
        (CARD, "fee = {", "fine = {", "answer", "fee is no known placeholder here"),
        (CARD, "fee = {", "cost = { won = 1 }\nfee = {", "values.cost", "is named nowhere"),
        (CARD, "fee = {", "closes_2025 = 2025-01-01\nfee = {", "values.closes_2025", "of the programme already"),
        (CLAIMS, 'topic = "card"', 'topic = "x"', "claims[0].topic", "x is no known topic"),
        (CLAIMS, "모자라지", "{x}: 모자라지", "claims[0].says", "different placeholders"),
        (
            "education-card/appeal.toml",
            "rounds = [",
            'answers = ["x"]\nrounds = [',
            "reasons[0].answers",
            "x is no known",
        ),
    ],
)
def test_what_does_not_exist_is_refused(folder: Path, name: str, old: str, new: str, where: str, why: str) -> None:
    spoil(folder, name, old, new)
    with pytest.raises(BadProgramme) as caught:
        load(folder)
    assert (caught.value.file, caught.value.where) == (name, where)
    assert why in caught.value.why


@pytest.mark.parametrize("action", ["eligibility", "appeal", "appeal:school", "human"])
def test_an_action_opens_a_dialog_or_an_appeal_on_a_ground(folder: Path, action: str) -> None:
    spoil(folder, CARD, "appeal:school", action)
    assert load(folder).answers["card"].action == action
