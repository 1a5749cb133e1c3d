"""Papers sent along: which one, how to cover what nobody may see, and how much is taken.

Nothing is fetched in the turn: an errand is written down, and `errands` tells how it went.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from handlers.dialog import STAY, UPLOADS, Ask, Option, Refuse, Rest, Text, Turn, Upload, said, t
from programmes.model import City, Paper
from storage import files

MEGABYTE: Final = 2**20
MOST_OF_A_FILE: Final = 10 * MEGABYTE
MOST_OF_A_CASE: Final = 40 * MEGABYTE
MOST_FILES: Final = 20
MOST_OF_A_PAPER: Final = 5
OTHER: Final = "other"
ENOUGH: Final = "enough"  # all that was at hand has been sent
LATER: Final = "later"  # she will bring them
PICTURE: Final = "cover-back-digits"


async def ask_paper(turn: Turn, documents: Iterable[Paper], question: Text, later: Text) -> Ask:
    """Which paper to send next, each with the number already there; `later` goes on without any."""
    held = await files.of_case(turn.store, UUID(turn.draft["case"]), files.WANTED, files.STORED)
    had = Counter(file.paper for file in held)
    named = [Option(one.code, _counted(said(one.name), had[one.code])) for one in documents]
    other = Option(OTHER, _counted(t("paper.other"), had[OTHER]))
    leave = Option(ENOUGH, t("paper.enough")) if held else Option(LATER, later)
    return Ask(question, (*named, other, leave))


def _counted(name: Text, had: int) -> Text:
    return t("paper.had", paper=name, count=had) if had else name


async def ask_upload(turn: Turn) -> Ask:
    """One sentence and a drawn example before every upload (issue 2 §6)."""
    name = paper_name(turn.draft["paper"], turn.city)
    return Ask(t("paper.upload", paper=name), (Option("sent", t("paper.sent")),), takes=UPLOADS, picture=PICTURE)


def paper_name(code: str | None, city: City) -> Text:
    """What a paper is called, whichever programme asks for it."""
    asked_for = (one.papers.get(code or OTHER) for one in city.programmes.values())
    paper = next((one for one in asked_for if one), None)
    return said(paper.name) if paper else t("paper.other")


async def take_upload(turn: Turn, upload: Upload) -> Rest:
    """Take one file for `turn.draft["case"]`; silent otherwise."""
    await want(turn, UUID(turn.draft["case"]), turn.draft["paper"], upload)
    return STAY


async def want(turn: Turn, case: UUID, paper: str, upload: Upload) -> UUID:
    """Write the errand that fetches one file for a case; gives the file. Refuses what is too much."""
    held = await files.of_case(turn.store, case, files.WANTED, files.STORED)
    size = upload.size or 0
    if size > MOST_OF_A_FILE:
        raise Refuse(t("paper.unfit.large", most=MOST_OF_A_FILE // MEGABYTE))
    if sum(file.paper == paper for file in held) >= MOST_OF_A_PAPER:
        raise Refuse(t("paper.many_of_one", most=MOST_OF_A_PAPER))
    if len(held) >= MOST_FILES or size + sum(file.size or 0 for file in held) > MOST_OF_A_CASE:
        raise Refuse(t("paper.many", most=MOST_FILES, megabytes=MOST_OF_A_CASE // MEGABYTE))
    return await files.want(turn.store, case, turn.person.id, turn.inbound.chat, paper, upload.ref, upload.name)
