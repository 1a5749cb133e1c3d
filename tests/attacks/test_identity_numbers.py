"""Numbers that nobody may keep, in any form and wherever they can be typed: nowhere afterwards, opened or not."""

import unicodedata
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from handlers.dialog import Contact, Inbound, Kind, Upload
from storage.engine import Drawer
from storage.tables import metadata
from tests.attacks.stations import ALL, Station, stand, stands, wrote
from tests.attacks.test_seals import READ, sealed_rows
from tests.handlers.resident.conftest import Arrive
from tests.journey import Resident, Town

SPOKEN = dict(zip("0123456789", "공일이삼사오육칠팔구", strict=True))
CIRCLED = dict(zip("0123456789", "⓪①②③④⑤⑥⑦⑧⑨", strict=True))
_seeds, _updates = count(1), count(95_000_000)


def dressed(number: str, first: str) -> str:
    """The digits of another script; `first` is its nought."""
    return "".join(chr(ord(first) + int(one)) if one.isdigit() else one for one in number)


def forms(seed: int) -> Mapping[str, str]:
    """Every way to write a number that no other test writes: what is typed, by the digits it must not leave behind."""
    front = f"{40 + seed % 50:02}{seed % 12 + 1:02}{seed % 28 + 1:02}"
    backs = (f"{1 + (seed + n) % 8}{(seed * 7919 + n * 104729) % 10**6:06}" for n in count())
    shapes = (
        "{f}-{b}", "{f}{b}", "{f} {b}", "{f} - {b}", "{f}.{b}", "{f}/{b}", "{f}～{b}", "{f}—{b}", "({f}){b}",
        "{f}\n{b}", "19{f}-{b}", "{f}*{b}", "주민번호는 {f}-{b}입니다", "{f} 그리고 뒤는 {b}",
        "{f}ㅡ{b}", "{f}\u200b-\u2060{b}",
    )  # fmt: skip
    found = {}
    for shape in shapes:
        back = next(backs)
        found[front + back] = shape.format(f=front, b=back)
    for first in ("０", "٠", "०", "𝟎"):
        back = next(backs)
        found[front + back] = dressed(f"{front}-{back}", first)
    for table in (SPOKEN, CIRCLED):
        back = next(backs)
        found[front + back] = "".join(table.get(one, one) for one in f"{front} {back}")
    back = next(backs)
    found[front + back] = " ".join(front + back)
    card = f"9{seed:03}{next(backs)}{next(backs)[:5]}"
    found[card] = "-".join(card[at : at + 4] for at in range(0, 16, 4))
    account = f"110{seed:03}{next(backs)[1:]}"
    found[account] = f"{account[:3]}-{account[3:6]}-{account[6:]}"
    return found


def squashed(text: str) -> str:
    """Only the digits, whatever they look like."""
    spoken = {ord(word): digit for digit, word in SPOKEN.items()}
    plain = unicodedata.normalize("NFKC", text).translate(spoken)
    return "".join(str(unicodedata.digit(one)) for one in plain if one.isdigit())


def strings(value: Any) -> Iterator[str]:
    """Every string inside a value."""
    match value:
        case str():
            yield value
        case Mapping():
            for key, item in value.items():
                yield from (*strings(key), *strings(item))
        case list() | tuple() | set() | frozenset():
            for item in value:
                yield from strings(item)
        case _ if isinstance(value, msgspec.Struct):
            yield from strings([getattr(value, name) for name in value.__struct_fields__])
        case _ if hasattr(value, "__dataclass_fields__"):
            yield from strings([getattr(value, name) for name in value.__dataclass_fields__])


def some(seed: int) -> Mapping[str, str]:
    """Four of the ways, other ones with every seed."""
    all_of_them = list(forms(seed).items())
    return dict((all_of_them * 2)[seed * 4 % len(all_of_them) :][:4])


def leaks(value: Any, numbers: Mapping[str, str]) -> list[str]:
    """Which of the numbers stand in a value, as digits or as they were typed."""
    found = list(strings(value))
    whole, plain = "\n|".join(found), "|".join(map(squashed, found))
    return [typed for digits, typed in numbers.items() if typed in whole or digits in plain]


async def everything(town: Town) -> list[Any]:
    """All that lies in the database, opened, and all that was said."""
    names = [name for name in READ if name not in ("keys", "residents", "roster", "sessions")]  # drafts: see `stands`
    sealed = {name: await sealed_rows(town, metadata.tables[name]) for name in names}

    async def opened(store: Drawer) -> list[Any]:
        return [await READ[name](store, row) for name, rows in sealed.items() for row in rows]

    async with town.database.reading() as db:
        rows = [row for table in metadata.sorted_tables for row in await db.execute(table.select())]
    clear = [value for row in rows for value in row if isinstance(value, str)]
    said = [sheet.text for _, _, sheet in town.wall.pinned]
    return [*await town.within(opened), *clear, *said, *town.wall.settled.values()]


def in_files(folder: Path, numbers: Mapping[str, str]) -> list[str]:
    """Which of the numbers stand in a file of the database as they were typed."""
    data = b"".join(file.read_bytes() for file in folder.glob("town.db*"))
    assert data
    return [typed for typed in numbers.values() if typed.encode() in data]


@pytest.fixture
async def park(recognised: Arrive) -> Resident:
    return await recognised("park-junho")


async def test_typed_at_any_step_it_is_nowhere_in_whatever_form(city: Town, park: Resident, tmp_path: Path) -> None:
    typed: dict[str, str] = {}
    for station in (one for one in ALL if one.dialog not in ("mydata", "start")):
        numbers = some(next(_seeds))
        typed |= numbers
        for number in numbers.values():
            await stand(park, station, 1)
            assert await city.reception.receive(wrote(park, number))
            assert not leaks(await stands(park), numbers), (station, number)
    await city.settled()
    assert not leaks(await everything(city), typed)
    assert not in_files(tmp_path, typed)


def places(chat: int) -> Iterator[tuple[str, Any]]:
    """Everything besides a message's own words in which somebody can write: what comes in, made of the number."""
    yield "caption", lambda it: Inbound(next(_updates), chat, Kind.UPLOAD, upload=Upload("r", "a.jpg", 9), text=it)
    yield "file name", lambda it: Inbound(next(_updates), chat, Kind.UPLOAD, upload=Upload("r", f"{it}.jpg", 9))
    yield "handle", lambda it: Inbound(next(_updates), chat, Kind.TEXT, text="x", language=it[:20])
    yield "album", lambda it: Inbound(next(_updates), chat, Kind.UPLOAD, upload=Upload("r", "a.jpg", 9, it))
    yield "button", lambda it: Inbound(next(_updates), chat, Kind.PRESS, press=f"1.{it}", press_id=it)
    yield "shown", lambda it: Inbound(next(_updates), chat, Kind.PRESS, press="1.x", press_id="p", shown=it)
    yield "own card", lambda it: Inbound(next(_updates), chat, Kind.CONTACT, contact=Contact(it, True))
    yield "foreign card", lambda it: Inbound(next(_updates), chat, Kind.CONTACT, contact=Contact(it, False))
    yield "forwarded", lambda it: Inbound(next(_updates), chat, Kind.TEXT, text=it, forwarded=True)
    for kind in (Kind.EDIT, Kind.OTHER, Kind.GROUP, Kind.FLOOD):
        yield kind.value, lambda it, kind=kind: Inbound(next(_updates), chat, kind, text=it)


async def test_put_anywhere_else_it_is_nowhere_either(city: Town, park: Resident, tmp_path: Path) -> None:
    steps = (Station("appeal", "upload"), Station("recognise", "phone"), Station("human", "about"))
    typed: dict[str, str] = {}
    for station in steps:
        for place, made in places(park.chat):
            numbers = some(next(_seeds))
            typed |= numbers
            await stand(park, station, 1)
            kept = [city.reception.receive(made(number)) for number in numbers.values()]
            assert all([await one for one in kept]), place
            assert not leaks(await stands(park), numbers), (station, place)
        await city.settled()
    assert not leaks(await everything(city), typed)
    assert not in_files(tmp_path, typed)


async def test_split_over_two_messages_neither_half_is_left_together(city: Town, park: Resident) -> None:
    backs: dict[str, str] = {}
    for seed, station in enumerate(ALL):
        if station.dialog in ("mydata", "start"):
            continue
        front, back = f"7{seed % 10}0{seed % 9 + 1}1{seed % 9}", f"2{654321 + seed}"
        await stand(park, station, 1)
        assert await city.reception.receive(wrote(park, front))
        assert await city.reception.receive(wrote(park, back))
        backs[back] = back
        assert not leaks(await stands(park), backs), station
    await city.settled()
    assert not leaks(await everything(city), backs)
