"""A bot on python-telegram-bot lives here as it would at Telegram."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats, InputFile, InputMediaPhoto
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TimedOut

from playground.faults import FaultPlan
from playground.people import Person
from playground.server import Playground

from .conftest import picture
from .example_bot import bot_of, example_bot


@pytest.fixture
async def bot(play: Playground) -> AsyncIterator[Bot]:
    async with bot_of(play) as bot:
        yield bot


pytestmark = pytest.mark.filterwarnings("ignore:.*retry_after:DeprecationWarning")


async def test_a_resident_walks_through_the_example_bot(play: Playground, sunja: Person) -> None:
    async with example_bot(play):
        await sunja.starts()
        await sunja.hears("번호를 보내 주십시오")
        await sunja.presses("내 번호 보내기")
        question = await sunja.hears("골라")
        press = await sunja.presses("소비쿠폰")
        assert await sunja.answered(press) == "접수했습니다"
        receipt = await sunja.hears("SG-250728")
        assert receipt.raw["entities"][0]["type"] == "bold"
        assert (question.edited, question.buttons) == (True, [])
        await sunja.sends_photo(picture())
        assert (await sunja.hears(str(len(picture())))).raw["photo"]
        await sunja.sends_document("가족.pdf", b"%PDF")
        await sunja.hears("가족.pdf: 4")
        gone = await sunja.says("/forget")
        await sunja.says("<h1>큰 글씨")
        await sunja.hears("unsupported start tag")
        assert gone.gone


async def test_ptb_reads_every_answer(play: Playground, bot: Bot, maria: Person) -> None:
    assert (await bot.get_me()).id == bot.id
    assert await bot.set_my_commands([BotCommand("start", "Start")], BotCommandScopeAllPrivateChats(), "en")
    assert (await bot.get_my_commands(BotCommandScopeAllPrivateChats(), "en"))[0].command == "start"
    assert await bot.set_my_name("Changgu")
    assert (await bot.get_my_name()).name == "Changgu"
    album = await bot.send_media_group(maria.id, [InputMediaPhoto(picture()), InputMediaPhoto(picture())])
    assert len({message.media_group_id for message in album}) == 1
    sent = await bot.send_document(maria.id, InputFile(b"%PDF", filename="a.pdf"), caption="x")
    assert (await bot.edit_message_caption(maria.id, sent.message_id, caption="y")).caption == "y"  # type: ignore[union-attr]
    assert (await bot.copy_message(maria.id, maria.id, sent.message_id)).message_id > sent.message_id
    assert (await bot.forward_message(maria.id, maria.id, sent.message_id)).forward_origin
    assert await bot.pin_chat_message(maria.id, sent.message_id)
    assert (await bot.get_chat(maria.id)).pinned_message
    assert (await bot.get_chat_member(maria.id, maria.id)).status == "member"
    assert await bot.delete_messages(maria.id, [sent.message_id])
    assert (await bot.get_webhook_info()).pending_update_count == 1
    assert await bot.send_chat_action(maria.id, "typing")


async def test_ptb_raises_the_errors_that_telegram_would(play: Playground, bot: Bot, maria: Person) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(1, "x")
    group = play.group(-100, "서구", maria)
    group.migrates(-1009, maria)
    with pytest.raises(ChatMigrated):
        await bot.send_message(-100, "x")
    await maria.blocks()
    with pytest.raises(Forbidden):
        await bot.send_message(maria.id, "x")
    play.faults = FaultPlan(1, {"too_many": 1.0}, 3)
    with pytest.raises(RetryAfter):
        await bot.send_message(maria.id, "x")
    with pytest.raises(InvalidToken):
        await Bot("1:x", base_url=f"{play.url}/bot").initialize()


async def test_limits_are_enforced_when_asked_for() -> None:
    async with Playground(limits=True) as play, bot_of(play) as bot:
        maria = play.person(7102, "Maria", "en")
        await maria.starts()
        for _ in range(5):
            await bot.send_message(maria.id, "x")
        with pytest.raises(RetryAfter):
            await bot.send_message(maria.id, "x")


async def test_a_broken_playground_answers_500_in_telegrams_shape(play: Playground, bot: Bot, maria: Person) -> None:
    def breaks(_call: object) -> None:
        raise ZeroDivisionError

    play.faults = breaks
    with pytest.raises(Exception, match="Internal Server Error") as caught:
        await bot.send_message(maria.id, "x")
    assert not isinstance(caught.value, TimedOut)
