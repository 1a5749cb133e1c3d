"""Accounts from the command line: the first admin is invited here."""

import re
from pathlib import Path

from tests.bot.commands.test_import_files import call, folder

__all__ = ["folder"]


def ids(name: str) -> list[str]:
    listed = call("staff", "list").stdout.splitlines()
    return [line.split()[0] for line in listed if name in line]


def test_an_admin_is_invited_before_there_is_one(folder: Path) -> None:
    call("migrate")
    invited = call("staff", "invite", "윤서아", "admin")
    assert re.fullmatch(r"\d{8}\n", invited.stdout), invited.output
    assert "/staff" in invited.stderr
    assert "72" in invited.stderr
    listed = call("staff", "list").stdout
    assert "윤서아" in listed


def test_two_admins_are_invited_here_and_the_third_by_them(folder: Path) -> None:
    call("migrate")
    for name in ("윤서아", "문가람"):
        assert call("staff", "invite", name, "admin").exit_code == 0
    third = call("staff", "invite", "조은비", "admin")
    assert (third.exit_code, third.stdout) == (1, "")
    assert "/people" in third.stderr
    assert ids("조은비") == []
    assert call("staff", "invite", "한지민", "calls").exit_code == 0
    call("staff", "remove", "문가람")
    assert call("staff", "invite", "조은비", "admin").exit_code == 0


def test_roles_of_a_dong_need_one_that_stands_and_teams_have_none(folder: Path) -> None:
    call("migrate")
    for wrong in (("appeals",), ("calls", "--dong", "yeonhui"), ("appeals", "--dong", "nowhere"), ("chief",)):
        refused = call("staff", "invite", "한지민", *wrong)
        assert refused.exit_code != 0
        assert refused.stdout == ""
    assert ids("한지민") == []
    assert call("staff", "invite", "한지민", "appeals", "--dong", "연희동", "--until", "2025-12-31").exit_code == 0
    listed = call("staff", "list").stdout
    assert "appeals yeonhui ~2025-12-31" in listed


def test_an_account_is_removed_by_name_or_by_id_where_two_share_a_name(folder: Path) -> None:
    call("migrate")
    for name in ("한지민", "한지민", "서지우"):
        call("staff", "invite", name, "calls")
    twice = call("staff", "remove", "한지민")
    assert (twice.exit_code, "staff list" in twice.stderr) == (1, True)
    assert call("staff", "remove", ids("한지민")[0]).exit_code == 0
    assert call("staff", "unlock", "한지민").exit_code == 0
    assert call("staff", "remove", "한지민").exit_code == 0
    assert call("staff", "remove", "한지민").exit_code == 1
    assert ids("한지민") == []
    assert len(ids("서지우")) == 1
