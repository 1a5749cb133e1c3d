"""The channel to Telegram: both readers give the same Inbound, every error is one of five, no token is ever logged."""
# ruff: noqa: E501 - a table reads best with a row a line

import io
import json
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot import logs
from bot.channels import telegram
from bot.channels.base import Bad, Busy, Doubt, Gone, Moved, NotAnUpdate, Sheet
from bot.channels.telegram import Telegram
from bot.channels.transport import NoAnswer, NoConnection
from handlers.dialog import Contact, Inbound, Kind, Upload

TOKEN = "123456789:CANARYcanaryCANARYcanaryCANARYcanar"
KIM = {"id": 7001, "is_bot": False, "first_name": "김영자", "language_code": "ko"}
PRIVATE = {"id": 7001, "type": "private", "first_name": "김영자"}
GROUP = {"id": -100123, "type": "supergroup", "title": "Dong office"}
ORIGIN = {"type": "user", "date": 1753660000, "sender_user": KIM}
CHANNEL = Telegram(TOKEN, "http://127.0.0.1:9")


def message(**more: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1753664400, "chat": PRIVATE, "from": KIM, **more}


def press(shown: Any, **more: Any) -> dict[str, Any]:
    return {"update_id": 9, "callback_query": {"id": "cb", "from": KIM, "chat_instance": "c", "data": "1.x", **more, **({"message": shown} if shown else {})}}  # fmt: skip


def update(body: dict[str, Any], kind: str = "message") -> dict[str, Any]:
    return {"update_id": 9, kind: body}


def photo(id: str, size: int | None = 10) -> dict[str, Any]:
    found = {"file_id": id, "file_unique_id": "u" + id, "width": 1, "height": 1}
    return found if size is None else {**found, "file_size": size}


def member(status: str, chat: dict[str, Any] = PRIVATE) -> dict[str, Any]:
    bot = {"id": 1, "is_bot": True, "first_name": "b"}
    new = {"user": bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})
    return update(
        {
            "chat": chat,
            "from": KIM,
            "date": 1,
            "old_chat_member": {"user": bot, "status": "member"},
            "new_chat_member": new,
        },
        "my_chat_member",
    )


COMMON: dict[str, Any] = {"message_id": 5, "language": "ko"}
PDF = {"file_id": "d", "file_unique_id": "ud", "file_name": "가족.pdf", "file_size": 99}
OWN = {"phone_number": "+821012345678", "first_name": "김", "user_id": 7001}
TABLE: list[tuple[str, dict[str, Any], Inbound | None]] = [
    ("text", update(message(text="안녕")), Inbound(9, 7001, Kind.TEXT, text="안녕", **COMMON)),
    ("command", update(message(text="/start x", entities=[{"type": "bot_command", "offset": 0, "length": 6}])), Inbound(9, 7001, Kind.TEXT, text="/start x", **COMMON)),
    ("forwarded text", update(message(text="x", forward_origin=ORIGIN)), Inbound(9, 7001, Kind.TEXT, text="x", forwarded=True, **COMMON)),
    ("no language", update(message(text="x", **{"from": {"id": 7001, "is_bot": False, "first_name": "k"}})), Inbound(9, 7001, Kind.TEXT, text="x", message_id=5)),
    ("photo", update(message(photo=[photo("s"), photo("l", 50)], caption="c")), Inbound(9, 7001, Kind.UPLOAD, text="c", upload=Upload("l", "photo.jpg", 50), **COMMON)),
    ("photo without size", update(message(photo=[photo("l", None)])), Inbound(9, 7001, Kind.UPLOAD, upload=Upload("l", "photo.jpg", None), **COMMON)),
    ("album", update(message(photo=[photo("l")], media_group_id="g")), Inbound(9, 7001, Kind.UPLOAD, upload=Upload("l", "photo.jpg", 10, "g"), **COMMON)),
    ("document", update(message(document=PDF, caption="c")), Inbound(9, 7001, Kind.UPLOAD, text="c", upload=Upload("d", "가족.pdf", 99), **COMMON)),
    ("document without a name", update(message(document={"file_id": "d", "file_unique_id": "u"})), Inbound(9, 7001, Kind.UPLOAD, upload=Upload("d", "", None), **COMMON)),
    ("own contact", update(message(contact=OWN)), Inbound(9, 7001, Kind.CONTACT, contact=Contact("+821012345678", own=True), **COMMON)),
    ("another's contact", update(message(contact={**OWN, "user_id": 8})), Inbound(9, 7001, Kind.CONTACT, contact=Contact("+821012345678", own=False), **COMMON)),
    ("contact without id", update(message(contact={"phone_number": "1", "first_name": "k"})), Inbound(9, 7001, Kind.CONTACT, contact=Contact("1", own=False), **COMMON)),
    ("forwarded contact", update(message(contact=OWN, forward_origin=ORIGIN)), Inbound(9, 7001, Kind.CONTACT, contact=Contact("+821012345678", own=False), forwarded=True, **COMMON)),
    ("press", press(message(text="Q")), Inbound(9, 7001, Kind.PRESS, press="1.x", press_id="cb", shown="Q", **COMMON)),
    ("press under a picture", press(message(photo=[photo("p")], caption="C")), Inbound(9, 7001, Kind.PRESS, press="1.x", press_id="cb", shown="C", **COMMON)),
    ("press under an old message", press({"message_id": 5, "date": 0, "chat": PRIVATE}), Inbound(9, 7001, Kind.PRESS, press="1.x", press_id="cb", **COMMON)),
    ("press in a group", press({**message(text="Q"), "chat": GROUP}), Inbound(9, -100123, Kind.GROUP, press_id="cb")),
    ("press without a message", press(None, inline_message_id="i"), Inbound(9, 7001, Kind.GROUP, press_id="cb")),
    ("edited", update(message(text="new", edit_date=1), "edited_message"), Inbound(9, 7001, Kind.EDIT, text="new", **COMMON)),
    ("sticker", update(message(sticker={"file_id": "s", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False})), Inbound(9, 7001, Kind.OTHER, **COMMON)),
    ("voice", update(message(voice={"file_id": "v", "file_unique_id": "u", "duration": 1}, caption="c")), Inbound(9, 7001, Kind.OTHER, text="c", **COMMON)),
    ("place", update(message(location={"latitude": 37.5, "longitude": 126.6})), Inbound(9, 7001, Kind.OTHER, **COMMON)),
    ("group words", update({**message(text="hello"), "chat": GROUP}), None),
    ("group command", update({**message(text="/start"), "chat": GROUP}), Inbound(9, -100123, Kind.GROUP, text="/start", **COMMON)),
    ("group photo", update({**message(photo=[photo("p")]), "chat": GROUP}), None),
    ("blocked", member("kicked"), Inbound(9, 7001, Kind.LEFT)),
    ("unblocked", member("member"), Inbound(9, 7001, Kind.BACK)),
    ("added to a group", member("member", GROUP), None),
    ("channel post", update({"message_id": 1, "date": 1, "chat": {"id": -1, "type": "channel", "title": "c"}, "text": "x"}, "channel_post"), None),
    ("business message", update(message(text="x", business_connection_id="b"), "business_message"), None),
    ("a kind not yet invented", update({"x": 1}, "teleported"), None),
    ("message of nobody", update({"message_id": 1, "date": 1, "chat": PRIVATE, "text": "x"}), None),
]  # fmt: skip


def both(body: dict[str, Any]) -> tuple[Inbound | None, Inbound | None]:
    raw = json.dumps(body).encode()
    return CHANNEL.read(raw), CHANNEL._read_any(raw)


@pytest.mark.parametrize(("body", "inbound"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_both_readers_give_the_inbound(body: dict[str, Any], inbound: Inbound | None) -> None:
    assert both(body) == (inbound, inbound)


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
SIZES = st.none() | st.integers(0, 10**9)
CONTENT = st.one_of(
    st.fixed_dictionaries({"text": WORDS}),
    st.builds(lambda size, caption: {"photo": [photo("a"), photo("b", size)]} | caption, SIZES, st.just({}) | st.fixed_dictionaries({"caption": WORDS})),
    st.builds(lambda name: {"document": {"file_id": "d", "file_unique_id": "u"} | name}, st.just({}) | st.fixed_dictionaries({"file_name": WORDS})),
    st.builds(lambda phone, user: {"contact": {"phone_number": phone, "first_name": "k"} | user}, WORDS, st.sampled_from([{}, {"user_id": 7001}, {"user_id": 8}])),
)  # fmt: skip
EXTRAS = st.sampled_from([
    {}, {"forward_origin": ORIGIN}, {"media_group_id": "g"}, {"chat": GROUP}, {"via_bot": KIM}, {"is_topic_message": True},
    {"reply_to_message": message(text="before")}, {"from": {"id": 7001, "is_bot": False, "first_name": "k"}},
])  # fmt: skip


@given(content=CONTENT, extra=EXTRAS, kind=st.sampled_from(["message", "edited_message", "press"]))
def test_both_readers_agree_on_any_update(content: dict[str, Any], extra: dict[str, Any], kind: str) -> None:
    body = {**message(**content), **extra}
    quick, thorough = both(press(body) if kind == "press" else update(body, kind))
    assert quick == thorough


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"{}", b"null", b"7", b'{"update_id":"x"}', b'{"update_id":1,"message":7}', b"\xff\xfe", b"[" * 100_000, b'{"update_id":1,"message":{"message_id":1}}'])  # fmt: skip
def test_what_is_no_update_is_refused_without_quoting_it(body: bytes) -> None:
    with pytest.raises(NotAnUpdate):
        CHANNEL.read(body)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_update_or_refused(body: bytes) -> None:
    try:
        CHANNEL.read(body)
    except NotAnUpdate:
        return


def test_half_a_character_is_read() -> None:
    found = CHANNEL.read(
        b'{"update_id":9,"message":{"message_id":5,"date":1,"chat":{"id":7001,"type":"private"},"from":{"id":7001,"is_bot":false,"first_name":"k"},"text":"a\\ud800"}}'
    )
    assert found is not None
    assert found.text == "a\ud800"


# ------------------------------------------------------------------------------------------------------------- errors


@pytest.mark.parametrize(
    ("error", "family"),
    [
        (NoConnection("x"), Busy),
        (Conflict("x"), Busy),
        (InvalidToken("x"), Busy),
        (NoAnswer("x"), Doubt),
        (TimedOut("x"), Doubt),
        (NetworkError("Bad Gateway"), Doubt),
        (TelegramError("x"), Doubt),
        (Forbidden("bot was blocked by the user"), Gone),
        (BadRequest("Chat not found"), Gone),
        (BadRequest("Bad Request: user is deactivated"), Gone),
        (BadRequest("PEER_ID_INVALID"), Gone),
        (BadRequest("message text is empty"), Bad),
        (ChatMigrated(-100), Moved),
        (RetryAfter(5), Busy),
    ],
)
def test_every_error_is_one_of_five(error: TelegramError, family: type[Exception]) -> None:
    assert type(telegram._sorted(error)) is family


@pytest.mark.parametrize("after", [5, 5.0, timedelta(seconds=5)])
def test_the_pause_of_a_429_is_seconds_whatever_the_library_gives(after: Any) -> None:
    class Given(RetryAfter):
        retry_after = after

    found = telegram._sorted(Given(5))
    assert isinstance(found, Busy)
    assert found.retry_after == 5.0


def test_a_migrated_group_tells_its_new_number() -> None:
    found = telegram._sorted(ChatMigrated(-100123))
    assert isinstance(found, Moved)
    assert found.chat == -100123


# ------------------------------------------------------------------------------------------------------------ sending


class Api:
    """A Bot API that notes calls and answers as told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Any]] = []
        self.answers: dict[str, list[tuple[int, Any]]] = {}
        self.file = b"bytes"

    async def answer(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        data = await request.json() if request.content_type == "application/json" else dict(await request.post())
        self.calls.append((method, data))
        status, result = self.answers[method].pop(0) if self.answers.get(method) else (200, {"message_id": 77})
        body = {"ok": True, "result": result} if status == 200 else {"ok": False, "error_code": status, **result}
        return web.json_response(body, status=status)

    async def bytes(self, _request: web.Request) -> web.Response:
        return web.Response(body=self.file)


@pytest.fixture
async def api() -> AsyncIterator[tuple[Api, Telegram]]:
    found = Api()
    app = web.Application()
    app.router.add_post("/bot{token}/{method}", found.answer)
    app.router.add_get("/file/bot{token}/{path}", found.bytes)
    app.router.add_post("/file/bot{token}/{path}", found.bytes)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    channel = Telegram(
        TOKEN, f"http://127.0.0.1:{runner.addresses[0][1]}/", {"ko": [("start", "처음")], "": [("start", "Start")]}
    )
    yield found, channel
    await channel.close()
    await runner.cleanup()


Pair = tuple[Api, Telegram]


async def test_a_sheet_becomes_a_message_with_buttons_and_no_preview(api: Pair) -> None:
    server, channel = api
    assert await channel.send(7001, Sheet("words", rows=(((("1.a", "A"),)),))) == 77
    [(method, data)] = server.calls
    assert method == "sendMessage"
    assert data == {
        "chat_id": 7001,
        "text": "words",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": {"inline_keyboard": [[{"text": "A", "callback_data": "1.a"}]]},
    }


async def test_a_contact_is_asked_for_with_a_keyboard_that_is_put_away_later(api: Pair) -> None:
    server, channel = api
    await channel.send(1, Sheet("words", contact="Share", rows=(((("1.^", "Home"),)),)))
    await channel.send(1, Sheet("words", clear=True))
    assert server.calls[0][1]["reply_markup"]["keyboard"] == [
        [{"text": "Share", "request_contact": True}],
        [{"text": "Home"}],
    ]
    assert server.calls[1][1]["reply_markup"] == {"remove_keyboard": True}


async def test_a_file_of_ours_goes_as_a_document(api: Pair) -> None:
    server, channel = api
    await channel.send(1, Sheet("words", file=("my.json", b"{}")))
    [(method, data)] = server.calls
    assert (method, data["caption"], data["document"].filename) == ("sendDocument", "words", "my.json")


async def test_a_drawing_goes_with_its_words_under_it(api: Pair) -> None:
    server, channel = api
    name = next(telegram.PICTURES.glob("*.png")).name
    await channel.send(1, Sheet("words", picture=name))
    assert (server.calls[0][0], server.calls[0][1]["caption"]) == ("sendPhoto", "words")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, True), "deleted"),
        ((400, {"description": "Bad Request: message can't be deleted"}), "please delete"),
        ((400, {"description": "Bad Request: message to delete not found"}), "deleted"),
    ],
)
async def test_a_message_is_deleted_and_told_so_or_asked_for(api: Pair, answer: Any, said: str) -> None:
    server, channel = api
    server.answers["deleteMessage"] = [answer]
    await channel.send(1, Sheet("deleted", delete=5, otherwise="please delete"))
    assert [method for method, _ in server.calls] == ["deleteMessage", "sendMessage"]
    assert server.calls[1][1]["text"] == said


async def test_a_message_can_be_deleted_in_silence(api: Pair) -> None:
    server, channel = api
    assert await channel.send(1, Sheet("", delete=5, otherwise="please delete")) is None
    assert [method for method, _ in server.calls] == ["deleteMessage"]


async def test_what_is_protected_can_be_neither_saved_nor_passed_on(api: Pair) -> None:
    server, channel = api
    await channel.send(1, Sheet("words", file=("paper.jpg", b"x"), protect=True))
    assert server.calls[0][1]["protect_content"] in (True, "true")


async def test_a_message_is_written_anew_with_its_buttons(api: Pair) -> None:
    server, channel = api
    server.answers["editMessageText"] = [
        (200, {"message_id": 5}),
        (400, {"description": "Bad Request: message is not modified"}),
        (400, {"description": "Bad Request: message to edit not found"}),
    ]
    card = Sheet("card", rows=(((("board", "Open"),)),))
    await channel.edit(-1, 5, card)
    await channel.edit(-1, 5, card)
    with pytest.raises(Bad):
        await channel.edit(-1, 5, card)
    assert server.calls[0] == (
        "editMessageText",
        {
            "chat_id": -1,
            "message_id": 5,
            "text": "card",
            "reply_markup": {"inline_keyboard": [[{"text": "Open", "callback_data": "board"}]]},
        },
    )


async def test_a_press_is_answered_in_a_small_window(api: Pair) -> None:
    server, channel = api
    await channel.acknowledge("p", "open your private chat")
    assert server.calls[0][1] == {"callback_query_id": "p", "text": "open your private chat", "show_alert": True}


async def test_a_press_is_acknowledged_and_its_question_settled(api: Pair) -> None:
    server, channel = api
    await channel.acknowledge("p")
    await channel.settle(1, 5, "Q\n▸ A")
    await channel.settle(1, 5, "")
    assert [method for method, _ in server.calls] == [
        "answerCallbackQuery",
        "editMessageText",
        "editMessageReplyMarkup",
    ]


@pytest.mark.parametrize(
    ("description", "calls"),
    [("Bad Request: message is not modified", 1), ("Bad Request: there is no text in the message to edit", 2)],
)
async def test_a_question_that_cannot_be_rewritten_loses_its_buttons(api: Pair, description: str, calls: int) -> None:
    server, channel = api
    server.answers["editMessageText"] = [(400, {"description": description})]
    await channel.settle(1, 5, "text")
    assert len(server.calls) == calls


async def test_bytes_are_fetched_within_the_limit(api: Pair) -> None:
    server, channel = api
    server.answers["getFile"] = [(200, {"file_path": "f", "file_size": 5})]
    assert await channel.fetch("ref", 10) == b"bytes"


@pytest.mark.parametrize("found", [{"file_path": "f", "file_size": 11}, {"file_size": 1}, {"file_path": "f"}])
async def test_bytes_beyond_the_limit_or_without_a_path_are_refused(api: Pair, found: dict[str, Any]) -> None:
    server, channel = api
    server.file = b"x" * 11
    server.answers["getFile"] = [(200, found)]
    with pytest.raises(Bad, match="large"):
        await channel.fetch("ref", 10)


async def test_polling_asks_for_what_we_read_and_gives_raw_updates(api: Pair) -> None:
    server, channel = api
    server.answers["getUpdates"] = [(200, [{"update_id": 1}])]
    assert await channel.listen(5, 0.0) == [{"update_id": 1}]
    assert server.calls[0][1]["offset"] == 5
    server.answers["getUpdates"] = [(409, {"description": "Conflict"})]
    with pytest.raises(Busy):
        await channel.listen(None, 0.0)


async def test_the_bot_introduces_itself_by_webhook_or_polling_with_its_commands(api: Pair) -> None:
    server, channel = api
    await channel.open("https://x/telegram", "s" * 32)
    await channel.open(None, None)
    methods = [method for method, _ in server.calls]
    assert methods == [
        "setWebhook",
        "setMyCommands",
        "setMyCommands",
        "deleteWebhook",
        "setMyCommands",
        "setMyCommands",
    ]
    assert server.calls[1][1]["language_code"] == "ko"


async def test_what_telegram_says_of_us_comes_with_its_own_time(api: Pair) -> None:
    server, channel = api
    said = {"url": "https://x/telegram", "pending_update_count": 2, "last_error_date": 0, "last_error_message": "no"}
    server.answers["getWebhookInfo"] = [(200, {"pending_update_count": 0}), (200, said | {"last_error_date": 60})]
    first, second = await channel.about(), await channel.about()
    assert (first.webhook, first.pending, first.error, first.error_at) == ("", 0, "", None)
    assert (second.webhook, second.pending, second.error) == ("https://x/telegram", 2, "no")
    assert second.error_at == datetime.fromtimestamp(60, UTC)
    assert second.at is not None
    assert abs((datetime.now(UTC) - second.at).total_seconds()) < 60


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR"])
@pytest.mark.parametrize("status", [200, 401, 404, 429, 500])
async def test_the_token_is_in_no_log_line(api: Pair, level: str, status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    server, channel = api
    written = io.StringIO()
    monkeypatch.setattr("sys.stderr", written)
    logs.set_up(level)
    for name in logs.QUIET:
        logging.getLogger(name).setLevel(level)
    server.answers["sendMessage"] = [(status, {"description": f"for {TOKEN}", "parameters": {"retry_after": 1}})]
    try:
        await channel.send(1, Sheet("words"))
    except Exception as error:
        logs.log.exception("send.failed", reason=str(error), token=TOKEN)
        logging.getLogger("telegram").exception("failed at %s", f"/bot{TOKEN}/sendMessage")
    logs.log.error("x", url=f"http://h/bot{TOKEN}/getMe")
    assert "CANARY" not in written.getvalue()
    assert written.getvalue()
