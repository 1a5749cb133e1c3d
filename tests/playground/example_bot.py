"""A tiny bot on python-telegram-bot's own `Bot`, to prove that a real client can live here."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup, Update
from telegram.error import BadRequest

from playground.server import Playground

SHARE = {"ko": "내 번호 보내기", "en": "Share my number"}
HELLO = {"ko": "안녕하세요. 번호를 보내 주십시오.", "en": "Hello. Please share your number."}
PICK = {"ko": "지원금을 골라 주십시오.", "en": "Please choose a programme."}
LABEL = {"ko": "소비쿠폰", "en": "Livelihood coupon"}
FILED = {"ko": "접수했습니다", "en": "Filed"}


def bot_of(play: Playground) -> Bot:
    """PTB's Bot pointed at the playground."""
    return Bot(play.token, base_url=f"{play.url}/bot", base_file_url=f"{play.url}/file/bot")


@asynccontextmanager
async def example_bot(play: Playground) -> AsyncIterator[Bot]:
    """A bot that polls and answers until the block ends."""
    async with bot_of(play) as bot:
        polling = asyncio.create_task(_poll(bot))
        try:
            yield bot
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)


async def _poll(bot: Bot) -> None:
    offset = 0
    while True:
        for update in await bot.get_updates(offset=offset, timeout=20):
            offset = update.update_id + 1
            await _answer(bot, update)


async def _answer(bot: Bot, update: Update) -> None:
    language = (update.effective_user.language_code if update.effective_user else None) or "en"
    if query := update.callback_query:
        await query.answer(FILED[language])
        await query.edit_message_text(f"{PICK[language]}\n\n→ {LABEL[language]}")
        await bot.send_message(query.from_user.id, f"<b>{FILED[language]}</b>: SG-250728-0427-6", parse_mode="HTML")
    elif (message := update.message) and message.text == "/start":
        share = ReplyKeyboardMarkup([[KeyboardButton(SHARE[language], request_contact=True)]], one_time_keyboard=True,
                                    resize_keyboard=True)  # fmt: skip
        await message.reply_text(HELLO[language], reply_markup=share)
    elif message and message.contact:
        keyboard = InlineKeyboardMarkup([[InlineKeyboardButton(LABEL[language], callback_data="coupon")]])
        await message.reply_text(PICK[language], reply_markup=keyboard)
    elif message and message.photo:
        await _return(bot, message.photo[-1].file_id, message.chat_id)
    elif message and message.document:
        await message.reply_text(f"{message.document.file_name}: {message.document.file_size}")
    elif message and message.text == "/forget":
        await message.delete()
    elif message and message.text:
        try:
            await message.reply_html(message.text)
        except BadRequest as error:
            await message.reply_text(str(error))


async def _return(bot: Bot, file_id: str, chat_id: int) -> None:
    file = await bot.get_file(file_id)
    data = bytes(await file.download_as_bytearray())
    await bot.send_photo(chat_id, data, caption=f"{len(data)}")
