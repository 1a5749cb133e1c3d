from datetime import date

import pytest

from programmes.conditions import Limit, Plain, Wanting, When, bound, holds, plain
from programmes.reading import BadProgramme, Page, Spot
from tests.programmes.city import at

SPOT = Spot(Page("a.toml", "", {}))
LIMIT = Limit(
    "cap", "kind", "size", {"a": {"1": 100, "2": 200}}, "office", "ask", "source", When.read({"two": "yes"}, SPOT)
)


def when(**tests: object) -> When:
    return When.read(tests, SPOT)


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ({"kind": "a"}, True),
        ({"kind": ["b", "c"]}, False),
        ({"kind": {"not": "a"}}, False),
        ({"kind": {"not": ["b"]}}, True),
        ({"size": {"from": 2, "to": 2}}, True),
        ({"size": {"after": 2}}, False),
        ({"size": {"before": 3}}, True),
        ({"born": {"from": date(2007, 1, 1)}}, False),
        ({"born": {"to": date(2006, 12, 31)}}, True),
        ({"two": False}, True),
        ({"unheard": "x"}, Wanting("unheard")),
        ({"unheard": "x", "kind": "b"}, False),
        ({"unheard": "x", "other": "y"}, Wanting("unheard")),
        ({}, True),
    ],
)
def test_each_form_of_condition(tests: dict[str, object], expected: object) -> None:
    facts: dict[str, Plain] = {"kind": "a", "size": 2, "born": date(2006, 12, 31), "two": "no"}
    assert holds(When.read(tests, SPOT), facts, {}) == expected


def test_no_condition_holds() -> None:
    assert holds(None, {}, {}) is True


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"kind": "a", "size": 1, "two": "no"}, 100),
        ({"kind": "a", "size": 1, "two": "yes"}, 200),
        ({"kind": "a", "size": 2, "two": "yes"}, Wanting(limit=LIMIT)),
        ({"kind": "b", "size": 1, "two": "no"}, Wanting(limit=LIMIT)),
        ({"size": 1, "two": "no"}, Wanting("kind")),
        ({"kind": "a", "two": "no"}, Wanting("size")),
        ({"kind": "a", "size": 1}, Wanting("two")),
        ({"kind": "a", "size": "1", "two": "no"}, 100),
    ],
)
def test_a_limit_is_looked_up(facts: dict[str, Plain], expected: object) -> None:
    assert bound(LIMIT, facts, {}) == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [({"pay": 100}, False), ({"pay": 101}, True), ({}, Wanting("pay"))],
)
def test_over_a_limit_means_more_than_it(told: dict[str, int], expected: object) -> None:
    facts: dict[str, Plain] = {"kind": "a", "size": 1, "two": "no", **told}
    assert holds(when(pay={"over_limit": "cap"}), facts, {"cap": LIMIT}) == expected


def test_what_the_limit_wants_is_wanted_first() -> None:
    assert holds(when(pay={"over_limit": "cap"}), {}, {"cap": LIMIT}) == Wanting("kind")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(True, "yes"), (False, "no"), (at("2025-07-28 10:00"), date(2025, 7, 28)), ("a", "a"), (3, 3), (1.5, None)],
)
def test_told_values_are_made_plain(value: object, expected: object) -> None:
    assert plain(value) == expected


@pytest.mark.parametrize("told", [["a"], {"a": {"near": 1}}, {"a": {"from": 1.5}}])
def test_other_forms_are_refused(told: object) -> None:
    with pytest.raises(BadProgramme):
        When.read(told, SPOT)
