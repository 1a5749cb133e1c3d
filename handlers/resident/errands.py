"""What a file errand brought back is told wherever the person stands by then; her place is left as it is."""

from uuid import UUID

from handlers.dialog import Text, Turn, t
from handlers.resident.papers import MEGABYTE, MOST_OF_A_FILE, paper_name
from handlers.staff.saying import photo_came
from storage import cases, files
from storage.files import File
from storage.talks import TALK


async def hear(turn: Turn) -> None:
    """Say once that all files of a case have come, and of each that could not be used why, so that it is sent again."""
    told = turn.inbound.errand or {}
    file = await files.by_id(turn.store, UUID(str(told["file"])))
    if file is None or file.person != turn.person.id:
        return
    if told["state"] == files.STORED:
        await _note_if_filed(turn, file)
    else:
        turn.say(_why(turn, file, str(told["state"]), str(told.get("outcome") or "")), kind="paper")
    await _say_when_all_came(turn, file)


async def _note_if_filed(turn: Turn, file: File) -> None:
    case = await cases.by_id(turn.store, file.case)
    if case is not None and case.kind == TALK:
        await photo_came(turn, case, file)
    elif case is not None:
        await cases.note(turn.store, file.case, "paper", file.person, file=file.id.hex, paper=file.paper)


async def _say_when_all_came(turn: Turn, file: File) -> None:
    if await files.of_case(turn.store, file.case, files.WANTED):
        return
    if count := len(await files.of_case(turn.store, file.case, files.STORED)):
        turn.say(t("errand.stored", count=count), kind="paper")


def _why(turn: Turn, file: File, state: str, outcome: str) -> Text:
    name = paper_name(file.paper, turn.city)
    if state == files.MISSING:
        return t("errand.missing", paper=name)
    why = t(f"paper.unfit.{outcome}", most=MOST_OF_A_FILE // MEGABYTE)
    return t("errand.unfit", paper=name, why=why)
