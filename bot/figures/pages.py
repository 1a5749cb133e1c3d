"""Puts figures into words: one page for each choice, in the reader's language, of her dongs."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Final

from bot.figures import count
from bot.figures.board import board, open_cases, paid, speeds
from bot.figures.page import Bar, Bars, Column, Columns, Line, Page, Panel, Row, Stack, Tile, Tiles
from bot.figures.view import View, percent
from bot.words import brief_count
from handlers.admin.figures import APPEALS, BOARD, BROADCASTS, DONGS, SPEED
from handlers.dialog import Brief, Saying, t
from programmes.casework import State
from storage.figures import Appeals

STEP: Final = 2  # working hours of one column of the speed
GROUPS: Final[Mapping[str, frozenset[str]]] = {  # how the states of an appeal are shown
    "new": frozenset({State.FILED, State.REOPENED}),
    "checking": frozenset({State.CHECKING}),
    "supplement": frozenset({State.SUPPLEMENT}),
    "deciding": frozenset({State.PROPOSED, State.DECIDING}),
    "accepted": frozenset({State.ACCEPTED}),
    "rejected": frozenset({State.REJECTED}),
    "other": frozenset({State.RETURNED, State.WITHDRAWN, State.LAPSED, State.DONE}),
}


def page(what: str, view: View) -> Page:
    """The page of one choice."""
    mine = View(view.figures.within(view.dongs), view.city, view.lang, view.dongs)
    title, panels = PAGES[what]
    return Page(view.say(title), _subtitle(mine), tuple(panels(mine)), _footnote(mine))


def _subtitle(view: View) -> str:
    programme, one = view.round
    return view.say(t("figure.subtitle", programme=programme.short, round=one.label, scope=_scope(view)))


def _scope(view: View) -> str:
    if view.dongs is None:
        return view.say(t("figure.whole"))
    return ", ".join(view.dong(code) for code in sorted(view.dongs))


def _footnote(view: View) -> str:
    at = view.say(t("figure.at", at=view.figures.at))
    return f"{at}\n{view.say(t('figure.as_of', at=view.figures.as_of))}" if view.figures.as_of else at


def _dongs(view: View) -> list[Panel]:
    one = view.round[1].code
    mine = [row for row in view.figures.claims if row.round == one]
    of_dong = {dong: count.paid(row for row in mine if row.dong == dong) for dong in {row.dong for row in mine}}
    ranked = sorted(of_dong.items(), key=lambda pair: (-pair[1].share, pair[0]))
    bars = tuple(Bar(view.dong(dong), got.share, percent(got.share * count.WHOLE)) for dong, got in ranked)
    city = view.measured("paid")
    line = Line(city.percent / 100, view.compared(city)) if city else None
    return [Tiles(tuple(paid(view))), Bars(view.say(t("figure.dongs.bars")), bars, line)] if bars else [_nothing(view)]


def _nothing(view: View) -> Tiles:
    return Tiles((Tile(view.say(t("figure.nothing")), "–"),))


def _appeals(view: View) -> list[Panel]:
    found = view.figures.appeals
    if not found:
        return [_nothing(view)]
    by_reason: dict[tuple[str, str], Counter[str]] = {}
    for row in found:
        by_reason.setdefault((row.programme, row.reason), Counter())[_group(row)] += row.cases
    ranked = sorted(by_reason.items(), key=lambda pair: -pair[1].total())
    rows = (
        Row(_reason(view, *key), tuple(counts[group] for group in GROUPS), f"{counts.total():,}")
        for key, counts in ranked
    )
    legend = tuple(view.say(t(f"figure.group.{group}")) for group in GROUPS)
    tiles = Tiles(tuple(open_cases(view)[:3]))
    return [tiles, Stack(view.say(t("figure.appeals.stack")), legend, tuple(rows))]


def _group(row: Appeals) -> str:
    return next(group for group, states in GROUPS.items() if row.state in states)


def _reason(view: View, programme: str, reason: str) -> str:
    known = view.city.programmes.get(programme)
    found = known.appeal_reasons.get(reason) if known else None
    return found.label[view.lang] if found else reason


def _speed(view: View) -> list[Panel]:
    answers, target = view.figures.answers, view.round[0].target_hours
    if not answers:
        return [_nothing(view)]
    last = 2 * target // STEP  # all that took twice as long stand together
    slots = Counter(min(one.minutes // (STEP * 60), last) for one in answers)
    columns = [
        Column(
            f"{slot * STEP}–{slot * STEP + STEP}" if slot < last else f"{slot * STEP}+",
            slots[slot], brief_count(slots[slot], view.lang), pale=slot * STEP >= target,
        )
        for slot in range(max(target // STEP, max(slots)) + 1)
    ]  # fmt: skip
    pale = view.say(t("figure.speed.pale", target=view.target))
    return [Tiles(tuple(speeds(view))), Columns(view.say(t("figure.speed.columns")), tuple(columns), pale)]


def _broadcasts(view: View) -> list[Panel]:
    found = view.figures.broadcasts
    if not found:
        return [_nothing(view)]
    legend = tuple(view.say(t(f"figure.sent.{part}")) for part in ("sent", "unreachable", "parked", "other", "waiting"))
    rows = []
    for one in found:
        done = one.sent, one.unreachable, one.parked, one.other
        label = t("figure.broadcast", number=one.number, purpose=t(f"figure.purpose.{one.purpose}"), at=Brief(one.at))
        written = f"{one.sent:,} / {one.wanted:,}"
        rows.append(Row(view.say(label), (*done, max(0, one.wanted - sum(done))), written))
    return [Stack(view.say(t("figure.broadcasts.stack")), legend, tuple(rows), whole=True)]


Panels = Callable[[View], Collection[Panel]]
PAGES: Final[Mapping[str, tuple[Saying, Panels]]] = {
    BOARD: (t("figure.board"), board),
    DONGS: (t("figure.dongs"), _dongs),
    APPEALS: (t("figure.appeals"), _appeals),
    SPEED: (t("figure.speed"), _speed),
    BROADCASTS: (t("figure.broadcasts"), _broadcasts),
}
