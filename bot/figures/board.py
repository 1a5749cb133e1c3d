"""The board: the numbers at a glance, means of payment, applications per day, questions asked most, languages."""

from collections import Counter
from datetime import timedelta
from typing import Final

from bot.figures import count
from bot.figures.page import Bar, Bars, Column, Columns, Line, Panel, Tile, Tiles
from bot.figures.view import View, percent
from bot.words import brief_count, brief_day
from handlers.dialog import Brief, t
from programmes import worktime
from programmes.model import Won
from storage.figures import ELSEWHERE
from storage.ledger import ANSWERS
from storage.questions import UNANSWERED

DAYS: Final = 14  # of applications shown
MOST: Final = 5  # questions shown
EOK: Final = 100_000_000  # sums are told to this much


def board(view: View) -> list[Panel]:
    """The whole board; what nothing is known of is left out."""
    panels: list[Panel] = [Tiles((*paid(view), *open_cases(view), *_asked_of_the_bot(view)))]
    return [*panels, *_means(view), *_applied(view), *_questions(view), *_asked(view), *_languages(view)]


def paid(view: View) -> list[Tile]:
    """Who was paid, beside the whole city; none where no payment file tells."""
    given = count.paid(row for row in view.figures.claims if row.round == view.round[1].code)
    if not given.entitled:
        return []
    city = view.measured("paid")
    won, of = Won(round(given.won / EOK) * EOK or given.won), f"{given.entitled:,}"
    return [
        Tile(view.say(t("figure.paid")), percent(given.share * count.WHOLE), view.compared(city) if city else ""),
        Tile(view.say(t("figure.people")), f"{given.paid:,}", view.say(t("figure.people.note", of=of, won=won))),
    ]


def open_cases(view: View) -> list[Tile]:
    """What is open, how quickly it is answered, the oldest appeal, and the visits, in this order."""
    appeals = [row for row in view.figures.appeals if row.open]
    late = sum(row.late for row in appeals)
    waiting = sum(row.cases for row in appeals)
    oldest = min((row.oldest for row in appeals), default=None)
    made = count.summed(view.figures.visits, lambda row: row.open, lambda row: row.cases)
    visits = view.say(t("figure.visits.note", made=f"{made[False]:,}"))
    found = [
        Tile(view.say(t("figure.appeals.open")), f"{waiting:,}", view.say(t("figure.appeals.late", late=f"{late:,}")))
    ]
    found += speeds(view)[:1]
    if oldest is not None:
        age = worktime.worked(oldest, view.figures.at, view.city.calendar)
        since = view.say(t("figure.oldest.note", at=Brief(oldest)))
        found.append(Tile(view.say(t("figure.oldest")), view.hours(age), since))
    return [*found, Tile(view.say(t("figure.visits")), f"{made[True]:,}", visits)]


def _means(view: View) -> list[Panel]:
    programme, one = view.round
    chosen = count.summed(
        (row for row in view.figures.claims if row.means and row.round == one.code),
        lambda row: row.means,
        lambda row: row.people,
    )
    if not chosen:
        return []
    told = {code: view.measured("means", code) for code in chosen}
    bars = [
        Bar(
            programme.means[code][view.lang] if code in programme.means else code,
            share / count.WHOLE, percent(share), (found.percent / 100) if (found := told[code]) else None,
        )
        for code, share in count.shares(chosen).items()
    ]  # fmt: skip
    city = next((found for found in told.values() if found), None)
    line = Line(None, f"{city.of[view.lang]} ({brief_day(city.day, view.lang)})") if city else None
    return [Bars(view.say(t("figure.means")), tuple(bars), line)]


def _applied(view: View) -> list[Panel]:
    one = view.round[1].code
    mine = [row for row in view.figures.claims if row.round == one]
    days = Counter(
        {day: n for day, n in count.summed(mine, lambda row: row.day, lambda row: row.people).items() if day}
    )
    if not days:
        return []
    last = min(view.today, max(days))
    shown = [last - timedelta(days=back) for back in reversed(range(DAYS))]
    first = min(days)
    columns = [
        Column(f"{day.month}/{day.day}", days[day], brief_count(days[day], view.lang), pale=day == view.today)
        for day in shown
        if day >= first
    ]
    pale = view.say(t("figure.applied.today")) if last == view.today else ""
    return [Columns(view.say(t("figure.applied")), tuple(columns), pale)]


def _questions(view: View) -> list[Panel]:
    """What people ask, the bot or a person; what nobody has named is left out."""
    asked = count.summed(view.figures.questions, lambda row: row.topic, lambda row: row.talks + row.asked)
    titles = {topic: title for topic in asked if (title := _title(view, topic))}
    if not titles:
        return []
    shown = [(topic, asked[topic]) for topic in titles][:MOST]
    bars = [Bar(titles[topic], times / shown[0][1], f"{times:,}") for topic, times in shown]
    return [Bars(view.say(t("figure.questions")), tuple(bars))]


def _title(view: View, topic: str) -> str:
    """What a topic is called; empty where there is none."""
    if topic == UNANSWERED:
        return view.say(t("figure.unanswered"))
    return next(
        (one.answers[topic].title[view.lang] for one in view.city.programmes.values() if topic in one.answers), ""
    )


def _asked_of_the_bot(view: View) -> list[Tile]:
    """How much is asked, and of how much an answer was found."""
    found = [row for row in view.figures.questions if row.asked]
    everything = sum(row.asked for row in found)
    if not everything:
        return []
    answered = sum(row.asked for row in found if row.topic not in ("", UNANSWERED, ELSEWHERE))
    english = sum(row.asked for row in found if row.language == "en")
    shares = {
        name: percent(part * count.WHOLE / everything) for name, part in (("answered", answered), ("english", english))
    }
    return [Tile(view.say(t("figure.asking")), f"{everything:,}", view.say(t("figure.asking.note", **shares)))]


def _asked(view: View) -> list[Panel]:
    """What was answered to those who asked whether a text is ours, always in the same order."""
    times = {one.answer: one.times for one in view.figures.asked}
    if not times:
        return []
    bars = [
        Bar(
            view.say(t(f"figure.asked.{answer}")),
            times.get(answer, 0) / max(times.values()),
            f"{times.get(answer, 0):,}",
        )
        for answer in ANSWERS
    ]
    return [Bars(view.say(t("figure.asked")), tuple(bars))]


def _languages(view: View) -> list[Panel]:
    readers = count.summed(view.figures.readers, lambda row: row.language, lambda row: row.people)
    if not readers:
        return []
    bars = [
        Bar(view.say(t(f"figure.language.{language}")), share / count.WHOLE, percent(share))
        for language, share in count.shares(readers).items()
    ]
    return [Bars(view.say(t("figure.languages")), tuple(bars))]


def speeds(view: View) -> list[Tile]:
    """Half of the appeals, nine of ten, and how many in time; none where none was answered of late."""
    speed = count.speed(view.figures.answers)
    if speed is None:
        return []
    half, ninth = (view.hours(timedelta(minutes=minutes)) for minutes in (speed.median, speed.ninth))
    within = percent(speed.within)
    return [
        Tile(view.say(t("figure.median")), half, view.say(t("figure.median.note", ninth=ninth, within=within))),
        Tile(view.say(t("figure.ninth")), ninth, view.say(t("figure.ninth.note", answered=f"{speed.answered:,}"))),
        Tile(view.say(t("figure.within")), within, view.say(t("figure.within.note", target=view.target))),
    ]
