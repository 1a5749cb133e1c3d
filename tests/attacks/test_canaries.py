"""What belongs to one person is seen by nobody else: not in a chat, a log line, a file of the database or a backup.

Six people whose every datum is a string of its own go about their business at once, before a real bot that logs all
it can; then the strings are looked for wherever they must not be.
"""

import asyncio
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot import words
from handlers.dialog import t
from playground.people import Person
from playground.server import Playground
from storage import backup, imports, staging
from storage.engine import Database
from storage.migrate import upgrade
from storage.vault import Vault
from tests.attacks.test_identity_numbers import squashed
from tests.bot.test_papers import pdf
from tests.journey import CITY, MONDAY
from tests.processes.bot_process import settings, spawned, webhook
from tests.processes.conftest import play

__all__ = ["play"]

HEADER = "person_id,name,birth_date,phone,dong,category,household_id,is_head,nationality_status"
NAMES = ("뷁숣쪫", "쀍쭓퀧", "홟뤫쀩", "줿푫뵕", "긟쏧뼗", "튫쮓뾋")
PATIENCE = 40.0
WELCOME = (
    ("start.language.ask", "language.ko"),
    ("start.consent.ask", "start.agree"),
    ("start.case_notices.ask", "start.want"),
    ("start.information.ask", "start.want_not"),
    ("start.decisions_here.ask", "start.here"),
)  # what is heard, and which button is pressed then


def korean(key: str) -> str:
    return words.write(t(key), "ko")


@dataclass(frozen=True, slots=True)
class Canary:
    """One person, every string of whom is hers alone."""

    number: int
    name: str

    @property
    def born(self) -> str:
        return f"195{self.number}-0{self.number + 2}-1{self.number}"

    @property
    def phone(self) -> str:
        return f"0107391{self.number}{self.number}4{self.number}"

    @property
    def row(self) -> str:
        own = f"{self.person_id},{self.name},{self.born},{self.phone}"
        return f"{own},청라1동,general,canary-home-{self.number},1,korean"

    @property
    def person_id(self) -> str:
        return f"canary-person-{self.number}"

    @property
    def identity(self) -> str:
        return f"5{self.number}0{self.number + 2}1{self.number}-2{self.number}48{self.number}75"

    def said(self, what: str) -> str:
        """Words that nobody else writes."""
        return f"{what}을 말하는 {self.name[::-1]}의 카나리아 {self.number}{self.number}{self.number}"

    def strings(self) -> Iterator[str]:
        """All that is hers, in every way it might be written down."""
        yield from (self.name, self.name[::-1], self.born, self.born.replace("-", ""), self.born.replace("-", "."))
        yield from (self.phone, f"+82{self.phone[1:]}", self.phone[1:], f"canary-home-{self.number}", self.person_id)
        yield from (self.identity, self.identity.replace("-", ""), f"paper-of-{self.number}")
        yield from (unicodedata.normalize("NFD", self.name), ascii(self.name).strip("'"))


CANARIES = tuple(Canary(number, name) for number, name in enumerate(NAMES, 1))


async def settle(url: str, keys: str, folder: Path) -> None:
    """Make the database and its roster, as an operator does before the bot is started."""
    await upgrade(url)
    roster = folder / "roster.csv"
    roster.write_text("\n".join([HEADER, *(canary.row for canary in CANARIES)]) + "\n", encoding="utf-8")
    dongs = {dong.name.ko: dong.code for dong in CITY.places.dongs.values()}
    database, vault = Database(url), Vault.of(keys)
    staged = await staging.stage(database, vault, "roster", roster, dongs, MONDAY)
    await imports.apply(database, vault, staged.version, MONDAY)
    await database.close()
    roster.unlink()


async def comes(play: Playground, canary: Canary) -> Person:
    """Welcome and recognition; then one half appeals with a paper, the other talks and asks for a copy of her data."""
    person = play.person(8000 + canary.number, f"{canary.name} {canary.identity}", phone=canary.phone)
    await person.starts()
    for question, button in WELCOME:
        heard = await person.hears(korean(question), timeout=PATIENCE)
        await person.presses(korean(button), on=heard, timeout=PATIENCE)
    await person.hears(korean("menu.ask"), timeout=PATIENCE)
    await person.says("/payment")
    await person.hears(korean("recognise.phone.ask"), timeout=PATIENCE)
    await person.shares_contact()
    await person.hears(korean("recognise.birth.ask"), timeout=PATIENCE)
    await person.says(canary.born)
    await person.hears("지급 내역", timeout=PATIENCE)
    await (appeals if canary.number % 2 else talks)(person, canary)
    return person


async def appeals(person: Person, canary: Canary) -> None:
    await person.says("/appeal")
    for button in ("소비쿠폰 1차", "본인", ground(), korean("paper.other")):
        await person.presses(button, timeout=PATIENCE)
    await person.hears("뒷자리", timeout=PATIENCE)
    await person.sends_document(f"{canary.identity}.pdf", pdf("a paper"), caption=f"{canary.identity} {canary.name}")
    await person.sends_document(f"paper-of-{canary.number}.pdf", pdf("a paper"), caption=canary.name)
    await person.hears("잘 받았습니다", timeout=PATIENCE)
    for button in ("paper.sent", "paper.enough"):
        await person.presses(korean(button), timeout=PATIENCE)
    await person.hears(korean("appeal.statement.ask"), timeout=PATIENCE)
    await person.says(canary.said("사정"))
    await person.presses(korean("appeal.summary.right"), timeout=PATIENCE)
    await person.hears("SG-", timeout=PATIENCE)


async def talks(person: Person, canary: Canary) -> None:
    await person.says("/human")
    asked = await person.hears(korean("human.ask"), timeout=PATIENCE)
    await person.says(canary.said("상담"))
    await person.hears(korean("human.more"), timeout=PATIENCE)
    await person.says(f"제 번호는 {canary.identity}입니다")
    await person.hears("주민등록번호", timeout=PATIENCE)
    await person.edits(person.transcript[0], canary.identity)
    await person.sends_contact(canary.identity, canary.identity)
    await person.forges(f"1.{canary.identity}", on=asked)
    await person.says("/mydata")
    await person.presses(korean("mydata.copy"), timeout=PATIENCE)
    await person.hears(korean("mydata.file"), timeout=PATIENCE)


def ground() -> str:
    one = next(one for one in CITY.programmes["livelihood-coupon-2025"].appeals("1", "self") if one.code == "amount")
    return one.label.ko


async def copied(environment: dict[str, str], folder: Path) -> Path:
    database = Database(environment["DATABASE_URL"])
    now = datetime(2025, 7, 28, 2, tzinfo=UTC)
    await backup.make(database, Vault.of(environment["DATA_KEYS"]), folder, now, now)
    await database.close()
    return folder


async def live(play: Playground, folder: Path) -> list[Person]:
    """Everybody comes at once; then the bot is killed, so that what it keeps lies there as it was at that moment."""
    environment = webhook(settings(folder, play.url, play.token, LOG_LEVEL="DEBUG"))
    await settle(environment["DATABASE_URL"], environment["DATA_KEYS"], folder)
    with spawned(("-m", "bot", "run"), environment, folder) as bot:
        await bot.is_ready()
        people = await asyncio.gather(*(comes(play, canary) for canary in CANARIES))
        await play.settled(PATIENCE)
        await copied(environment, folder / "backup")
    return list(people)


async def test_what_is_ones_own_is_in_no_other_chat_no_log_no_database_and_no_backup(
    play: Playground, tmp_path: Path
) -> None:
    for person in await live(play, tmp_path):
        said = [seen for seen in person.transcript if seen.by_bot]
        shown = "\n".join(f"{seen.text} {seen.buttons}" for seen in said)
        hers = next(canary for canary in CANARIES if 8000 + canary.number == person.id)
        assert hers.name[::-1] in shown or not hers.number % 2  # the summary of her own appeal
        assert hers.identity.replace("-", "") not in squashed("|".join(seen.text for seen in said))
        assert not [text for other in CANARIES if other != hers for text in other.strings() if text in shown]
    look_into_files(tmp_path)


def look_into_files(folder: Path) -> None:
    """None of the strings stands in the log, or in any file of the database or of the backup."""
    strings = [text for canary in CANARIES for text in canary.strings()]
    log = "".join(path.read_text("utf-8") for path in folder.glob("*.log"))
    assert "DEBUG aiosqlite" in log
    assert not [text for text in (*strings, korean("human.ask")) if text in log]
    stored = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".log"]
    assert {"changgu.db", "changgu.db-wal", "keys.db"} <= {path.name for path in stored}
    assert any(b"livelihood-coupon-2025" in path.read_bytes() for path in stored)
    for path in stored:
        data = path.read_bytes()
        assert not [text for text in strings if text.encode() in data or text.encode("utf-16-le") in data], path.name
