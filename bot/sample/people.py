"""People who do not exist, household by household, believable as a whole: `bot/sample/sample.toml` has the shares."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final, Literal

from programmes.rules import ADULT_FROM

SETTINGS: Final[Mapping[str, Any]] = tomllib.loads(Path(__file__).with_name("sample.toml").read_text("utf-8"))
_HOUSEHOLD, _PERSON, _NAMES = SETTINGS["household"], SETTINGS["person"], SETTINGS["names"]


@dataclass(frozen=True, slots=True)
class Member:
    """One row of the roster; `premium` in won a month for the household, `phone` domestic.

    Only the cast fixes how far somebody is with every round (`paid`) and who stands in no file (not `listed`).
    """

    person_id: str
    name: str
    birth_date: date
    dong: str
    household_id: str
    phone: str = ""
    category: str = "general"
    is_head: bool = False
    nationality_status: str = "korean"
    insurance: str = "workplace"
    premium: int = 0
    earners: int = 0
    assets_over: bool = False
    insured: bool = True
    present_on_reference_date: bool = True
    paid: Literal["not_applied", "applied", "paid", "returned"] | None = None
    listed: bool = True


CAST: Final[tuple[Member, ...]] = tuple(Member(**row) for row in SETTINGS["cast"])
"""Who has a name in tests, in the playground and in screenshots; a household's head comes first."""


class Crowd:
    """Makes one household after the other; the same chance makes the same people. `day` is the roster's date."""

    def __init__(self, chance: Random, dongs: Sequence[str], day: date) -> None:
        self._chance, self._dongs, self._day = chance, dongs, day
        self._people = self._households = 0
        self._names: dict[str, list[str]] = {kind: words.split() for kind, words in _NAMES.items()}

    def household(self) -> list[Member]:
        """The next household, its head first."""
        self._households += 1
        size = self._chance.choices(range(1, 7), _HOUSEHOLD["sizes"])[0]
        ages, lone = self._ages(size)
        head = self._head(ages, lone)
        family = self._word("family")
        spouse = 0 if lone else 1
        return [self._member(head, place, age, family, 0 < place == spouse) for place, age in enumerate(ages)]

    def _ages(self, size: int) -> tuple[list[float], bool]:
        """Ages of the members, head first, and whether one adult is alone with the children."""
        odds, between = self._chance.random, self._chance.uniform
        if size == 1:
            if odds() < _HOUSEHOLD["minor_head"]:
                return [between(15, 18)], False
            return [between(*((20, 40), (40, 65), (65, 95))[int(odds() * 3)])], False
        head = between(*{2: (27, 86), 3: (31, 66)}.get(size, (34, 57)))
        lone = size <= 3 and odds() < _HOUSEHOLD["lone_parent"]
        ages = [head] if lone else [head, max(20.0, head + between(-6, 4))]
        if size >= 5 and odds() < 0.7:
            ages.append(head + between(23, 34))
        while len(ages) < size:
            age = head - between(25, 38)
            ages.append(age if age > 0 else between(0.1, 4))
        return ages, lone

    def _head(self, ages: Sequence[float], lone: bool) -> Member:
        """What the members share, on the head's row; name, age and phone are made for each."""
        odds, at = self._chance.random, len(ages) - 1
        kind, draw = "workplace", odds()
        if draw > _HOUSEHOLD["workplace"]:
            kind = "regional" if at == 0 or draw < _HOUSEHOLD["workplace"] + _HOUSEHOLD["regional"] else "mixed"
        premium = _HOUSEHOLD["premium_median"][at] * math.exp(self._chance.gauss(0, _HOUSEHOLD["premium_spread"]))
        step = _HOUSEHOLD["premium_step"]
        category = self._category(at, lone and min(ages) < ADULT_FROM)
        basic = category == "basic"
        return Member(
            "", "", self._day, self._dongs[int(odds() * len(self._dongs))], f"H{self._households:07}",
            category=category, is_head=True,
            nationality_status=self._nationality() if at == 0 else "korean",
            insurance="regional" if basic else kind,
            premium=0 if basic else max(4, round(premium / step)) * step,
            earners=sum(odds() < _HOUSEHOLD["earning"] for age in ages if ADULT_FROM <= age < 66),
            assets_over=odds() < _HOUSEHOLD["assets_over"] and not basic,
        )  # fmt: skip

    def _category(self, at: int, single_parent: bool) -> str:
        draw = self._chance.random()
        if single_parent and draw < _HOUSEHOLD["single_parent"]:
            return "single_parent"
        for category in ("basic", "near_poverty"):
            draw -= _HOUSEHOLD[category][at]
            if draw < 0:
                return category
        return "general"

    def _nationality(self) -> str:
        draw = self._chance.random()
        for status, share in _PERSON["foreign_alone"].items():
            draw -= share
            if draw < 0:
                return str(status)
        return "korean"

    def _member(self, head: Member, place: int, age: float, family: str, spouse: bool) -> Member:
        self._people += 1
        odds = self._chance.random
        born = self._day - timedelta(days=int(age * 365.25) + 1)
        adult = self._day.year - born.year >= ADULT_FROM
        foreign = spouse and odds() < _PERSON["foreign_spouse"]
        nationality = "f6" if foreign else head.nationality_status if place == 0 else "korean"
        reachable = adult and odds() < _PERSON["phone" if age < 75 else "phone_old"]
        name = self._name(nationality, age, self._word("family") if spouse else family)
        return Member(
            f"S{self._people:07}", name, born, head.dong, head.household_id,
            f"010{self._people * 7_654_321 % 2**24 + 1_000:08}" if reachable else "",  # 010-0 and 010-1: nobody's
            head.category, place == 0, nationality, head.insurance, head.premium, head.earners, head.assets_over,
            odds() < _PERSON["insured"], odds() < _PERSON["present"],
        )  # fmt: skip

    def _name(self, nationality: str, age: float, family: str) -> str:
        if nationality in ("korean", "overseas_korean"):
            return family + self._word(f"given_{'young' if age < 25 else 'adult' if age < 60 else 'old'}")
        return f"{self._word('foreign_family')} {self._word('foreign_given').replace('-', ' ')}"

    def _word(self, kind: str) -> str:
        words = self._names[kind]
        return words[int(self._chance.random() * len(words))]
