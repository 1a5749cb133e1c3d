"""python-telegram-bot as its documentation shows it: ConversationHandler, PicklePersistence, its own transport.

Run as `python -m tests.bench.peers.conversation PORT API_URL SECRET FILE`; FILE is where its persistence lies.
"""

import sys

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackContext,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

from tests.bench.peers.questions import BACK, LIVED, MENU, PROGRAMME, QUESTIONS, ROUND, START_OVER, Question

AT_MENU, AT_PROGRAMME, AT_ROUND, AT_LIVED = range(4)
OVER = filters.Text([START_OVER])
CHOICE = filters.Regex(r"^\d$")


async def ask(update: Update, question: Question) -> None:
    """Send a question with its buttons."""
    assert update.message is not None
    rows = [[InlineKeyboardButton(label, callback_data=data)] for data, label in question.options]
    below = [InlineKeyboardButton(label, callback_data=data) for data, label in BACK]
    await update.message.reply_text(question.text, reply_markup=InlineKeyboardMarkup([*rows, below]))


def keep(update: Update, context: ContextTypes.DEFAULT_TYPE, question: Question) -> None:
    """Note the answer to a question."""
    assert update.message is not None
    assert update.message.text is not None
    assert context.user_data is not None
    context.user_data[question.text[:8]] = question.options[int(update.message.text) - 1][0]


async def start_over(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Forget what was answered; ask what is wanted."""
    assert context.user_data is not None
    context.user_data.clear()
    await ask(update, MENU)
    return AT_MENU


async def take_menu(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Ask for the programme."""
    keep(update, context, MENU)
    await ask(update, PROGRAMME)
    return AT_PROGRAMME


async def take_programme(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Ask for the round."""
    keep(update, context, PROGRAMME)
    await ask(update, ROUND)
    return AT_ROUND


async def take_round(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Ask the first question of the self-check."""
    keep(update, context, ROUND)
    await ask(update, LIVED)
    return AT_LIVED


async def take_lived(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Begin again."""
    keep(update, context, QUESTIONS[AT_LIVED])
    await ask(update, MENU)
    return AT_MENU


def main(port: int, api_url: str, secret: str, file: str) -> None:
    """Serve webhooks at /telegram."""
    dialog: ConversationHandler[CallbackContext] = ConversationHandler(  # type: ignore[type-arg]
        entry_points=[MessageHandler(OVER, start_over)],
        states={
            AT_MENU: [MessageHandler(CHOICE, take_menu)],
            AT_PROGRAMME: [MessageHandler(CHOICE, take_programme)],
            AT_ROUND: [MessageHandler(CHOICE, take_round)],
            AT_LIVED: [MessageHandler(CHOICE, take_lived)],
        },
        fallbacks=[MessageHandler(OVER, start_over)],
        name="self-check",
        persistent=True,
    )
    persistence: PicklePersistence[dict[str, str], dict[str, str], dict[str, str]] = PicklePersistence(filepath=file)
    app = Application.builder().token("1:bench").base_url(f"{api_url}/bot").persistence(persistence).build()
    app.add_handler(dialog)
    url = f"http://127.0.0.1:{port}/telegram"
    app.run_webhook("127.0.0.1", port, "telegram", secret_token=secret, webhook_url=url)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
