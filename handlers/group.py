"""A staff group is a notice board: one card hangs there, and all that it hears is the code by which it is hung up."""

from handlers.dialog import Turn, t
from storage import boards

COMMAND = "/board"


async def hear(turn: Turn) -> None:
    """A press on the card is sent to the private chat; the one-time code of an officer hangs a card up."""
    if turn.inbound.press_id:
        turn.window = t("board.window")
        return
    command, _, code = turn.inbound.text.strip().partition(" ")
    if command.partition("@")[0].lower() != COMMAND:
        turn.say(t("desk.group"))
        return
    hung = await boards.hang(turn.store, turn.inbound.chat, code)
    turn.say(t("board.hung") if hung else t("board.wrong"))
