"""The chat page and its feed: what the browser shows and what people do there with mouse, finger and keyboard."""

import asyncio
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import BodyPartReader, web

from .call import Upload
from .changes import Event
from .errors import Json, Refused
from .people import Person
from .views import Seen
from .world import Chat

if TYPE_CHECKING:
    from .server import Playground

_STATIC = Path(__file__).parent / "static"
_FRESH = ("commands", "person")
"""Events after which the page is told everything anew."""

RESIDENTS: list[Json] = [
    {"id": 7101, "name": "김순자", "language": "ko", "phone": "+821000000001"},
    {"id": 7102, "name": "Maria", "language": "en", "phone": "+821000000002"},
]
"""Who stands in the panes until `POST /playground/people` names others."""


class Page:
    """Serves the page of one playground and keeps every open browser up to date by WebSocket."""

    def __init__(self, play: "Playground") -> None:
        self.play = play
        self._open: dict[web.WebSocketResponse, asyncio.Queue[Json]] = {}

    def snapshot(self) -> Json:
        """Everything the page shows: for each pane its person, chat, keyboard and command menu.

        A group's pane is in the hands of the first of its members who stands on the page.
        """
        world, people = self.play.world, self.play.people
        panes = [self._pane(person, world.private_chat(person.id)) for person in people.values()]
        for group in [chat for chat in world.chats.values() if not chat.private and not chat.migrated_to]:
            panes += [self._pane(people[member], group) for member in group.members if member in people][:1]
        return {"kind": "all", "panes": panes}

    def _pane(self, person: Person, chat: Chat) -> Json:
        world = self.play.world
        language = str(world.users[person.id]["language_code"])
        presses = [p for p in world.unanswered() if p.chat_id == chat.id]
        return {
            "person": _told(person, language),
            "note": person.note,
            "chat": {"id": chat.id, "title": chat.data.get("title", "")},
            "messages": list(chat.messages.values()),
            "keyboard": chat.keyboard or {},
            "commands": world.commands_for(chat.id, language),
            "bot_name": world.said_of_bot("name", language) or world.bot["first_name"],
            "greeting": world.said_of_bot("description", language),
            "spinning": [{"id": p.id, "message_id": p.message_id, "data": p.data} for p in presses],
        }

    async def index(self, _request: web.Request) -> web.StreamResponse:
        """The page itself."""
        if not self.play.people:
            self.play.set_people(RESIDENTS)
        return web.FileResponse(_STATIC / "index.html")

    async def live(self, request: web.Request) -> web.StreamResponse:
        """A WebSocket that first tells everything and then each change, in order."""
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        news: asyncio.Queue[Json] = asyncio.Queue()
        news.put_nowait(self.snapshot())
        self._open[socket] = news
        writer = asyncio.create_task(_write(socket, news))
        try:
            async for _ in socket:
                pass
        finally:
            writer.cancel()
            del self._open[socket]
        return socket

    def tell(self, event: Event) -> None:
        """Pass one change on to every open page."""
        if not self._open or event.kind == "taken":
            return
        told = {"kind": event.kind, "chat": event.chat_id, "body": event.body}
        body = self.snapshot() if event.kind in _FRESH else told
        for news in self._open.values():
            news.put_nowait(body)

    async def close(self, _app: web.Application) -> None:
        """Let go of the browsers when the server stops."""
        for socket in list(self._open):
            await socket.close()

    async def file(self, request: web.Request) -> web.StreamResponse:
        """A photo or document for the page, by file id."""
        stored = self.play.world.files.get(request.match_info["file_id"])
        if stored is None:
            raise web.HTTPNotFound
        inline = stored.mime in ("image/jpeg", "image/png", "image/webp", "image/gif")
        headers = {"X-Content-Type-Options": "nosniff", "Content-Disposition": "inline" if inline else "attachment"}
        return web.Response(body=stored.data, content_type=stored.mime if inline else "application/octet-stream",
                            headers=headers)  # fmt: skip

    async def ledger(self, _request: web.Request) -> web.StreamResponse:
        """What the bot really said, as JSON, with the presses it left unanswered."""
        unanswered = [asdict(press) for press in self.play.world.unanswered()]
        return web.json_response({"entries": self.play.ledger.to_json(), "unanswered": unanswered})

    async def people(self, request: web.Request) -> web.StreamResponse:
        """GET the people of the panes, or POST a list as `Playground.set_people` takes it, to replace them."""
        if request.method == "POST":
            self.play.set_people(await request.json())
        users = self.play.world.users
        told = [_told(one, str(users[one.id]["language_code"])) for one in self.play.people.values()]
        return web.json_response(told)

    async def act(self, request: web.Request) -> web.StreamResponse:
        """POST says, presses, contact or files: what a person does on the page, in the group `?chat=` if it says so."""
        person = self.play.people.get(int(request.match_info["person"]))
        if person is None:
            raise web.HTTPNotFound
        verb, group = request.match_info["verb"], int(request.query.get("chat", 0))
        try:
            if verb == "files":
                await self._files(person, request)
            elif verb == "contact":
                await person.shares_contact()
            elif verb == "presses":
                told = await request.json()
                on = Seen(self.play.world, group or person.id, int(told["message_id"]))
                await person.forges(str(told["data"]), on=on, chat=group)
            elif verb == "says":
                await person.says(str((await request.json())["text"]), chat=group)
        except Refused as refusal:
            return web.json_response(refusal.body, status=400)
        return web.json_response({"ok": True})

    async def _files(self, person: Person, request: web.Request) -> None:
        """Pictures go as photos (several as an album) unless the query says `as=document`."""
        uploads: list[Upload] = []
        caption = ""
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if isinstance(part, BodyPartReader) and part.filename:
                mime = part.headers.get("Content-Type", "application/octet-stream")
                uploads.append(Upload(part.filename, mime, bytes(await part.read())))
            elif isinstance(part, BodyPartReader):
                caption = await part.text()
        photos = [u.data for u in uploads if u.mime.startswith("image/")] if "as" not in request.query else []
        if len(photos) > 1:
            await person.sends_album(photos, caption)
        elif photos:
            await person.sends_photo(photos[0], caption)
        for upload in uploads if "as" in request.query else [u for u in uploads if not u.mime.startswith("image/")]:
            await person.sends_document(upload.name, upload.data, upload.mime, caption if not photos else "")


def _told(person: Person, language: str) -> Json:
    return {"id": person.id, "name": person.name, "phone": person.phone, "language": language}


async def _write(socket: web.WebSocketResponse, news: asyncio.Queue[Json]) -> None:
    while not socket.closed:
        await socket.send_json(await news.get())


def add_routes(app: web.Application, play: "Playground") -> Page:
    """Hang the page and its helpers under `/` and `/playground/`."""
    page = Page(play)
    app.router.add_get("/", page.index)
    app.router.add_static("/static/", _STATIC)
    app.router.add_get("/playground/live", page.live)
    app.router.add_get("/playground/ledger", page.ledger)
    app.router.add_get("/playground/files/{file_id}", page.file)
    app.router.add_route("*", "/playground/people", page.people)
    app.router.add_post(r"/playground/people/{person:\d+}/{verb:says|presses|contact|files}", page.act)
    app.on_shutdown.append(page.close)
    play.world.changes.listeners.append(page.tell)
    return page
