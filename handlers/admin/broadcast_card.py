"""What is shown of a broadcast: at the desk before it goes, on the live card while it goes, and as a report after."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from handlers.admin.broadcast_letter import LANGUAGE_NAMES, finding, findings
from handlers.dialog import Brief, Saying, Text, lines, said, t
from programmes.broadcasting import MINUTE, OVER, STARTED, Halt, Stage, finish, is_night, morning_after
from programmes.model import City
from programmes.reading import KST
from storage.audiences import Audience
from storage.broadcasts import FATES, Broadcast, Content, Counted

SHOWN: Final = 3  # dongs named one by one
BAR: Final = 12  # signs of the bar
STAGES: Final[Mapping[str, Text]] = {
    Stage.DRAFT: t("broadcast.stage.draft"),
    Stage.ASKED: t("broadcast.stage.asked"),
    Stage.APPROVED: t("broadcast.stage.approved"),
    Stage.CANARY: t("broadcast.stage.canary"),
    Stage.TRIAL: t("broadcast.stage.trial"),
    Stage.MINUTE: t("broadcast.stage.minute"),
    Stage.RUNNING: t("broadcast.stage.running"),
    Stage.DONE: t("broadcast.stage.done"),
    Stage.CANCELLED: t("broadcast.stage.cancelled"),
}
HALTS: Final[Mapping[str, Text]] = {
    Halt.PERSON: t("broadcast.halt.person"),
    Halt.NIGHT: t("broadcast.halt.night"),
    Halt.FAILING: t("broadcast.halt.failing"),
}
PURPOSES: Final[Mapping[str, Text]] = {
    "service": t("broadcast.purpose.service"),
    "information": t("broadcast.purpose.information"),
}
STATES: Final[Mapping[str, Text]] = {
    "not_applied": t("broadcast.state.not_applied"),
    "applied": t("broadcast.state.applied"),
    "paid": t("broadcast.state.paid"),
    "returned": t("broadcast.state.returned"),
    "appeal_open": t("broadcast.state.appeal_open"),
}


def label(one: Broadcast) -> Text:
    """A broadcast in one line of a list."""
    return t("broadcast.label", number=one.number, state=state(one), at=Brief(one.created_at))


def state(one: Broadcast) -> Text:
    """How it stands: what halts it stands before its stage."""
    return HALTS[one.halt] if one.halt else STAGES[one.stage]


def number(count: int) -> str:
    """A count with its thousands."""
    return f"{count:,}"


# ---------------------------------------------------------------------------------------------------- before it goes


def card(one: Broadcast, city: City, now: datetime, drafter: str, approver: str | None) -> Saying:
    """Everything that is approved, but for the words themselves: those are shown as their readers see them."""
    content = one.content
    return lines(
        t("broadcast.card.title", number=one.number, state=state(one)),
        t("broadcast.card.purpose", purpose=PURPOSES[content.purpose]),
        t("broadcast.card.whom", rule=_listed([*_rule(content.audience, city)])),
        *_reached(one.counted, city),
        *((t("broadcast.card.picture"),) if content.picture else ()),
        t("broadcast.card.start", at=Brief(content.starts_at) if content.starts_at else t("broadcast.start.now")),
        *_duration(one, now),
        t("broadcast.card.drafter", name=drafter),
        *((t("broadcast.card.approver", name=approver),) if approver else ()),
        *_found(content, city, now),
    )


def _rule(audience: Audience, city: City) -> Iterator[Saying]:
    """The rule in words, a line each part."""
    yield t("broadcast.role.officer") if audience.role == "officer" else t("broadcast.role.resident")
    if audience.heard is not None:
        yield t("broadcast.rule.heard")
    if audience.dongs:
        yield _listed([_dong(code, city) for code in audience.dongs[:SHOWN]], len(audience.dongs))
    if audience.state is not None:
        yield t("broadcast.rule.state", place=place(audience, city), state=STATES[audience.state])
    if audience.languages:
        yield t("broadcast.rule.languages", lang=LANGUAGE_NAMES[audience.languages[0]])
    if audience.born_by is not None:
        yield t("broadcast.rule.born_by", year=audience.born_by)
    if audience.alone:
        yield t("broadcast.rule.alone")
    if audience.told_again:
        yield t("broadcast.rule.told_again")


def place(audience: Audience, city: City) -> Text:
    """The programme and round a rule asks about."""
    programme = city.programmes.get(audience.programme)
    one = programme.round(audience.round) if programme else None
    return t("imports.place", programme=programme.short, round=one.label) if programme and one else t("broadcast.all")


def _dong(code: str, city: City) -> Saying:
    known = city.places.dongs.get(code)
    return said(known.name) if known else t("broadcast.no_dong.listed")


def _listed(names: Sequence[Saying], count: int = 0) -> Saying:
    """Several in one line, and how many more there are of `count`."""
    all_names = [*names, t("broadcast.more", count=count - SHOWN)] if count > SHOWN else [*names]
    found = all_names[0]
    for name in all_names[1:]:
        found = t("broadcast.and", one=found, other=name)
    return found


def reached(counted: Counted, city: City) -> Iterator[Saying]:
    """How many it reaches, by language and dong, and who is left out and why."""
    count = counted.count
    by = (count.languages.get("ko", 0), count.languages.get("en", 0))
    yield t("broadcast.card.reached", count=number(count.reached), ko=number(by[0]), en=number(by[1]))
    most = sorted(((many, code) for code, many in count.dongs.items() if code), reverse=True)
    if most:
        names = [t("broadcast.of", name=_dong(code, city), count=number(many)) for many, code in most[:SHOWN]]
        yield t("broadcast.card.dongs", names=_listed(names, len(most)))
    for why, many in count.left_out.items():
        yield t("broadcast.card.left_out", why=t(f"broadcast.why.{why}"), count=number(many))


def _reached(counted: Counted | None, city: City) -> Iterator[Saying]:
    if counted is None:
        yield t("broadcast.card.counting")
    else:
        yield from reached(counted, city)


def _duration(one: Broadcast, now: datetime) -> Iterator[Saying]:
    if one.counted is None:
        return
    begins = max(now, one.content.starts_at or now)
    begins = morning_after(begins, str(one.number)) if is_night(begins) else begins
    ends = finish(begins + MINUTE, one.counted.count.reached, one.counted.a_second, str(one.number))
    yield t("broadcast.card.ends", span=ends - begins, at=Brief(ends))


def _found(content: Content, city: City, now: datetime) -> Iterator[Saying]:
    found = findings(content, city, now)
    if not found:
        yield t("broadcast.fault.none")
    yield from (finding(each) for each in found[:SHOWN])
    if len(found) > SHOWN:
        yield t("broadcast.fault.more", count=len(found) - SHOWN)


# ------------------------------------------------------------------------------------------- while it goes, and after


def live(one: Broadcast, now: datetime, a_second: float | None) -> Saying:
    """How far it is: a bar, what became of each, the measured rate if there is one, and when the last one goes."""
    fates = (t(f"broadcast.fate.{fate}", count=number(getattr(one, fate))) for fate in (*FATES, "cancelled"))
    return lines(
        t("broadcast.card.title", number=one.number, state=state(one)),
        *_bar(one),
        *(
            fate
            for fate, name in zip(fates, (*FATES, "cancelled"), strict=True)
            if name == "sent" or getattr(one, name)
        ),
        *_pace(one, now, a_second),
        *_recall(one),
    )


def _bar(one: Broadcast) -> Iterator[Saying]:
    if not one.wanted:
        return
    done = one.wanted - one.left
    full = BAR * done // one.wanted
    bar = "█" * full + "░" * (BAR - full)
    percent = 100 * done // one.wanted
    yield t("broadcast.live.bar", bar=bar, percent=percent, done=number(done), wanted=number(one.wanted))


def _pace(one: Broadcast, now: datetime, a_second: float | None) -> Iterator[Saying]:
    if one.stage in OVER and one.ended_at is not None:
        yield t("broadcast.live.ended", at=Brief(one.ended_at))
    elif one.halt == Halt.NIGHT and one.rests_until is not None:
        yield t("broadcast.live.rests", at=Brief(one.rests_until))
    elif one.halt is None and a_second and one.filled:
        ends = finish(now, one.left, a_second, str(one.number))
        yield t("broadcast.live.pace", rate=f"{a_second:,.1f}", at=Brief(ends))


def _recall(one: Broadcast) -> Iterator[Saying]:
    if one.recall is None:
        return
    how = t("broadcast.recall.delete") if one.recall == "delete" else t("broadcast.recall.edit")
    yield t("broadcast.live.recalled", how=how, count=number(one.recalled), of=number(one.sent))
    if one.recall_ended_at is None:
        yield t("broadcast.live.recalling")


def going(one: Broadcast) -> bool:
    """Whether there is still something to see on its live card."""
    recalling = one.recall is not None and one.recall_ended_at is None
    return recalling or one.stage in STARTED or one.stage == Stage.APPROVED


def takeable(one: Broadcast, now: datetime) -> bool:
    """Whether it can be taken back still: it is over, and the messenger lets us for 48 hours."""
    over = one.stage in OVER and one.ended_at is not None and now - one.ended_at < timedelta(hours=48)
    return over and one.recall is None and one.sent > 0


def on(now: datetime, day: int, hour: int) -> datetime:
    """An hour of today or of a day after it, KST."""
    return (now.astimezone(KST) + timedelta(days=day)).replace(hour=hour, minute=0, second=0, microsecond=0)
