"""A second start goes on where the first ended."""

from datetime import datetime
from pathlib import Path

from aiohttp import ClientSession

from playground.clock import Clock
from playground.server import Playground

from .conftest import Api, picture


async def test_chats_files_commands_clock_and_waiting_updates_come_back(tmp_path: Path) -> None:
    file, clock = tmp_path / "chats.json", Clock()
    clock.set(datetime.fromisoformat("2025-07-28T10:00:00+09:00"))
    async with Playground(state=file, clock=clock) as play, ClientSession() as session:
        maria = play.person(7102, "Maria", "en", "+821000000002")
        photo = await maria.sends_photo(picture())
        await Api(play, session).ok("setMyCommands", commands=[{"command": "start", "description": "Start"}])
        keyboard = {"keyboard": [["Menu"]]}
        await Api(play, session).ok("sendMessage", chat_id=maria.id, text="Hello", reply_markup=keyboard)
    async with Playground(state=file) as play, ClientSession() as session:
        again, api = play.people[7102], Api(play, session)
        assert (again.name, again.phone, again.keyboard) == ("Maria", "+821000000002", ["Menu"])
        assert [seen.id for seen in again.transcript] == [photo.id, photo.id + 1]
        updates = await api.ok("getUpdates")
        assert updates[0]["message"] == photo.raw
        assert (await api.ok("getFile", file_id=photo.raw["photo"][-1]["file_id"]))["file_size"] == len(picture())
        assert play.world.commands_for(7102, "en") == [{"command": "start", "description": "Start"}]
        assert abs(play.clock.now() - clock.now()) <= 1
        assert (await api.ok("sendMessage", chat_id=7102, text="x"))["message_id"] > photo.id + 1


async def test_a_crash_while_writing_leaves_the_former_file(tmp_path: Path) -> None:
    file = tmp_path / "chats.json"
    async with Playground(state=file) as play:
        play.person(1, "하나")
        play.save()
        whole = file.read_text()
        file.with_suffix(".part").write_text("{half")
        assert file.read_text() == whole
        play.save()
