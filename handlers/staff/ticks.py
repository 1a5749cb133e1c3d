"""Several of a list: a press ticks or unticks, and one button goes on."""

from collections.abc import Iterable

from handlers.dialog import Option, Saying, Turn, t

DONE = "done"


def ticked(turn: Turn, key: str) -> list[str]:
    """What is ticked under this key of the draft, in the order of the presses."""
    return list(turn.draft.get(key, ()))


def options(turn: Turn, key: str, rows: Iterable[tuple[str, Saying]], done: Saying) -> tuple[Option, ...]:
    """A button for each row (code and label), those ticked marked, and the one that goes on."""
    chosen = ticked(turn, key)
    marked = (Option(code, t("tick.on", label=label) if code in chosen else label) for code, label in rows)
    return (*marked, Option(DONE, done))


def tick(turn: Turn, key: str, code: str) -> None:
    """Tick a row, or untick it."""
    chosen = ticked(turn, key)
    turn.draft[key] = [one for one in chosen if one != code] if code in chosen else [*chosen, code]
