"""The chats on disk, so that a second start goes on where the first ended. Plain JSON, files in base64."""

import base64
import json
from dataclasses import asdict
from pathlib import Path

from .delivery import Pending, Webhook
from .errors import Json
from .people import Person
from .world import Chat, StoredFile, World


def save(path: Path, world: World, people: dict[int, Person]) -> None:
    """Write all at once: a crash leaves the former file whole."""
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(_dump(world, people), ensure_ascii=True))
    unfinished.replace(path)


def load(path: Path, world: World) -> dict[int, Person]:
    """Fill an empty world; returns the people in it."""
    told = json.loads(path.read_text())
    world.clock.offset, world.last_message = told["offset"], told["last_message"]
    world.users = {user["id"]: user for user in told["users"]}
    world.chats = {chat["data"]["id"]: Chat(**_numbered(chat)) for chat in told["chats"]}
    world.commands, world.profile = told["commands"], told["profile"]
    files = [StoredFile(**file | {"data": base64.b64decode(file["data"])}) for file in told["files"]]
    world.files = {file.file_id: file for file in files}
    delivery = world.delivery
    delivery.next_id, delivery.allowed = told["next_id"], tuple(told["allowed"])
    delivery.webhook = Webhook(**told["webhook"])
    for pending in told["pending"]:
        delivery.put(Pending(**pending))
    return {p["id"]: Person(world, p["id"], p["name"], p["phone"], p.get("note", "")) for p in told["people"]}


def _dump(world: World, people: dict[int, Person]) -> Json:
    delivery = world.delivery
    return {
        "offset": world.clock.offset,
        "last_message": world.last_message,
        "users": list(world.users.values()),
        "chats": [asdict(chat) for chat in world.chats.values()],
        "commands": world.commands,
        "profile": world.profile,
        "files": [asdict(f) | {"data": base64.b64encode(f.data).decode()} for f in world.files.values()],
        "next_id": delivery.next_id,
        "allowed": delivery.allowed,
        "webhook": asdict(delivery.webhook),
        "pending": [asdict(pending) for pending in delivery.waiting()],
        "people": [{"id": p.id, "name": p.name, "phone": p.phone, "note": p.note} for p in people.values()],
    }


def _numbered(chat: Json) -> Json:
    return chat | {"messages": {int(number): message for number, message in chat["messages"].items()}}
