from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import pytest

from programmes.reading import KST, BadProgramme, Page, Spot, build
from programmes.wording import Wording


@dataclass(frozen=True)
class Row:
    code: str
    label: Wording
    kind: Literal["a", "b"] = "a"
    at: datetime | None = None
    days: tuple[date, ...] = ()
    cells: Mapping[str, int] | None = None


@dataclass(frozen=True)
class File:
    rows: Mapping[str, Row]


GOOD = """\
[[rows]]
code = "one"
label = { ko = "하나", en = "One" }
at = 2025-07-21T00:00:00Z
days = [2025-07-21]
[rows.cells]
x = 1

[[rows]]
code = "two"
label = { ko = "둘", en = "Two" }
kind = "b"
"""


def read(folder: Path, text: str) -> File:
    path = folder / "rows.toml"
    path.write_text(text, encoding="utf-8")
    page = Page.open(path)
    made = build(File, page.data, Spot(page))
    assert isinstance(made, File)
    return made


def test_rows_are_read_by_code(tmp_path: Path) -> None:
    rows = read(tmp_path, GOOD).rows
    assert list(rows) == ["one", "two"]
    assert rows["one"].at == datetime(2025, 7, 21, 9, tzinfo=KST)
    assert rows["one"].days == (date(2025, 7, 21),)
    assert rows["one"].cells == {"x": 1}
    assert rows["two"].kind == "b"


@pytest.mark.parametrize(
    ("old", "new", "line", "where", "why"),
    [
        (', en = "Two"', "", 11, "rows[1].label.en", "is missing"),
        ('en = "Two"', 'en = "{Two}"', 11, "rows[1].label", "different placeholders"),
        ('code = "two"\n', "", 9, "rows[1].code", "is missing"),
        ('"two"', '"one"', 10, "rows[1].code", "one stands twice"),
        ('"two"', "2", 10, "rows[1].code", "should be str"),
        ('kind = "b"', 'kind = "c"', 12, "rows[1].kind", "should be one of a, b"),
        ('kind = "b"', 'sort = "b"', 12, "rows[1].sort", "is not a known key"),
        ("00Z", "00", 4, "rows[0].at", "needs its offset"),
        ("[2025-07-21]", '["soon"]', 5, "rows[0].days[0]", "should be date"),
        ("[2025-07-21]", "2025-07-21", 5, "rows[0].days", "should be tuple"),
        ("x = 1", "x = true", 7, "rows[0].cells.x", "should be int"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, where: str, why: str
) -> None:
    assert old in GOOD
    with pytest.raises(BadProgramme) as caught:
        read(tmp_path, GOOD.replace(old, new))
    error = caught.value
    assert error.file == f"{tmp_path.name}/rows.toml"
    assert (error.line, error.where) == (line, where)
    assert why in error.why
    assert f"line {line}" in str(error)


@pytest.mark.parametrize("text", ["rows = 3", "rows = [3]", "rows.one = 3"])
def test_tables_are_asked_for(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadProgramme):
        read(tmp_path, text)


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadProgramme, match="line 2"):
        read(tmp_path, "a = 1\nb = = 2\n")


def test_an_unfinished_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadProgramme, match="is not TOML"):
        read(tmp_path, 'a = "')


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadProgramme, match="is missing"):
        Page.open(tmp_path / "none.toml")
