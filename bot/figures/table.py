"""The figures as a table that every spreadsheet opens: one row for each count, dongs by name, all else by its code."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence

from bot.figures import count
from storage.figures import Figures

Row = tuple[object, ...]
COLUMNS = ("figure", "round", "dong", "what", "more", "day", "count", "won")


def written(figures: Figures, header: Sequence[str], names: Mapping[str, str]) -> bytes:
    """UTF-8 with its mark, commas and quotes as RFC 4180 has them."""
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow(header)
    write.writerows(_safe(row, names) for row in rows(figures))
    return out.getvalue().encode("utf-8-sig")


def rows(figures: Figures) -> Iterator[Row]:
    """Figure, round, dong, what, more, day, count, won."""
    for claim in figures.claims:
        day = claim.day.isoformat() if claim.day else ""
        yield "claims", claim.round, claim.dong, claim.status, claim.means, day, claim.people, claim.won
    for case in figures.appeals:
        yield "appeals", "", case.dong, case.reason, case.state, "", case.cases, ""
    yield from _speed(figures)
    for visit in figures.visits:
        yield "visits", "", visit.dong, "open" if visit.open else "closed", visit.outcome or "", "", visit.cases, ""
    for asked in figures.questions:
        yield "questions", "", asked.dong, asked.topic, asked.language, "", asked.talks + asked.asked, ""
        if asked.unhelpful:
            yield "unhelpful", "", asked.dong, asked.topic, asked.language, "", asked.unhelpful, ""
    for reader in figures.readers:
        yield "languages", "", reader.dong, reader.language, "", "", reader.people, ""
    for text in figures.asked:
        yield "texts", "", "", text.answer, "", "", text.times, ""
    for one in figures.broadcasts:
        parts = ("wanted", "sent", "unreachable", "parked", "other")
        yield from (("broadcasts", "", "", one.number, part, "", getattr(one, part), "") for part in parts)


def _speed(figures: Figures) -> Iterator[Row]:
    for dong in sorted({one.dong or "" for one in figures.answers}):
        speed = count.speed([one for one in figures.answers if (one.dong or "") == dong])
        if speed is not None:
            yield "speed", "", dong, "median", "minutes", "", speed.median, ""
            yield "speed", "", dong, "ninth", "minutes", "", speed.ninth, ""
            yield "speed", "", dong, "within", "thousandths", "", speed.within, ""


def _safe(row: Row, names: Mapping[str, str]) -> Row:
    """With the dong's name; nothing in it is a formula to a spreadsheet."""
    figure, round, dong, *rest = row
    cells = (figure, round, names.get(str(dong), dong or ""), *rest)
    return tuple(f"'{one}" if isinstance(one, str) and one.startswith(("=", "+", "-", "@")) else one for one in cells)
