"""Files an admin sends in a town: staged in the test's own process by the bot's own code, and told of."""

from pathlib import Path
from uuid import UUID

from bot import words
from bot.bringing import Bringer
from bot.intake import Intake
from bot.sample import write_sample
from storage.imports import Progress
from tests.journey import CITY, Officer, Town

PEOPLE = 300


def sample(folder: Path, town: Town) -> tuple[list[str], list[str]]:
    """Roster and payments of the sample city as they stand at the town's clock, line by line."""
    write_sample(folder, PEOPLE, 1, town.now, lambda _done, _all: None)
    roster, payments = ((folder / f"{kind}.csv").read_text("utf-8").splitlines() for kind in ("roster", "payments"))
    return roster, payments


def bringer(town: Town) -> Bringer:
    return Bringer(town.database, town.vault, CITY, lambda: town.now)


def intake(town: Town, folder: Path) -> Intake:
    """What takes the files that admins of this town send."""

    async def stage(kind: str, data: bytes, officer: UUID | None, progress: Progress) -> int:
        path = folder / "sent.csv"
        path.write_bytes(data)
        staged = await bringer(town).stage("roster" if kind == "roster" else "payments", path, officer, progress)
        return staged.version

    return Intake(town.database, town.vault, town.wall, words.write, lambda: town.now, stage)


async def brings(town: Town, folder: Path, kind: str, lines: list[str], *, apply: bool = True) -> int:
    """By the command line: staged, and put in force however much it changes."""
    path = folder / f"{kind}-in.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    staged = await bringer(town).stage("roster" if kind == "roster" else "payments", path)
    if apply:
        await bringer(town).apply(staged.version, large=True)
    return staged.version


async def sends(admin: Officer, folder: Path, kind: str, data: bytes) -> None:
    """Send a file at the admin desk, and wait until it was told what came of it."""
    await admin.writes("/imports")
    await admin.presses("send")
    await admin.presses(kind)
    await admin.sends_photo(data, name=f"{kind}.csv")
    await intake(admin.town, folder).once()
    await admin.town.settled()


def as_file(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode()
