"""The playground itself: an aiohttp server that answers as api.telegram.org would, on 127.0.0.1 only."""

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from aiohttp import web

from . import page, state
from .call import Call, read_call
from .changes import Event
from .clock import Clock
from .delivery import Delivery
from .errors import Json, Refused, bad, forbidden, too_many
from .faults import Fault, Faults, no_faults
from .groups import Group, gather
from .ledger import Ledger
from .limits import Limits
from .methods import METHODS, entered, named
from .people import PATIENCE, Person
from .world import World

TOKEN = "7000000001:PLAYGROUND-only-works-on-this-computer"
SAVE_AFTER = 0.5
_log = logging.getLogger(__name__)
_LIMITED = ("send", "copy", "forward", "edit")
REFUSALS = {
    "server_error": Refused(500, "Internal Server Error"),
    "blocked": forbidden("bot was blocked by the user"),
    "deactivated": forbidden("user is deactivated"),
    "not_found": bad("chat not found"),
    "migrated": Refused(
        400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=-1001000000000
    ),
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the bot; `lost` means the connection breaks instead."""

    body: Json
    lost: bool = False


class Playground:
    """`async with Playground() as play:` serves a bot at `play.url` with `play.token`.

    `time_scale` shortens retry and fault waits (0.01: a second becomes ten milliseconds); `limits` enforces Telegram's
    sending rates; `state` names a file that keeps the chats; `clock.advance` lets hours go by; `faults` may be any
    callable from `Call` to `Fault | None`, such as a `FaultPlan`.
    """

    def __init__(
        self, *, port: int = 0, token: str = TOKEN, time_scale: float = 1.0, limits: bool = False,
        state: Path | None = None, clock: Clock | None = None, faults: Faults = no_faults,
    ) -> None:  # fmt: skip
        self.port, self.token, self.faults = port, token, faults
        self.ledger = Ledger()
        self.people: dict[int, Person] = {}
        self._time_scale = time_scale
        self._limits = Limits() if limits else None
        self._state = state
        self._saving: asyncio.TimerHandle | None = None
        self._clock = clock or Clock()
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end: what `BOT_API_URL` wants."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def clock(self) -> Clock:
        """The clock of all chats."""
        return self.world.clock

    async def __aenter__(self) -> Self:
        self.delivery = Delivery(self._clock, self._time_scale, self._from_webhook)
        self.world = World(self._clock, self.delivery)
        if self._state and self._state.exists():
            self.people = state.load(self._state, self.world)
        self.world.changes.listeners.append(self._changed)
        app = web.Application(client_max_size=60 * 1024 * 1024)
        app.router.add_route("*", "/bot{token}/{method}", self._method)
        app.router.add_get("/file/bot{token}/{path:.+}", self._file)
        page.add_routes(app, self)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.delivery.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self.save()

    def person(
        self, user_id: int, first_name: str, language_code: str = "ko", phone: str = "", note: str = ""
    ) -> Person:
        """Somebody with an account; the bot does not know her before she writes."""
        self.world.users[user_id] = {"id": user_id, "is_bot": False, "first_name": first_name,
                                     "language_code": language_code}  # fmt: skip
        person = self.people.setdefault(user_id, Person(self.world, user_id, first_name, phone))
        person.name, person.phone, person.note = first_name, phone, note
        self.world.private_chat(user_id).data["first_name"] = first_name
        self.world.changes.announce(Event("person", user_id))
        return person

    def set_people(self, wanted: list[Json]) -> None:
        """Put these people (`id`, `name`, `language`, `phone`) into the page's panes; known ones keep their chats.

        `note` stands beside the name, `met` says that she has written to the bot before. What has `members` is a group
        of people named before it; its pane is in the hands of the first.
        """
        self.people.clear()
        for each in wanted:
            if members := each.get("members"):
                self._hall(int(each["id"]), str(each["name"]), [self.people[int(member)] for member in members])
                continue
            told = (str(each.get(key, default)) for key, default in (("language", "ko"), ("phone", ""), ("note", "")))
            person = self.person(int(each["id"]), str(each["name"]), *told)
            if each.get("met"):
                self.world.private_chat(person.id).bot = "member"

    def _hall(self, group_id: int, title: str, people: list[Person]) -> None:
        """A group on the page, gathered when it is named for the first time."""
        if group_id not in self.world.chats:
            self.group(group_id, title, *people)
        self.world.changes.announce(Event("person", group_id))

    def group(self, group_id: int, title: str, *people: Person) -> Group:
        """A group (negative id) of these people with the bot in it."""
        return gather(self.world, group_id, title, people)

    async def settled(self, timeout: float = PATIENCE) -> None:
        """Wait until the bot has taken every update: with a webhook each was answered 2xx, polling went past it."""
        done = await self.world.changes.until(lambda: None if self.delivery.waiting() else True, timeout)
        if not done:
            raise AssertionError(f"the bot has not taken {[p.update for p in self.delivery.waiting()]}")

    async def serve(self, call: Call) -> Answer:
        """Answer one call: faults first, then limits, then the method itself; the ledger gets its line."""
        fault = self.faults(call)
        try:
            await self._misbehave(call, fault)
            result = await METHODS[call.method](self.world, call)
        except ConnectionError:
            self._enter(call, "dropped")
            return Answer({}, lost=True)
        except Refused as refusal:
            self._enter(call, "refused", error=refusal.description)
            return Answer(refusal.body)
        lost = fault is not None and fault.kind == "drop_after"
        self._enter(call, "accepted", result, answered=not lost)
        return Answer({"ok": True, "result": result}, lost)

    def save(self) -> None:
        """Write the chats to the state file, where there is one."""
        if self._saving is not None:
            self._saving.cancel()
            self._saving = None
        if self._state is not None:
            state.save(self._state, self.world, self.people)

    def _changed(self, _event: Event) -> None:
        if self._state is not None and self._saving is None:
            self._saving = asyncio.get_running_loop().call_later(SAVE_AFTER, self.save)

    async def _misbehave(self, call: Call, fault: Fault | None) -> None:
        if fault is not None:
            if fault.kind == "delay":
                await asyncio.sleep(fault.seconds * self._time_scale)
            elif fault.kind == "drop_before":
                raise ConnectionResetError
            elif fault.kind == "too_many":
                raise too_many(int(fault.seconds))
            elif fault.kind in REFUSALS:
                raise REFUSALS[fault.kind]
        if self._limits and call.method.startswith(_LIMITED) and call.chat_id and call.method != "sendChatAction":
            self._limits.take(call.chat_id, max(1, len(call.items("media"))))

    def _enter(self, call: Call, outcome: Any, result: Any = None, error: str = "", answered: bool = True) -> None:
        if not entered(call.method):
            return
        if outcome != "accepted":
            self.ledger.enter(self.clock.now(), call.method, outcome, call.chat_id, text=call.text("text"), error=error)
            return
        sent = result if isinstance(result, list) else [result]
        ids = [int(message["message_id"]) for message in sent if isinstance(message, dict) and "message_id" in message]
        if call.method.startswith("delete") and "chat_id" in call.params:
            ids = [int(number) for number in [call.params.get("message_id"), *call.items("message_ids")] if number]
        first = sent[0] if isinstance(sent[0], dict) else {}
        text = str(first.get("text") or first.get("caption") or call.text("text") or call.text("caption"))
        self.ledger.enter(self.clock.now(), call.method, outcome, call.chat_id, tuple(ids), text, answered=answered)

    async def _method(self, request: web.Request) -> web.StreamResponse:
        try:
            if request.match_info["token"] != self.token:
                raise Refused(401, "Unauthorized")
            call = await read_call(request, named(request.match_info["method"]))
        except Refused as refusal:
            return web.json_response(refusal.body, status=refusal.code)
        try:
            answer = await self.serve(call)
        except Exception:
            _log.exception("the playground itself failed at %s", call.method)
            answer = Answer(Refused(500, "Internal Server Error").body)
        if answer.lost and request.transport is not None:
            request.transport.abort()
        return web.json_response(answer.body, status=answer.body.get("error_code", 200))

    async def _from_webhook(self, body: Json) -> None:
        """A method named in the webhook's answer: executed, the result thrown away."""
        try:
            await self.serve(Call(named(str(body["method"])), {k: v for k, v in body.items() if k != "method"}))
        except Refused:
            return

    async def _file(self, request: web.Request) -> web.StreamResponse:
        found = [f for f in self.world.files.values() if f.path == request.match_info["path"]]
        if request.match_info["token"] != self.token or not found:
            return web.json_response(Refused(404, "Not Found").body, status=404)
        return web.Response(body=found[0].data, content_type="application/octet-stream")
