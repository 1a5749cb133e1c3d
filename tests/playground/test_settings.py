"""The bot's own affairs: commands, profile, files, presses, chats."""

from playground.people import Person
from playground.server import Playground
from playground.world import Press

from .conftest import Api
from .shapes import fits

YES = {"inline_keyboard": [[{"text": "예", "callback_data": "y"}]]}


async def test_get_me_fits_the_specification(api: Api) -> None:
    assert fits(await api.ok("getMe"), "User") == []


async def test_commands_are_kept_per_scope_and_language(play: Playground, api: Api, maria: Person) -> None:
    start = [{"command": "start", "description": "Start"}]
    korean = [{"command": "start", "description": "시작"}, {"command": "help", "description": "도움말"}]
    await api.ok("setMyCommands", commands=start)
    await api.ok("setMyCommands", commands=korean, language_code="ko", scope={"type": "all_private_chats"})
    assert await api.ok("getMyCommands", language_code="ko", scope={"type": "all_private_chats"}) == korean
    assert fits(await api.ok("getMyCommands"), "[BotCommand") == []
    assert play.world.commands_for(maria.id, "en") == start
    assert play.world.commands_for(maria.id, "ko") == korean
    await api.ok("deleteMyCommands", language_code="ko", scope={"type": "all_private_chats"})
    assert play.world.commands_for(maria.id, "ko") == start
    said = await api.refused("setMyCommands", commands=[{"command": "Bad!", "description": "x"}])
    assert said == "Bad Request: BOT_COMMAND_INVALID"


async def test_name_and_descriptions_are_kept_per_language(api: Api) -> None:
    await api.ok("setMyDescription", description="서구 창구입니다.", language_code="ko")
    answer = await api.ok("getMyDescription", language_code="ko")
    assert answer == {"description": "서구 창구입니다."}
    assert fits(answer, "BotDescription") == []
    assert fits(await api.ok("getMyName"), "BotName") == []


async def test_files_come_down_up_to_20_mb(play: Playground, api: Api, maria: Person) -> None:
    small = (await maria.sends_document("a.pdf", b"%PDF-1.7 x")).raw["document"]
    file = await api.ok("getFile", file_id=small["file_id"])
    assert fits(file, "File") == []
    async with api.session.get(f"{play.url}/file/bot{play.token}/{file['file_path']}") as answer:
        assert await answer.read() == b"%PDF-1.7 x"
    big = (await maria.sends_document("b.pdf", bytes(20 * 1024 * 1024 + 1))).raw["document"]
    assert await api.refused("getFile", file_id=big["file_id"]) == "Bad Request: file is too big"
    async with api.session.get(f"{play.url}/file/botwrong/{file['file_path']}") as answer:
        assert answer.status == 404


async def test_a_press_spins_until_it_is_answered_and_grows_old(play: Playground, api: Api, maria: Person) -> None:
    await api.ok("sendMessage", chat_id=maria.id, text="예?", reply_markup=YES)
    press = await maria.presses("예")
    assert isinstance(press, Press)
    assert play.world.unanswered() == [press]
    await api.ok("answerCallbackQuery", callback_query_id=press.id, text="받았습니다")
    assert await maria.answered(press) == "받았습니다"
    old = await maria.presses("y")
    assert isinstance(old, Press)
    play.clock.advance(151)
    said = await api.refused("answerCallbackQuery", callback_query_id=old.id)
    assert said == "Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert play.world.unanswered() == [old]


async def test_chats_and_members_can_be_asked_for(play: Playground, api: Api, maria: Person) -> None:
    sent = await api.ok("sendMessage", chat_id=maria.id, text="핀")
    await api.ok("pinChatMessage", chat_id=maria.id, message_id=sent["message_id"])
    chat = await api.ok("getChat", chat_id=maria.id)
    assert fits(chat, "ChatFullInfo") == []
    assert chat["pinned_message"]["text"] == "핀"
    assert fits(await api.ok("getChatMember", chat_id=maria.id, user_id=maria.id), "ChatMember") == []
    assert await api.ok("sendChatAction", chat_id=maria.id, action="typing")


async def test_the_bot_leaves_a_group(play: Playground, api: Api, maria: Person) -> None:
    group = play.group(-100, "서구", maria)
    await api.ok("leaveChat", chat_id=group.id)
    said = await api.refused("sendMessage", chat_id=group.id, text="x")
    assert said == "Forbidden: bot is not a member of the group chat"
