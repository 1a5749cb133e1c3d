"""The front door of this floor: reads a city's folder into frozen dataclasses, or refuses to start."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path

import holidays

from programmes import benchmarks, topics
from programmes.benchmarks import Benchmark
from programmes.checks import check
from programmes.conditions import Limit, When
from programmes.incoming import Files
from programmes.places import Dong, Office, Places
from programmes.reading import BadProgramme, Page, Spot, build, build_table
from programmes.schema import (
    AppealReason,
    Appeals,
    Choice,
    Claim,
    Elsewhere,
    Ending,
    Fact,
    FactValue,
    Finding,
    Paper,
    Param,
    Params,
    Phrasings,
    Programme,
    Reason,
    Remedy,
    Request,
    Round,
    Rule,
    Scheme,
    Situation,
    Source,
    Subject,
    Sum,
    Topic,
)
from programmes.topic_checks import Register
from programmes.wording import Lang, Won, Wording, placeholders
from programmes.worktime import Calendar

__all__ = [
    "AppealReason", "BadProgramme", "Choice", "City", "Claim", "Elsewhere", "Ending", "Fact", "FactValue", "Finding",
    "Lang", "Limit", "Paper", "Param", "Params", "Phrasings", "Programme", "Reason", "Remedy", "Request", "Round",
    "Rule", "Scheme", "Situation", "Source", "Subject", "Sum", "Topic", "When", "Won", "Wording", "load", "load_all",
    "placeholders",
]  # fmt: skip

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class City:
    """Everything the city has promised and where: programmes in their `order`, its `files`, its `benchmarks`.

    `elsewhere` is what people write to it that no programme answers.
    """

    programmes: Mapping[str, Programme]
    places: Places
    calendar: Calendar
    files: Files
    benchmarks: tuple[Benchmark, ...] = ()
    elsewhere: Mapping[str, Elsewhere] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Dongs:
    dongs: Mapping[str, Dong]


@dataclass(frozen=True, slots=True)
class _Offices:
    no_phone: Wording
    offices: Mapping[str, Office]
    officers_named: bool = False


@dataclass(frozen=True, slots=True)
class _Holiday:
    day: date
    name: str
    source: str


@dataclass(frozen=True, slots=True)
class _Holidays:
    country: str
    years: tuple[int, ...]
    added: tuple[_Holiday, ...] = ()
    removed: tuple[_Holiday, ...] = ()


def load_all(folder: Path | None = None) -> City:
    """The city of a folder, by default the one that ships with this package.

    A folder holds `city/` and one folder per programme. BadProgramme names file, line and key of what is wanting.
    """
    return _shipped() if folder is None else _read(folder)


@cache
def _shipped() -> City:
    return _read(HERE)


def _read(folder: Path) -> City:
    places = load_places(folder / "city")
    found = [load(page.parent, places.offices) for page in sorted(folder.glob("*/programme.toml"))]
    if not found:
        raise BadProgramme(folder.name, 0, "folder", "holds no programme")
    found.sort(key=lambda one: (one.order, one.id))
    measured = benchmarks.read(folder / "city" / "benchmarks.toml")
    files = Page.open(folder / "city" / "files.toml")
    incoming = build(Files, files.data, Spot(files))
    calendar = _calendar(folder / "city" / "holidays.toml")
    other = topics.elsewhere(folder / "city")
    for fault in other.wrong:
        raise fault
    return City({one.id: one for one in found}, places, calendar, incoming, measured, other.all)


def load(folder: Path, offices: Collection[str] | None = None) -> Programme:
    """One programme from its folder; office codes are by default those of the city beside it.

    BadProgramme when a language, a field or a named row is missing, when windows overlap, or when an answer names what
    does not exist.
    """
    known = load_places(folder.parent / "city").offices if offices is None else offices
    programme = load_rules(folder, known)
    said, wrong = topics.topics(folder, programme), topics.claims(folder, programme)
    register = Register(programme, known, said.kept)
    for fault in chain(register.faults(said, wrong), register.grounds(Spot(Page.open(folder / "appeal.toml")))):
        raise fault
    return replace(programme, answers=said.all, claims=wrong.all)


def load_rules(folder: Path, offices: Collection[str]) -> Programme:
    """A programme without its answers. BadProgramme as in `load`."""
    page, appeal = Page.open(folder / "programme.toml"), Page.open(folder / "appeal.toml")
    rows = build(Appeals, appeal.data, Spot(appeal))
    given = {field.name: getattr(rows, field.name) for field in fields(rows) if field.name != "reasons"}
    given |= {"answers": {}, "claims": {}}
    programme = build_table(Programme, page.data, Spot(page), appeal_reasons=rows.reasons, **given)
    if programme.id != folder.name:
        raise (Spot(page) / "id").refuse(f"should be the folder's name, {folder.name}")
    check(programme, page, appeal, offices)
    return programme


def load_places(folder: Path) -> Places:
    """Dongs and offices of a city's folder. BadProgramme when a dong names one that is unknown."""
    page = Page.open(folder / "dongs.toml")
    dongs = build(_Dongs, page.data, Spot(page)).dongs
    told = Page.open(folder / "offices.toml")
    offices = build(_Offices, told.data, Spot(told))
    for number, dong in enumerate(dongs.values()):
        row = Spot(page) / "dongs" / number
        if dong.office not in offices.offices:
            raise (row / "office").refuse(f"{dong.office} is no known office")
        for code in set(dong.successors) - dongs.keys():
            raise (row / "successors").refuse(f"{code} is no known dong")
    return Places(dongs, offices.offices, offices.no_phone, offices.officers_named)


def _calendar(path: Path) -> Calendar:
    page = Page.open(path)
    told: _Holidays = build(_Holidays, page.data, Spot(page))
    try:
        known = set(holidays.country_holidays(told.country, years=told.years))
    except NotImplementedError:
        raise (Spot(page) / "country").refuse("has no known holidays") from None
    public = Calendar(frozenset(known))
    return public.changed({one.day: one.name for one in told.added}, {one.day for one in told.removed})
