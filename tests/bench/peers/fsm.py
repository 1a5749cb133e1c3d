"""aiogram 3 as its documentation shows it: states in memory, its own webhook handler on aiohttp. Nothing is kept.

Run as `python -m tests.bench.peers.fsm PORT API_URL SECRET`.
"""

import sys

from aiogram import Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.fsm.storage.memory import MemoryStorage
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler, setup_application
from aiohttp import web

from tests.bench.peers.questions import BACK, LIVED, MENU, PROGRAMME, ROUND, START_OVER, Question


class At(StatesGroup):
    """Which question was asked last."""

    menu = State()
    programme = State()
    round = State()
    lived = State()


async def ask(message: Message, question: Question) -> None:
    """Send a question with its buttons."""
    rows = [[InlineKeyboardButton(text=label, callback_data=data)] for data, label in question.options]
    below = [InlineKeyboardButton(text=label, callback_data=data) for data, label in BACK]
    await message.answer(question.text, reply_markup=InlineKeyboardMarkup(inline_keyboard=[*rows, below]))


async def keep(message: Message, state: FSMContext, question: Question) -> None:
    """Note the answer to a question."""
    assert message.text is not None
    await state.update_data({question.text[:8]: question.options[int(message.text) - 1][0]})


async def start_over(message: Message, state: FSMContext) -> None:
    """Forget what was answered; ask what is wanted."""
    await state.clear()
    await state.set_state(At.menu)
    await ask(message, MENU)


async def take_menu(message: Message, state: FSMContext) -> None:
    """Ask for the programme."""
    await keep(message, state, MENU)
    await state.set_state(At.programme)
    await ask(message, PROGRAMME)


async def take_programme(message: Message, state: FSMContext) -> None:
    """Ask for the round."""
    await keep(message, state, PROGRAMME)
    await state.set_state(At.round)
    await ask(message, ROUND)


async def take_round(message: Message, state: FSMContext) -> None:
    """Ask the first question of the self-check."""
    await keep(message, state, ROUND)
    await state.set_state(At.lived)
    await ask(message, LIVED)


async def take_lived(message: Message, state: FSMContext) -> None:
    """Begin again."""
    await keep(message, state, LIVED)
    await state.set_state(At.menu)
    await ask(message, MENU)


def main(port: int, api_url: str, secret: str) -> None:
    """Serve webhooks at /telegram."""
    router = Router()
    router.message.register(start_over, F.text == START_OVER)
    for state, take in (
        (At.menu, take_menu), (At.programme, take_programme), (At.round, take_round), (At.lived, take_lived),
    ):  # fmt: skip
        router.message.register(take, state, F.text.regexp(r"^\d$"))
    dispatcher = Dispatcher(storage=MemoryStorage())
    dispatcher.include_router(router)
    bot = Bot("1:bench", session=AiohttpSession(api=TelegramAPIServer.from_base(api_url)))
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token=secret).register(app, path="/telegram")
    setup_application(app, dispatcher, bot=bot)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
