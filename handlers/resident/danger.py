"""Words by which a life may be at stake: known in both languages, and who is called then."""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from handlers.dialog import Turn, lines, t
from handlers.staff import rights
from programmes.duty import half_of, on_duty
from programmes.roles import Role
from storage import duty, staff, talks
from storage.cases import Case
from storage.staff import Officer


@cache
def _danger() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = tomllib.loads((Path(__file__).parent / "danger.toml").read_text(encoding="utf-8"))
    korean, english = ["".join(word.split()) for word in words["ko"]], "|".join(map(re.escape, words["en"]))
    return re.compile("|".join(map(re.escape, korean))), re.compile(rf"\b(?:{english})\b")


def in_danger(text: str) -> bool:
    """Whether somebody's life may be at stake by these words (`danger.toml`); a false alarm costs one message."""
    korean, english = _danger()
    said = unicodedata.normalize("NFKC", text).casefold()  # each text that comes in is looked at: nothing more is done
    squeezed = "".join(filter(str.isalnum, said))
    said = " ".join(said.split())
    return korean.search(squeezed) is not None or english.search(said) is not None


async def wake_if_endangered(turn: Turn, case: Case, words: str) -> None:
    """Call everybody of the call centre, once for each talk; what was said stands at the desk only."""
    if not (in_danger(words) and await talks.first_danger(turn.store, case.id)):
        return
    for officer in await _at_the_telephones(turn):
        told = lines(t("staff.title"), t("talk.danger", number=case.number))
        turn.notice(told, "danger", case.id, officer.chat)


async def _at_the_telephones(turn: Turn) -> list[Officer]:
    """Whoever of the call centre is on duty; everybody of it where nobody is."""
    day, calendar = rights.today(turn), turn.city.calendar
    team = [
        (officer, grants)
        for officer in await staff.with_role(turn.store, (Role.CALLS,))
        if (grants := tuple(one for one in rights.grants_of(officer) if one.role is Role.CALLS and one.holds_on(day)))
        and officer.chat is not None
    ]
    said = await duty.said(turn.store, [officer.id for officer, _ in team], day, day)
    half = half_of(turn.now, calendar)
    there = [one for one, grants in team if on_duty(grants, day, calendar, said.get((one.id, day, half)))]
    return there or [officer for officer, _ in team]
