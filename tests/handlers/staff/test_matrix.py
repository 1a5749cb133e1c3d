"""Every button at the desks of staff × role × dong × whose it is × who has it in hand × state: nothing wrongly allowed.

The buttons are found by walking from dialog to dialog as those who may press them. Then everybody presses each of
them, as if a right, a hold, a contract or an account had ended since it was shown; what was written and told is held
against `expected.py`, which is the issue's and not the code's.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec.structs import replace as moved_to

from handlers import DESKS
from programmes.casework import MOVES, State
from programmes.roles import RIGHTS, Grant, May, Role, may
from storage.engine import Db
from storage.sessions import Session
from tests.handlers.staff.everybody import Button, Effect, Everybody
from tests.handlers.staff.expected import ALLOWED, BUTTONS, DONG, OF_A_DONG, ROLES, Place, permitted
from tests.handlers.staff.scenes import OWN, SCENES, Hand, Scene, Situation, as_her, standing
from tests.handlers.staff.world import CARD, Who, World, laid_out
from tests.journey import CITY

NEEDS: Final = {
    "take": "take", "release": "take", "ask": "ask", "answer": "ask", "propose": "propose", "accept": "decide",
    "reject": "decide", "return": "decide", "send_back": "decide", "reopen": "decide", "transfer": "transfer",
}  # fmt: skip
DONE_BY_BUTTON: Final = ("take", "release", "ask", "propose", "accept", "reject", "return", "send_back", "reopen")
HEARS: Final = {  # by which right a secret is told, whether to its holder only, whether one hears one's own
    "statement": ("see", True, False), "phone": ("see", True, False), "paper": ("see", True, False),
    "line": ("talk", True, False), "door": ("visit", False, False), "address": ("visit", False, True),
    "at_home": ("visit", False, False), "number": ("see", False, True), "name": ("see", True, False),
}  # fmt: skip
BY_NAME: Final = ("staff counter.", "staff give.", "staff outreach.")  # where one asks for somebody by her name
CHOICES: Final = ("outcome", "what", "who", "which", "whom")  # of a draft: by what a step differs, by their value
KNOWN: Final = ("case", "said", "seen", "sums", "asks", "resident", "parent")  # and by whether they are known
STRANGERS: Final = (Role.SUPPORT, Role.AFFAIRS)


# ------------------------------------------------------------------------------------------------------- the tables


@pytest.mark.parametrize("what", May)
@pytest.mark.parametrize(("role", "place"), ROLES, ids=lambda one: getattr(one, "name", one))
def test_a_role_may_exactly_what_the_table_says(role: Role, place: Place, what: May) -> None:
    of_a_dong = role.value in OF_A_DONG
    grant = Grant(role, place.grant if of_a_dong else None)
    found = may((grant,), what, DONG, place.now.date(), CITY.places)
    assert found == (("dong" if of_a_dong else "team") if what.value in permitted(role, place) else None)
    assert RIGHTS[role].hand == ("dong" if of_a_dong else "team")


def test_every_step_at_the_desks_of_staff_has_its_rows() -> None:
    steps = {
        f"{desk} {one.name}.{step.name}" for desk in ("staff", "admin") for one in DESKS[desk] for step in one.steps
    }
    assert BUTTONS.keys() == steps
    answered = {f"{desk} {dialog}" for scene in SCENES for desk in scene.desks for dialog in scene.answers.split()}
    assert answered >= {step.partition(".")[0] for step in steps}


# ------------------------------------------------------------------------------------------------------- the judge


def wrong(button: Button, who: Who, hand: Hand, case: str, effect: Effect, decides: str) -> str | None:
    """Why what was written, or told, was not hers; None when it was. `case` is the id of the one looked at, if any."""
    right = BUTTONS.get(button.step, {}).get(button.code)
    if right is None:
        return "stands in no row of the table"
    can = _can(who)
    named = button.step.startswith(BY_NAME)
    if secrets := [
        one
        for one in effect.told
        if not _hears(one, can, hand, took=_took(effect, who)) and not (named and one == "name")
    ]:
        return f"told {secrets}"
    if not effect.tables:
        return None
    if right == "none":
        return f"wrote to {sorted(effect.tables)}, though nothing may come of it"
    if right == "herself":
        return None if _only_herself(effect, who) else f"wrote to {sorted(effect.tables)}, not to herself alone"
    if hand.by == "another" and "@" not in right:
        return "wrote to what is in another's hand"
    if hand.own and not _harmless(button, right, hand):
        return "wrote to her own"
    moved = _moved(effect, case)
    return _without(right, who, effect, appeal=bool(decides)) or (
        _illegal(*moved, who, can, decides) if moved and decides else None
    )


def _hears(secret: str, can: frozenset[str], hand: Hand, *, took: bool) -> bool:
    right, holder, own = HEARS[secret]
    return right in can and (not holder or took or hand.by in ("hers", "open")) and (own or hand.own in ("", "decided"))


def _took(effect: Effect, who: Who) -> bool:
    return any(row["holder"] == who.person.officer.hex for row in effect.came.get("cases", ()))  # type: ignore[union-attr]


def _only_herself(effect: Effect, who: Who) -> bool:
    rows = [row for side in (effect.gone, effect.came) for rows in side.values() for row in rows]
    return effect.tables == {"staff"} and all(row["id"] == who.person.officer.hex for row in rows)  # type: ignore[union-attr]


def _harmless(button: Button, right: str, hand: Hand) -> bool:
    """What one may do to one's own all the same: one's days; to what one decided before all but taking and judging."""
    if button.step.startswith("staff counter.") and not button.session.draft.keys() & {"resident", "parent"}:
        return True  # for somebody whom nobody knows
    if hand.own == "decided":
        return right not in ("ask", "propose", "decide") and not (right == "take/talk" and hand.by == "nobody")
    return hand.own == "oneself" and ("officer" not in button.session.draft or button.step == "staff shift.day")


def _without(right: str, who: Who, effect: Effect, *, appeal: bool) -> str | None:
    """Whether she lacks the right, there where it is wanted."""
    name, _, where = {"take/talk": "take" if appeal else "talk"}.get(right, right).partition("@")
    of_a_dong = who.role.value in OF_A_DONG
    if where == "anywhere":
        can = frozenset[str]() if who.gone or who.place.name == "gone" else ALLOWED[who.role.value]
    else:
        can = _can(who)
    if name not in can or (where == "team" and of_a_dong):
        return f"wrote to {sorted(effect.tables)} without the right to {right}"
    if where == "office":
        hers = {DONG, who.place.grant} if of_a_dong else {who.role.value}
        return None if {row["office"] for row in effect.came["board_codes"]} <= hers else "of another office"
    return None


def _can(who: Who) -> frozenset[str]:
    return frozenset() if who.gone else permitted(who.role, who.place)


def _moved(effect: Effect, case: str) -> tuple[Any, Any] | None:
    """The case that was looked at, before and after."""
    before, after = (
        next((row for row in rows.get("cases", ()) if row["id"] == case), None) for rows in (effect.gone, effect.came)
    )
    return None if before is None or after is None else (before, after)


def _illegal(before: Any, after: Any, who: Who, can: frozenset[str], decides: str) -> str | None:
    """Whether no hand of hers moves an appeal so."""
    source, target, sent = before["state"], after["state"], before["office"] != after["office"]
    if source == target:
        return "sent on without the right" if sent and "transfer" not in can else None
    hand = RIGHTS[who.role].hand
    legal = [one for one in MOVES if (one.source, one.target) == (source, target) and hand in one.who]
    names = {one.name for one in legal if decides != "team" or not one.dong_decides}
    if sent and target == State.FILED:
        names.add("transfer")
    return None if any(NEEDS.get(name) in can for name in names) else f"{source} → {target} by {sorted(names)}"


# ------------------------------------------------------------------------------------------------------ the matrix


@dataclass(slots=True)
class Found:
    """What came of a scene: cells, those wrongly allowed, the buttons met, those something came of, states reached."""

    cells: int = 0
    bad: list[str] = field(default_factory=list)
    met: set[tuple[str, str]] = field(default_factory=set)
    worked: set[tuple[str, str]] = field(default_factory=set)
    reached: set[tuple[str, str, str]] = field(default_factory=set)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return laid_out(tmp_path_factory.mktemp("world"))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
async def test_no_button_does_what_its_presser_may_not(
    scene: Scene, world: World, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    database = world.copy(tmp_path)
    try:
        found = await database.writer.transaction(lambda db: _everything(db, scene, world))
    finally:
        await database.close()
    record_property("cells", found.cells)
    assert not found.bad, f"{len(found.bad)} of {found.cells} wrongly allowed:\n" + "\n".join(found.bad[:40])
    rows = {
        (step, code): right
        for step, row in BUTTONS.items() if _answers(scene, step)
        for code, right in row.items() if step != "staff case.card" or code not in scene.but.split()
    }  # fmt: skip
    assert not rows.keys() - found.met, "never offered"
    assert not {cell for cell, right in rows.items() if right != "none"} - found.worked, "nothing came of them"
    if scene.name == "appeal":
        ends = {(one.source, one.target) for one in MOVES if one.name in DONE_BY_BUTTON}
        assert {(source, target) for _, source, target in found.reached} >= ends
        assert {end for end in found.reached if end[0] == "team"}


def _answers(scene: Scene, step: str) -> bool:
    desk, _, rest = step.partition(" ")
    return desk in scene.desks and rest.partition(".")[0] in scene.answers.split()


async def _everything(db: Db, scene: Scene, world: World) -> Found:
    everybody, found = Everybody(db, world, scene.written), Found()
    for situation in scene.situations(world):
        buttons = await _every_button(everybody, scene, situation)
        found.met |= {(button.step, button.code) for button in buttons}
        for who in world.who:
            for hand in _hands(scene, situation, who):
                await _all_pressed(everybody, situation, who, hand, buttons, found)
    return found


def _hands(scene: Scene, situation: Situation, who: Who) -> Iterator[Hand]:
    """Whose things are, and in whose hand, while this one presses.

    Who has lost her place, or her account, has them in hand at most; near to her they are where she could judge them.
    """
    if (who.gone == "shut" and scene.name == "door") or (
        who.gone and who.role is Role.ADMIN and "admin" not in scene.desks
    ):
        return
    for hand in situation.hands:
        if who.gone or not who.place.reaches:
            stands = not hand.own and (hand.by in ("hers", "open") or not (who.gone or hand.by == "another"))
        else:
            judges = who.place.name == "own" and "take" in permitted(who.role, who.place)
            stands = hand.own not in OWN or judges or scene.name != "appeal"
        if stands or (len(situation.hands) == 1 and not hand.own):
            yield hand


async def _all_pressed(
    everybody: Everybody, situation: Situation, who: Who, hand: Hand, buttons: list[Button], found: Found
) -> None:
    world = everybody.world
    put, account = standing(situation, who, hand)
    await everybody.stand(as_her(who, hand, world), situation.case, put, **account)
    case = situation.case.hex if situation.case else ""
    decides = "" if situation.case != world.appeal else "dong" if put.get("programme") == CARD else "team"
    for button in buttons:
        pressed = _on_herself(button, who) if hand.own == "oneself" else button
        effect, _ = await everybody.press(pressed)
        found.cells += 1
        if effect.tables or effect.told:
            found.worked.add((button.step, button.code))
            if moved := _moved(effect, case):
                found.reached.add((decides, moved[0]["state"], moved[1]["state"]))
        if (why := wrong(button, who, hand, case, effect, decides)) is not None:
            place = f"{who.role} {who.place.name} {who.gone}".strip()
            found.bad.append(f"{situation.name}, {place}, {hand.own} {hand.by}: {button.step} {button.said}: {why}")


def _on_herself(button: Button, who: Who) -> Button:
    """The same button about the presser's own account."""
    if "officer" not in button.session.draft or who.person.officer is None:
        return button
    draft = {**button.session.draft, "officer": who.person.officer.hex}
    return replace(button, session=moved_to(button.session, draft=draft))


# ----------------------------------------------------------------------------------------------------- all buttons


async def _every_button(everybody: Everybody, scene: Scene, situation: Situation) -> list[Button]:
    """What those who may do most are offered here, and what a stranger is who stands where they stood."""
    found: dict[str, Button] = {}
    for role in scene.roles:
        who = everybody.world.at(role)
        for by in {hand.by: None for hand in situation.hands if hand.by != "another"}:
            put, account = standing(situation, who, Hand(by=by))
            await everybody.stand(who, situation.case, put, **account)
            async for button in _walk(everybody, scene):
                found.setdefault(f"{_where(button.session)} {button.kind} {button.said}", button)
    sessions = {_where(button.session): button.session for button in found.values()}
    for role in STRANGERS:
        await everybody.stand(everybody.world.at(role), situation.case, situation.put, **situation.account)
        for where, session in sessions.items():
            async for button in everybody.answers(session):
                found.setdefault(f"{where} {button.kind} {button.said}", button)
    return list(found.values())


async def _walk(everybody: Everybody, scene: Scene) -> AsyncIterator[Button]:
    """Every way to answer, from where the scene begins on."""
    fresh = list(scene.begins(everybody.world))
    met = {_where(session) for session in fresh}
    while fresh:
        session = fresh.pop()
        async for button in everybody.answers(session):
            yield button
            _, there = await everybody.press(button)
            if there.dialog in scene.dialogs and (key := _where(there)) not in met:
                met.add(key)
                fresh.append(moved_to(there, turn=1, trail=(), page=0))


def _where(session: Session) -> str:
    """Where one stands, and with which of the answers that make a difference there."""
    choices, known = ([session.draft.get(one) for one in CHOICES], [bool(session.draft.get(one)) for one in KNOWN])
    return f"{session.desk} {session.dialog}.{session.step} {choices} {known}"
