"""Letters promised outside a turn: a chore writes them in its own transaction, where the sender finds them."""

from collections.abc import Iterable
from uuid import UUID

from bot.letters import Posted, Words, to_row, written
from handlers.dialog import Lane, Letter, Saying, lines, t
from storage import audit, outbox, people
from storage.engine import Drawer
from storage.people import Person


async def tell_resident(
    store: Drawer, words: Words, chat: int, text: Saying, kind: str, case: UUID, *, must: bool = False
) -> None:
    """Write to a resident about her case; what she must know (`must`) also to one who wants no notices."""
    reader = await people.by_chat(store, chat)
    if reader is not None and (must or reader.case_notices):
        await _post(store, words, reader, Letter(text, kind, Lane.NOTICE, chat, case))


async def tell_people(store: Drawer, words: Words, readers: Iterable[Person], text: Saying, kind: str) -> None:
    """Write to people about what is no case; each in her own language."""
    for reader in readers:
        await _post(store, words, reader, Letter(text, kind, Lane.NOTICE, reader.chat))


async def tell_staff(
    store: Drawer, words: Words, chats: Iterable[int | None], text: Saying, kind: str, case: UUID | None = None
) -> None:
    """Write to officers in their own chats; the letter is marked as one of the staff desk."""
    for chat in {chat for chat in chats if chat is not None}:
        reader = await people.by_chat(store, chat)
        if reader is not None:
            letter = Letter(lines(t("staff.title"), text), kind, Lane.NOTICE, chat, case)
            await _post(store, words, reader, letter)


async def take_back(store: Drawer, words: Words, chat: int, message: int, otherwise: Saying, kind: str) -> None:
    """Delete one of our messages, in silence; what cannot be deleted is said."""
    reader = await people.by_chat(store, chat)
    if reader is not None:
        letter = Letter(lines(), kind, Lane.NOTICE, chat, delete=message, otherwise=otherwise)
        await _post(store, words, reader, letter)


async def _post(store: Drawer, words: Words, reader: Person, letter: Letter) -> None:
    posted = Posted(letter, written(letter, reader, words), reader, await store.key(reader.id))
    house = await audit.house_key(store.db, store.vault)
    await outbox.post(store.db, [to_row(posted, house, store.now)])
