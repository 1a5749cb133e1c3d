"""Ready sentences: enough of them, whole in both languages, short enough to be read at arm's length."""

from dataclasses import replace
from typing import cast
from uuid import UUID

import pytest

from bot.words import LANGUAGES, write
from handlers.dialog import Inbound, Kind, Turn, lines
from handlers.staff.phrases import Phrase, all_phrases, filled
from handlers.staff.saying import HANGUL
from programmes.model import Lang
from storage.cases import Case
from storage.engine import Drawer
from storage.people import stranger
from tests.journey import CITY, MONDAY

SOMEBODY = UUID(int=1)
TURN = Turn(Inbound(None, 1, Kind.TEXT), MONDAY, CITY, cast("Drawer", None), stranger(1, "ko", MONDAY))
CASE = Case(
    id=SOMEBODY, number="TK-250728-0001-9", kind="talk", programme="", round="", reason="", state="checking",
    identity="to_check", for_whom="self", subject_hash=b"", resident=None, household=None, person=SOMEBODY, chat=1,
    dong=None, language="ko", filed_at=MONDAY, due_at=None, target_minutes=None,
)  # fmt: skip


def test_there_are_enough() -> None:
    assert len(all_phrases()) >= 15


@pytest.mark.parametrize("dong", [None, "yeonhui"])
@pytest.mark.parametrize("phrase", all_phrases().values(), ids=lambda phrase: phrase.code)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_is_whole_and_short_and_of_its_language(phrase: Phrase, language: Lang, dong: str | None) -> None:
    said = write(filled(TURN, phrase, replace(CASE, dong=dong)), language)
    assert 0 < len(said) <= 200
    assert "{" not in said
    assert bool(HANGUL.search(said)) is (language == "ko")
    assert 0 < len(write(lines(phrase.name[language]), language)) <= 40
    assert len(f"s9999999.{phrase.code}".encode()) <= 64
