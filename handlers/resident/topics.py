"""What is said about a topic, and the buttons under it.

They are buttons of a letter, not of a question: they work wherever she stands when she presses them, also days later.
Their data is `q.word.what`, where `what` is a topic, a question that was noted, or both.
"""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from handlers.dialog import Letter, Open, Saying, Text, Turn, lines, said, t
from handlers.resident.appeal_whom import open_rounds
from handlers.resident.menu import FURTHER, MAIN
from programmes.model import City, Claim, Programme, Source, Topic
from programmes.topics import params

KIND: Final = "topic"  # of these letters
SIGN: Final = "q"
TOPIC, ACT, UNHELPFUL, NONE, PERSON, PASS_ON, HOME = "t", "o", "x", "n", "p", "q", "h"
MOST: Final = 3  # topics of which she may mean one
RELATED: Final = 2  # topics offered under an answer
LABELS: Final = {option.code: option.label for option in (*MAIN, *FURTHER)}
APPEAL: Final = "appeal"

Row = tuple[tuple[str, Saying], ...]


def found(turn: Turn, id: str) -> tuple[Programme, Topic] | None:
    """A topic of any programme; None for one that is no more."""
    return next(((one, one.answers[id]) for one in turn.city.programmes.values() if id in one.answers), None)


def button(word: str, label: Saying, *what: str) -> tuple[str, Saying]:
    """One button under a letter."""
    return ".".join((SIGN, word, *what)), label


def ways_on(person: tuple[str, Saying]) -> Row:
    """The last row of each: a person, and the start."""
    return person, button(HOME, t("desk.home"))


# ------------------------------------------------------------------------------------------------------- the answer


def answer(turn: Turn, programme: Programme, topic: Topic, question: UUID | None = None) -> Letter:
    """The answer with its source, what can be done, and what else is asked about it.

    `question` is the one it answers, as it was noted: there she may say that it did not help.
    """
    return Letter(words(turn.city, programme, topic), KIND, options=tuple(_rows(turn, topic, question)))


def words(city: City, programme: Programme, topic: Topic) -> Saying:
    """What is so; where no source settles it, whom to ask; and where it stands."""
    office = city.places.offices.get(topic.owner)
    confirm = (t("ask.confirm", office=office.name),) if office is not None and not topic.sure else ()
    text = said(topic.answer, **params(programme, topic))
    return lines(said(topic.title), "", text, "", *confirm, source(topic.source))


def source(source: Source) -> Text:
    """Where it stands and of what day that is."""
    return t("ask.source", name=source.called, day=source.dated)


def _rows(turn: Turn, topic: Topic, question: UUID | None) -> Iterator[Row]:
    if topic.action is not None and topic.action != "human":
        yield (act(topic),)
    related = [other for id in topic.related if (other := found(turn, id)) is not None]
    yield from ((button(TOPIC, said(other.title), other.id),) for _, other in related[:RELATED])
    if question is not None:
        yield (button(UNHELPFUL, t("ask.unhelpful"), question.hex),)
    yield ways_on(button(PERSON, t("desk.person"), topic.id))


def act(topic: Topic) -> tuple[str, Saying]:
    """The button that acts on a topic."""
    action, _, ground = (topic.action or "").partition(":")
    return button(ACT, t("ask.appeal") if ground else LABELS[action], topic.id)


def opened(turn: Turn, programme: Programme, topic: Topic) -> Open:
    """The dialog that acts on it; an appeal with its ground, and with its round where only one is open for that."""
    action, _, ground = (topic.action or "").partition(":")
    if not ground:
        return Open(action)
    draft = {"programme": programme.id, "reason": ground}
    rounds = [
        one.code for its, one in open_rounds(turn)
        if its.id == programme.id and one.code in programme.appeal_reasons[ground].rounds
    ]  # fmt: skip
    return Open(APPEAL, draft=draft | ({"round": rounds[0]} if len(rounds) == 1 else {}))


def put_right(turn: Turn, programme: Programme, claim: Claim) -> Letter:
    """What goes round is wrong: what holds instead, with its source."""
    text = said(claim.says, **params(programme, claim))
    return Letter(lines(t("ask.claim"), text, source(claim.source)), KIND)


# ------------------------------------------------------------------------------------------------------ no one answer


def choice(turn: Turn, topics: list[Topic], question: UUID) -> Letter:
    """Several topics of which she may mean one."""
    rows = [(button(TOPIC, said(one.title), one.id, question.hex),) for one in topics]
    last = ways_on(button(PASS_ON, t("desk.person"), question.hex))
    return Letter(t("ask.which"), KIND, options=(*rows, (button(NONE, t("ask.none"), question.hex),), last))


def lead(topic: Topic) -> Letter:
    """It is about her own case or money: the desk that knows her, and what holds for everybody."""
    desk = str(topic.action)
    rows = (
        (act(topic),),
        (button(TOPIC, t("ask.general"), topic.id),),
        ways_on(button(PERSON, t("desk.person"), topic.id)),
    )
    return Letter(t(f"ask.mine.{desk}"), KIND, options=rows)


def nothing(says: Saying, question: UUID) -> Letter:
    """No topic answers it: a person gets the question as it is."""
    person = (button(PASS_ON, t("ask.pass_on"), question.hex),)
    return Letter(says, KIND, options=(person, (button(HOME, t("desk.home")),)))


def sorry(topic: str | None) -> Letter:
    """An answer did not help: a person may."""
    person = (button(PERSON, t("menu.human"), *((topic,) if topic else ())),)
    return Letter(t("ask.sorry"), KIND, options=(person, (button(HOME, t("desk.home")),)))
