"""The channel to Telegram: every error is one of five, no token is ever logged."""

import io
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
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
from bot.channels.base import Bad, Busy, Doubt, Gone, Moved, Sheet
from bot.channels.telegram import Telegram
from bot.channels.transport import NoAnswer, NoConnection

TOKEN = "123456789:CANARYcanaryCANARYcanaryCANARYcanar"


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


async def test_a_picture_the_channel_has_goes_by_its_handle_and_what_is_paid_for_says_so(api: Pair) -> None:
    server, channel = api
    await channel.send(1, Sheet("words", photo="a handle", paid=True))
    method, told = server.calls[0]
    assert (method, told["photo"], told["caption"]) == ("sendPhoto", "a handle", "words")
    assert told["allow_paid_broadcast"] in (True, "true")


async def test_words_under_a_picture_are_written_anew_as_its_caption(api: Pair) -> None:
    server, channel = api
    await channel.edit(1, 5, Sheet("words", photo="a handle"))
    assert [(method, told["caption"]) for method, told in server.calls] == [("editMessageCaption", "words")]


@pytest.mark.parametrize("said", ["message can't be deleted", "message to delete not found"])
async def test_a_message_is_removed_unless_it_is_too_late(api: Pair, said: str) -> None:
    server, channel = api
    await channel.remove(1, 5)
    server.answers["deleteMessage"] = [(400, {"description": f"Bad Request: {said}"})]
    if "not found" in said:
        await channel.remove(1, 5)
    else:
        with pytest.raises(Bad):
            await channel.remove(1, 5)


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
