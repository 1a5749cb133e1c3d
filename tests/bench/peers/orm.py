"""python-telegram-bot with an ORM session an update: the user's row loaded, changed and committed, then the reply.

SQLite as its documentation advises for many writers (WAL), waiting for the disk like ours (`synchronous=FULL`); one
connection, so that transactions queue in the pool and never find the file locked.
Run as `python -m tests.bench.peers.orm PORT API_URL SECRET FILE`; FILE is its database.
"""

import sys
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, event
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message, Update
from telegram.ext import Application, ContextTypes, MessageHandler, filters

from tests.bench.peers.questions import BACK, QUESTIONS, START_OVER, Question


class Base(DeclarativeBase):
    """All tables."""


class User(Base):
    """Where somebody stands, and what she answered."""

    __tablename__ = "users"

    chat: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    step: Mapped[int] = mapped_column(default=0)
    draft: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    updated_at: Mapped[datetime]


class Handler:
    """Answers every message in a session of its own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._sessions = async_sessionmaker(engine, expire_on_commit=False)

    async def prepare(self, _app: Any) -> None:
        """Make the table."""
        async with self._engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)

    async def hear(self, update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        """Move one step on."""
        assert update.message is not None
        assert update.message.text is not None
        async with self._sessions() as session:
            user = await self._user(session, update.message.chat_id)
            if update.message.text == START_OVER:
                user.step, user.draft = 0, {}
            else:
                question = QUESTIONS[user.step]
                user.draft = {**user.draft, question.text[:8]: question.options[int(update.message.text) - 1][0]}
                user.step = (user.step + 1) % len(QUESTIONS)
            user.updated_at = datetime.now(UTC)
            step = user.step
            await session.commit()
        await ask(update.message, QUESTIONS[step])

    async def _user(self, session: AsyncSession, chat: int) -> User:
        user = await session.get(User, chat)
        if user is None:
            user = User(chat=chat)
            session.add(user)
        return user


async def ask(message: Message, question: Question) -> None:
    """Send a question with its buttons."""
    rows = [[InlineKeyboardButton(label, callback_data=data)] for data, label in question.options]
    below = [InlineKeyboardButton(label, callback_data=data) for data, label in BACK]
    await message.reply_text(question.text, reply_markup=InlineKeyboardMarkup([*rows, below]))


def database(file: str) -> AsyncEngine:
    """The engine over one connection to a SQLite file."""
    engine = create_async_engine(f"sqlite+aiosqlite:///{file}", pool_size=1, max_overflow=0)

    @event.listens_for(engine.sync_engine, "connect")
    def set_up(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    return engine


def main(port: int, api_url: str, secret: str, file: str) -> None:
    """Serve webhooks at /telegram."""
    handler = Handler(database(file))
    builder = Application.builder().token("1:bench").base_url(f"{api_url}/bot")
    app = builder.concurrent_updates(True).post_init(handler.prepare).build()
    app.add_handler(MessageHandler(filters.TEXT, handler.hear))
    url = f"http://127.0.0.1:{port}/telegram"
    app.run_webhook("127.0.0.1", port, "telegram", secret_token=secret, webhook_url=url)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
