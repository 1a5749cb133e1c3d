"""Figures of a district as it might stand on Monday 28 July 2025, made by hand for pictures and reports."""

from datetime import date, datetime, timedelta

from programmes.reading import KST
from storage.figures import Answer, Appeals, Broadcast, Claims, Figures, Questions, Readers, Visits
from tests.programmes.city import CITY

AT = datetime(2025, 7, 28, 10, tzinfo=KST)
HOUR = timedelta(hours=1)
LIVELIHOOD = next(iter(CITY.programmes.values()))
DONGS = [dong.code for dong in CITY.places.dongs_on(AT.date())]


MANY = 28  # times a thousand people live in each dong


def claims() -> tuple[Claims, ...]:
    """883 of 1,000 paid, in some dongs more and in some fewer; two of three by card; the rest has not applied."""
    first, rows = date(2025, 7, 21), list[Claims]()
    for at, dong in enumerate(DONGS):
        more = 2 * (at - len(DONGS) // 2)
        for means, counts in (("card", (90,) * 5 + (70, 60)), ("eeum", (50,) * 5 + (30, 23 + more))):
            for day, one in enumerate(counts):
                people = one * MANY
                rows.append(Claims("1", dong, "paid", means, first + timedelta(days=day), people, people * 160_000))
        rows.append(Claims("1", dong, "not_applied", "", None, (117 - more) * MANY, 0))
    return tuple(rows)


def appeals() -> tuple[Appeals, ...]:
    """Every reason in every group of states."""
    states = {"filed": True, "checking": True, "supplement": True, "deciding": True, "accepted": False, "lapsed": False}
    return tuple(
        Appeals(LIVELIHOOD.id, reason, DONGS[at % 5], state, open, 3 + at, int(state == "filed"), AT - (68 + at) * HOUR)
        for at, reason in enumerate(LIVELIHOOD.appeal_reasons)
        for state, open in states.items()
    )


FIGURES = Figures(
    AT,
    AT - 2 * HOUR,
    claims(),
    appeals(),
    tuple(Answer(DONGS[n % 7], 60 + 26 * n, 960) for n in range(40)),
    (Visits("ara", True, None, 14), Visits("ara", False, "done", 37)),
    (
        Questions("", None, 41),
        Questions("use_where", None, 3, 210, 4, "ko"),
        Questions("use_where", None, 0, 90, 0, "en"),
        Questions("paid_when", None, 0, 120, 0, "ko"),
        Questions("unanswered", None, 5, 60, 0, "ko"),
        Questions("elsewhere", None, 0, 20, 0, "ko"),
    ),
    (Readers("ko", None, 9_120), Readers("en", "ara", 312)),
    (
        Broadcast(2, "information", "done", AT - 48 * HOUR, 52_000, 50_880, 700, 20, 400),
        Broadcast(1, "service", "running", AT - 3 * HOUR, 639_000, 120_000, 0, 0, 0),
    ),
)
EMPTY = Figures(AT, None)
