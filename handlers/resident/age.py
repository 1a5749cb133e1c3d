"""How old the figures are: from when they are, and in plain words when the next file should have come by now."""

from datetime import timedelta

from handlers.dialog import Brief, Text, Turn, t
from programmes.reading import KST
from storage import registry
from storage.import_rows import Kind

DAY = timedelta(days=1)


async def late(turn: Turn, kind: Kind) -> Text | None:
    """What is said when the file of this kind is late; None while it is not, or there is none."""
    at = await registry.as_of(turn.store, kind)
    if at is None or not turn.city.files.of(kind).late(at, turn.now):
        return None
    then = at.astimezone(KST)
    if then.date() == turn.now.astimezone(KST).date() - DAY:
        return t("age.yesterday", time=then.time())
    return t("age.since", at=Brief(at))
