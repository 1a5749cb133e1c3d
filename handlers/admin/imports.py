"""`/imports`: the office's files as versions. A file sent here is staged, shown, put in force, and taken back.

What changes more than the city expects is put in force by a second admin, not by who brought it.
"""

from typing import Final, get_args

from handlers.admin import approving
from handlers.admin.import_card import KIND_NAMES, is_large, label, lined, rows, state_of, title
from handlers.dialog import (
    UPLOADS,
    Ask,
    Brief,
    Dialog,
    Next,
    Open,
    Option,
    Refuse,
    Saying,
    Step,
    Turn,
    Upload,
    lines,
    t,
)
from handlers.staff import rights
from handlers.staff.access import officer_of
from handlers.staff.door import closed
from programmes.roles import May, Role
from storage import files, imports, staff
from storage.ids import new_id
from storage.import_rows import BadFile, Kind
from storage.imports import Version

LISTED: Final = 20
MEGABYTE: Final = 2**20
MOST: Final = 20 * MEGABYTE  # what Telegram lets a bot fetch
SEND, APPLY, UNDO, LIST = "send", "apply", "undo", "list"
BACK: Final = Option(LIST, t("imports.list"))


def importing(turn: Turn) -> Open | None:
    """Behind the door, and for those who may bring files in."""
    return closed(turn) or (None if rights.may_anywhere(turn, May.IMPORT) else Open("gone"))


async def ask_list(turn: Turn) -> Ask:
    found = await imports.latest(turn.store, LISTED)
    shown = tuple(Option(f"v{one.version}", label(one)) for one in found)
    return Ask(t("imports.ask"), (Option(SEND, t("imports.send")), *shown))


async def take_list(turn: Turn, code: str) -> Next:
    if code == SEND:
        return "kind"
    turn.draft["version"] = int(code.removeprefix("v"))
    return "card"


async def ask_kind(_turn: Turn) -> Ask:
    return Ask(t("imports.kind.ask"), tuple(Option(kind, KIND_NAMES[kind]) for kind in get_args(Kind)))


async def take_kind(turn: Turn, code: str) -> Next:
    turn.draft["kind"] = str(code)
    return "file"


async def ask_file(turn: Turn) -> Ask:
    return Ask(t("imports.file.ask", kind=KIND_NAMES[turn.draft["kind"]]), (BACK,), takes=UPLOADS)


async def take_file(turn: Turn, answer: Upload | str) -> Next:
    if isinstance(answer, str):
        return "list"
    if (answer.size or 0) > MOST:
        raise Refuse(t("imports.refused.large_file", most=MOST // MEGABYTE))
    chat, kind = turn.inbound.chat, turn.draft["kind"]
    await files.want(turn.store, new_id(), turn.person.id, chat, kind, answer.ref, answer.name, files.IMPORT)
    turn.say(t("imports.received"))
    return "list"


# ------------------------------------------------------------------------------------------------------- one version


async def ask_card(turn: Turn) -> Ask:
    version = await _chosen(turn)
    text = lines(title(version), await _standing(turn, version), lined(rows(turn.city, version)))
    ways = [BACK]
    if version.waits:
        text = lines(text, t("imports.large")) if is_large(turn.city, version) else text
        ways.insert(0, Option(APPLY, t("imports.apply")))
    if version.in_force:
        ways.insert(0, Option(UNDO, t("imports.undo")))
    return Ask(text, tuple(ways))


async def _standing(turn: Turn, version: Version) -> Saying:
    """How it stands, since when, and by whom."""
    by = version.applied_by if version.applied_at else version.staged_by
    who = await staff.named(turn.store, by) if by else t("imports.command_line")
    at = Brief(version.applied_at or version.started_at)
    return t("imports.standing", state=state_of(version), at=at, who=who or t("imports.nobody"))


async def take_card(turn: Turn, code: str) -> Next:
    if code == LIST:
        return "list"
    version = await _chosen(turn)
    if code == APPLY:
        return await _applying(turn, version)
    turn.draft["what"] = UNDO
    return "sure"


async def _applying(turn: Turn, version: Version) -> Next:
    """What changes much goes through two hands: the first stands for it, the second puts it in force."""
    me = officer_of(turn).id
    if is_large(turn.city, version):
        if await imports.stand_for(turn.store, version.version, me):
            await _call_another(turn, version)
            return "list"
        await approving.second(turn, version.staged_by or me)
    turn.draft["what"] = APPLY
    return "sure"


async def _call_another(turn: Turn, version: Version) -> None:
    turn.say(t("imports.second.wanted"))
    for admin in await staff.with_role(turn.store, (Role.ADMIN.value,)):
        if admin.chat is not None and admin.id != officer_of(turn).id:
            turn.notice(t("imports.second.told", title=title(version)), "staff", chat=admin.chat)


async def ask_sure(turn: Turn) -> Ask:
    version = await _chosen(turn)
    question = t(f"imports.sure.{turn.draft['what']}", title=title(version))
    return Ask(question, (Option("yes", t("people.sure.yes")), Option("no", t("people.sure.no"))))


async def take_sure(turn: Turn, code: str) -> Next:
    if code == "no":
        return "card"
    version, me = await _chosen(turn), officer_of(turn).id
    try:
        if turn.draft["what"] == APPLY:
            await _may_apply(turn, version)
            await imports.put_in_force(turn.store, version.version, me)
        else:
            await imports.go_back(turn.store, version.kind, version.version, me)
    except BadFile as bad:
        raise Refuse(t(f"imports.refused.{bad.reason}")) from None
    turn.say(t("imports.done"))
    return "card"


async def _may_apply(turn: Turn, version: Version) -> None:
    """Asked anew at the last press: somebody may have lost her right, or the city's measure may have changed."""
    if not version.waits:
        raise Refuse(t("imports.refused.not_staged"))
    if is_large(turn.city, version):
        await approving.second(turn, version.staged_by or officer_of(turn).id)


async def _chosen(turn: Turn) -> Version:
    version = await imports.by_number(turn.store, turn.draft["version"])
    if version is None:
        raise Refuse(t("imports.refused.not_staged"))
    return version


IMPORTS = Dialog(
    "imports",
    (
        Step("list", ask_list, take_list, leads_to=("kind", "card")),
        Step("kind", ask_kind, take_kind, leads_to=("file",)),
        Step("file", ask_file, take_file, leads_to=("list",)),
        Step("card", ask_card, take_card, leads_to=("list", "sure")),
        Step("sure", ask_sure, take_sure, leads_to=("card",)),
    ),
    command="imports",
    guard=importing,
)
