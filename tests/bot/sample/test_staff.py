"""Who works in the sample city: bound, behind closed desks that the one PIN opens."""

import pytest

from bot.sample.staff import CLERKS, GROUP, PIN, employ, on_the_page
from storage import boards, staff
from tests.handlers.staff.conftest import town
from tests.journey import Town

__all__ = ["town"]


async def test_everybody_is_bound_to_her_chat_with_her_roles_behind_a_closed_desk(town: Town) -> None:
    await town.within(employ)
    found = {officer.chat: officer for officer in await town.within(staff.all_of)}
    for clerk in CLERKS:
        officer = found[clerk.chat]
        assert officer.name == clerk.name
        assert {held.role for held in officer.held} == {clerk.role}
        assert [held.dong for held in officer.held if held.dong] == clerk.dongs
        assert not officer.desk_open(town.now)
        assert await town.within(lambda store, officer=officer: staff.open_desk(store, officer, PIN))


async def test_the_groups_card_hangs(town: Town) -> None:
    await town.within(employ)
    (card,) = await town.within(lambda store: boards.claim(store, store.now))
    assert (card.chat, card.office) == (GROUP.chat, GROUP.office)


async def test_nobody_is_employed_twice(town: Town) -> None:
    await town.within(employ)
    with pytest.raises(LookupError):
        await town.within(employ)


def test_the_page_names_the_groups_members_before_it() -> None:
    *clerks, group = on_the_page()
    assert {clerk["id"] for clerk in clerks} >= set(GROUP.members)
    assert group["members"] == GROUP.members
