"""Reads what people ask and what is answered: a programme's `answers/` and `claims.toml`, the city's `elsewhere.toml`.

What cannot be read is kept beside what can, so that a start refuses the first fault and a writer sees all of them.
Phrasings stand last in a topic's file and are read apart: nobody but a finder wants them, and all of them take longer
than everything else the city says.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Generic, Self, TypeVar

from programmes.reading import BadProgramme, Page, Spot, build_table, table_faults
from programmes.schema import Claim, Elsewhere, Param, Phrasings, Programme, Source, Topic
from programmes.wording import Won

T = TypeVar("T", bound=Topic | Claim | Elsewhere | Phrasings)

PHRASINGS: Final = "phrasings"


@dataclass(frozen=True, slots=True)
class Shelf(Generic[T]):
    """What was read, by id or code, each with its place, and `wrong`: what could not be."""

    kept: dict[str, tuple[T, Spot]] = field(default_factory=dict)
    wrong: list[BadProgramme] = field(default_factory=list)

    @property
    def all(self) -> Mapping[str, T]:
        """What was read, without its places."""
        return {code: one for code, (one, _) in self.kept.items()}

    def put(self, kind: type[T], code: str, data: object, spot: Spot, **given: str) -> None:
        """Read a table of this kind, or note all that is wrong with it."""
        if code in self.kept:
            self.wrong.append((spot / "code").refuse(f"{code} stands twice"))
        try:
            self.kept[code] = (build_table(kind, data, spot, **given), spot)
        except BadProgramme:
            self.wrong.extend(table_faults(kind, data, spot, *given))


@dataclass(frozen=True, slots=True)
class Known:
    """What a table may name instead of saying it: a source by its key, a sum by the sums that make it up."""

    sources: Mapping[str, Source]
    sums: Mapping[str, int]

    @classmethod
    def of(cls, programme: Programme) -> Self:
        """What the answers of a programme may name."""
        found = params(programme).items()
        return cls(programme.sources, {name: int(value) for name, value in found if isinstance(value, Won)})

    def plain(self, value: Any) -> Any:
        """The same with these put in their place, and with texts freed of blank ends."""
        match value:
            case str():
                return value.strip()
            case list():
                return [self.plain(item) for item in value]
            case {"sum": [*names], **rest} if not rest and all(name in self.sums for name in names):
                return {"won": sum(self.sums[name] for name in names)}
            case {"source": str(key)} if key in self.sources:
                cited = self.sources[key]
                return self.plain({**value, "source": asdict(cited)})
            case dict():
                return {key: self.plain(item) for key, item in value.items()}
        return value


def files(folder: Path) -> list[Path]:
    """The files of a programme's topics, each named after its topic; none where there is no `answers/`."""
    return sorted((folder / "answers").glob("*.toml"))


def topics(folder: Path, programme: Programme) -> Shelf[Topic]:
    """The topics of a programme's folder; the programme itself is read already."""
    known = Known.of(programme)
    shelf: Shelf[Topic] = Shelf()
    for path in files(folder):
        try:
            page = Page.open(path, 3, PHRASINGS)
        except BadProgramme as error:
            shelf.wrong.append(error)
        else:
            shelf.put(Topic, path.stem, known.plain(page.data), Spot(page), id=path.stem)
    return shelf


def phrasings(folder: Path) -> Shelf[Phrasings]:
    """How people ask for each topic of a programme's folder. Takes a fifth of a second for thirteen thousand."""
    shelf: Shelf[Phrasings] = Shelf()
    for path in files(folder):
        try:
            page = Page.open(path, 3)
        except BadProgramme as error:
            shelf.wrong.append(error)
        else:
            if list(page.data)[-1:] != [PHRASINGS]:
                shelf.wrong.append((Spot(page) / PHRASINGS).refuse("should stand last"))
            shelf.put(Phrasings, path.stem, page.data.get(PHRASINGS), Spot(page) / PHRASINGS)
    return shelf


def claims(folder: Path, programme: Programme) -> Shelf[Claim]:
    """The wrong claims about a programme that its folder puts right."""
    return _rows(Claim, folder / "claims.toml", "claims", Known.of(programme))


def elsewhere(folder: Path) -> Shelf[Elsewhere]:
    """What belongs to no programme, from the city's folder."""
    return _rows(Elsewhere, folder / "elsewhere.toml", "kinds", Known({}, {}))


def params(programme: Programme, one: Topic | Claim | None = None) -> Mapping[str, Param]:
    """What words may name: the programme's values and sums, the days and limits of each round, and what is one's own.

    `opens_1`, `closes_1`, `appeal_opens_1`, `appeal_closes_1`, `use_by_1`, `sum_1_<code>`, `<limit>_2_<row>_<column>`.
    """
    made: dict[str, Param] = {**programme.params}
    for each in programme.rounds:
        days = {"opens": each.opens, "closes": each.closes, "use_by": each.use_by}
        days |= {"appeal_opens": each.appeal_opens, "appeal_closes": each.appeal_closes}
        made |= {f"{name}_{each.code}": day for name, day in days.items() if day}
        for limit in (each.limits or {}).values():
            for row, cells in limit.cells.items():
                made |= {f"{limit.code}_{each.code}_{row}_{column}": Won(cell) for column, cell in cells.items()}
    return {**made, **(one.values.values if one else {})}


def _rows(kind: type[T], path: Path, table: str, known: Known) -> Shelf[T]:
    shelf: Shelf[T] = Shelf()
    if not path.is_file():
        return shelf
    try:
        page = Page.open(path)
    except BadProgramme as error:
        return Shelf(wrong=[error])
    found = known.plain(page.data.get(table))
    if set(page.data) != {table} or not (isinstance(found, list) and all(isinstance(row, dict) for row in found)):
        return Shelf(wrong=[Spot(page).refuse(f"should hold rows of [[{table}]] and nothing else")])
    for number, row in enumerate(found):
        shelf.put(kind, row.get("code", ""), row, Spot(page) / table / number)
    return shelf
