"""Alerts: a case whose clock is half, mostly or wholly spent, or that took the longest it may, is told of once at each.

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
from programmes.model import City, Programme
from programmes.reading import KST
from programmes.roles import Role
from storage import deadlines, staff
from storage.deadlines import Clocked
from storage.engine import Drawer

Today = Callable[[], City]
Work = Callable[[Drawer], Awaitable[bool]]
Chats = frozenset[int]
Hears = Callable[[Drawer, City, Clocked], Awaitable[Chats]]
RUNGS: Final = (50, 80, 100)  # per cent of the clock: the holder hears of the first, the dong's head, the deciding team
LONGEST: Final = "longest"  # and beyond these, when a case took as long as it may at most: head and team together
AT_ONCE: Final = 8  # cases told of in one letter


def alert(city: Today, words: Words) -> Work:
    """Tell of every case that has reached a rung, by the highest it has reached."""

    async def some(store: Drawer) -> bool:
        for programme in city().programmes.values():
            if await _longest(store, words, city(), programme):
                return True
        for minutes in {one.target_hours * 60 for one in city().programmes.values()}:
            for rung, percent in reversed(tuple(enumerate(RUNGS))):
                left = timedelta(minutes=minutes) * (100 - percent) / 100
                horizon = worktime.due(store.now, left, city().calendar)
                found = await deadlines.close(store, minutes, percent, horizon, AT_ONCE)
                await _alert(store, words, city(), found, percent, str(percent), _from(rung))
                if len(found) == AT_ONCE:
                    return True
        return False

    return some


async def _longest(store: Drawer, words: Words, city: City, programme: Programme) -> bool:
    """Tell of cases that took the longest they may; true while there may be more. Who is due first was so first."""
    percent = 100 * programme.longest_hours // programme.target_hours
    late = await deadlines.late(store, programme.id, percent, AT_ONCE)
    found = [case for case in late if worktime.too_long(case.due_at, store.now, programme.beyond, city.calendar)]
    await _alert(store, words, city, found, percent, LONGEST, _both)
    return len(found) == AT_ONCE


async def _alert(
    store: Drawer, words: Words, city: City, found: Collection[Clocked], percent: int, title: str, hears: Hears
) -> None:
    """One letter to each who hears of any of these cases."""
    told: dict[int, list[Text]] = {}
    for case in found:
        if await deadlines.alerted(store, case, percent):
            for chat in await hears(store, city, case):
                told.setdefault(chat, []).append(t("alert.case", number=case.number, due=case.due_at))
    for chat, rows in told.items():
        await notices.tell_staff(store, words, [chat], lines(t(f"alert.title.{title}"), *rows), "alert")


def _from(rung: int) -> Hears:
    """The chats of those at this rung; where there is nobody, of the next above."""

    async def hears(store: Drawer, city: City, case: Clocked) -> Chats:
        for who in (_holder, _heads, _deciders)[rung:]:
            if chats := await who(store, city, case):
                return chats
        return frozenset()

    return hears


async def _both(store: Drawer, city: City, case: Clocked) -> Chats:
    return await _heads(store, city, case) | await _deciders(store, city, case)


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
