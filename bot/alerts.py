"""Alerts: a case whose clock is half, mostly or wholly spent is told of, once at each rung.

What was told is written down by a conditional update in the transaction of the letter: once, whoever else is at it and
wherever a process dies.
"""

from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta
from typing import Final

from bot import notices
from bot.letters import Words
from handlers.dialog import Text, lines, t
from handlers.staff.rights import grants_of
from programmes import roles, worktime
from programmes.model import City
from programmes.reading import KST
from programmes.roles import Role
from storage import deadlines, staff
from storage.deadlines import Clocked
from storage.engine import Drawer

Today = Callable[[], City]
Work = Callable[[Drawer], Awaitable[bool]]
Chats = frozenset[int]
RUNGS: Final = (50, 80, 100)  # per cent of the clock: the holder hears of the first, the dong's head, the deciding team
AT_ONCE: Final = 8  # cases told of in one letter


def alert(city: Today, words: Words) -> Work:
    """Tell of every case that has reached a rung, by the highest it has reached."""

    async def some(store: Drawer) -> bool:
        for minutes in {one.target_hours * 60 for one in city().programmes.values()}:
            for percent in reversed(RUNGS):
                left = timedelta(minutes=minutes) * (100 - percent) / 100
                horizon = worktime.due(store.now, left, city().calendar)
                found = await deadlines.close(store, minutes, percent, horizon, AT_ONCE)
                await _alert(store, words, city(), found, percent)
                if len(found) == AT_ONCE:
                    return True
        return False

    return some


async def _alert(store: Drawer, words: Words, city: City, found: Collection[Clocked], percent: int) -> None:
    """One letter to each who hears of any of these cases."""
    told: dict[int, list[Text]] = {}
    for case in found:
        if await deadlines.alerted(store, case, percent):
            for chat in await _who_hears(store, city, case, RUNGS.index(percent)):
                told.setdefault(chat, []).append(t("alert.case", number=case.number, due=case.due_at))
    for chat, rows in told.items():
        await notices.tell_staff(store, words, [chat], lines(t(f"alert.title.{percent}"), *rows), "alert")


async def _who_hears(store: Drawer, city: City, case: Clocked, rung: int) -> Chats:
    """The chats of those at this rung; where there is nobody, of the next above."""
    for who in (_holder, _heads, _deciders)[rung:]:
        if chats := await who(store, city, case):
            return chats
    return frozenset()


async def _holder(store: Drawer, _city: City, case: Clocked) -> Chats:
    officer = await staff.by_id(store, case.holder) if case.holder is not None else None
    return frozenset() if officer is None or officer.chat is None else frozenset({officer.chat})


async def _heads(store: Drawer, city: City, case: Clocked) -> Chats:
    """Of the dong, or of what it was divided into."""
    dong = city.places.dongs.get(case.dong or "")
    return await _of_role(store, city, Role.HEAD, dong.code, (dong.code, *dong.successors)) if dong else frozenset()


async def _deciders(store: Drawer, city: City, _case: Clocked) -> Chats:
    return await _of_role(store, city, Role.DECISION, None, None)


async def _of_role(store: Drawer, city: City, role: Role, dong: str | None, dongs: tuple[str, ...] | None) -> Chats:
    """Whoever has this role in force, for that dong if one is named."""
    day = store.now.astimezone(KST).date()
    return frozenset(
        officer.chat
        for officer in await staff.with_role(store, (role,), dongs)
        if officer.chat is not None
        and any(
            grant.role is role
            and grant.holds_on(day)
            and (dong is None or dong in roles.reach(grant, day, city.places))
            for grant in grants_of(officer)
        )
    )
