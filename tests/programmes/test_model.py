"""A city's folder is read whole or refused."""

import shutil
from dataclasses import FrozenInstanceError
from datetime import date
from pathlib import Path

import pytest

from programmes.model import HERE, BadProgramme, load, load_all
from tests.programmes.city import CITY


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the city's data, to spoil."""
    for home in {page.parent for page in HERE.glob("*/*.toml")}:
        shutil.copytree(home, tmp_path / home.name)
    return tmp_path


def spoil(page: Path, old: str, new: str) -> None:
    text = page.read_text(encoding="utf-8")
    assert old in text
    page.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_city_that_ships_with_the_package() -> None:
    assert list(CITY.programmes) == ["livelihood-coupon-2025", "education-card"]


def test_a_copy_elsewhere_is_the_same_city(folder: Path) -> None:
    assert load_all(folder) == CITY
    assert load(folder / "education-card") == CITY.programmes["education-card"]


def test_a_third_programme_is_a_folder(folder: Path) -> None:
    shutil.copytree(folder / "education-card", folder / "book-card")
    spoil(folder / "book-card" / "programme.toml", 'id = "education-card"', 'id = "book-card"')
    assert list(load_all(folder).programmes) == ["livelihood-coupon-2025", "book-card", "education-card"]


def test_what_was_read_does_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        CITY.places = CITY.places  # type: ignore[misc]


@pytest.mark.parametrize(
    ("day", "closed"),
    [
        (date(2025, 8, 15), True),
        (date(2025, 10, 8), True),
        (date(2026, 6, 3), True),
        (date(2025, 7, 28), False),
    ],
)
def test_public_holidays_are_known(day: date, closed: bool) -> None:
    assert (day in CITY.calendar.holidays) is closed


def test_the_city_adds_and_removes_days(folder: Path) -> None:
    page = folder / "city" / "holidays.toml"
    text = page.read_text(encoding="utf-8")
    rows = "".join(
        f'[[{kind}]]\nday = {day}\nname = "x"\nsource = "y"\n'
        for kind, day in (("added", "2025-09-01"), ("removed", "2025-08-15"))
    )
    page.write_text(text + rows, encoding="utf-8")
    days = load_all(folder).calendar.holidays
    assert date(2025, 9, 1) in days
    assert date(2025, 8, 15) not in days


@pytest.mark.parametrize(
    ("page", "old", "new", "where", "why"),
    [
        ("holidays.toml", '"KR"', '"XX"', "country", "no known holidays"),
        ("dongs.toml", '"centre-yeonhui"', '"centre-x"', "dongs[1].office", "no known office"),
        ("dongs.toml", '["ara-1", "ara-2"]', '["ara-3"]', "dongs[22].successors", "no known dong"),
        ("dongs.toml", 'area = "main"', 'area = "east"', "dongs[0].area", "one of main, geomdan"),
        ("offices.toml", "number.", "gov.kr.", "no_phone", "address of the web"),
    ],
)
def test_a_bad_page_of_the_city_is_refused(folder: Path, page: str, old: str, new: str, where: str, why: str) -> None:
    spoil(folder / "city" / page, old, new)
    with pytest.raises(BadProgramme) as caught:
        load_all(folder)
    assert (caught.value.file, caught.value.where) == (f"city/{page}", where)
    assert why in caught.value.why


def test_a_city_without_programmes_is_refused(folder: Path) -> None:
    for name in CITY.programmes:
        shutil.rmtree(folder / name)
    with pytest.raises(BadProgramme, match="holds no programme"):
        load_all(folder)


def test_a_programme_without_appeals_is_refused(folder: Path) -> None:
    (folder / "education-card" / "appeal.toml").unlink()
    with pytest.raises(BadProgramme, match=r"education-card/appeal.toml.*is missing"):
        load_all(folder)


def test_a_programme_has_its_folders_name(folder: Path) -> None:
    (folder / "education-card").rename(folder / "book-card")
    with pytest.raises(BadProgramme, match="should be the folder's name, book-card"):
        load_all(folder)
