"""Words of danger in an answer to whatever was asked: they are an answer, and reach a person besides."""

from msgspec.structs import replace

from handlers.dialog import Kind, Turn
from handlers.resident.danger import in_danger
from handlers.resident.genuine import OURS
from handlers.resident.talking import tell


async def listen(turn: Turn) -> None:
    """Numbers of emergency before all else that this turn says, and the words to the call centre, unless told already.

    Words of ours that she shows us are not hers. A photo that came along stays with the question it answered.
    """
    told = any(letter.kind in ("danger", OURS) and letter.chat is None for letter in turn.letters)
    if told or turn.inbound.kind not in (Kind.TEXT, Kind.UPLOAD) or not in_danger(turn.inbound.text):
        return
    beside = replace(turn, inbound=replace(turn.inbound, upload=None), letters=[])
    await tell(beside, turn.inbound.text, {})
    turn.letters[:0] = beside.letters
