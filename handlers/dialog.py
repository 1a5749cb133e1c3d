"""The vocabulary of conversation: what a dialog is made of, and nothing of how it is carried.

A dialog is a tuple of steps; a step *asks*, then *accepts*. `ask` returns an `Ask` and has no effects; `accept` says
where to go next and may write through `turn.store`, add words with `turn.say` and `turn.tell`, or raise `Refuse`. An
`ask` that refuses says that there is nothing to ask any more: the desk passes it on and goes home.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import msgspec

from programmes.model import City, Lang, Wording
from storage.engine import Drawer
from storage.jobs import Job
from storage.people import Person
from storage.staff import Officer

# ---------------------------------------------------------------------------------------------------------- words


class Text(msgspec.Struct, frozen=True):
    """A sentence by its key in `locales/`, or a programme's own wording, with the values for its placeholders.

    Values are kept typed (`Won`, `date`, `datetime`, `Brief`, `timedelta`, `Wording`, `Text`, `str`, `int`), so that
    `words` can write them as the reader's language does.
    """

    key: str | Wording
    params: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Brief(msgspec.Struct, frozen=True):
    """A moment without year and weekday, for a list of what happened lately."""

    at: datetime


class Lines(msgspec.Struct, frozen=True):
    """Several sayings under each other, one a line; an empty string leaves a line free."""

    parts: tuple["Saying | str", ...]


class In(msgspec.Struct, frozen=True):
    """A saying in another reader's language: what an officer is shown of a letter before it goes."""

    lang: Lang
    saying: "Saying"


Saying = Text | Lines | In


def t(key: str, **params: Any) -> Text:
    """The bot's own sentence `key` of `locales/`."""
    return Text(key, params)


def said(wording: Wording, **params: Any) -> Text:
    """A wording that belongs to a programme."""
    return Text(wording, params)


def lines(*parts: "Saying | str") -> Lines:
    """Put sayings under each other."""
    return Lines(parts)


# ------------------------------------------------------------------------------------------------------- what comes


class Kind(StrEnum):
    """What a person did, as far as a dialog can tell apart."""

    TEXT = "text"
    PRESS = "press"
    UPLOAD = "upload"
    CONTACT = "contact"
    EDIT = "edit"
    OTHER = "other"  # stickers, voice, places, polls: nothing a step can take
    GROUP = "group"  # anything in a group
    LEFT = "left"  # the person blocked the bot
    BACK = "back"  # the person unblocked the bot
    FLOOD = "flood"  # the first thing too many: answered by a warning, whatever it was
    ERRAND = "errand"  # a job's answer comes back


class Upload(msgspec.Struct, frozen=True):
    """A photo or document as announced; its bytes are fetched later, by an errand.

    `ref` is the channel's handle for fetching, `size` is bytes or None, `album` ties photos sent together.
    """

    ref: str
    name: str
    size: int | None
    album: str | None = None


class Contact(msgspec.Struct, frozen=True):
    """A phone number shared with the contact button; `own` is true only when it is proven to be the sender's."""

    phone: str
    own: bool


class Inbound(msgspec.Struct, frozen=True):
    """One thing that came in, free of the channel it came by.

    `update_id` is the channel's number, or None for what comes from our own jobs; `press` is `turn.option` of a
    pressed button; `message_id` is the message written or pressed; `shown` is the text of the message pressed;
    `job` is ended by the turn that hears of its `errand`.
    """

    update_id: int | None
    chat: int
    kind: Kind
    text: str = ""
    press: str = ""
    press_id: str = ""
    shown: str = ""
    message_id: int | None = None
    language: str = ""
    upload: Upload | None = None
    contact: Contact | None = None
    forwarded: bool = False
    errand: Mapping[str, Any] | None = None
    job: Job | None = None


# -------------------------------------------------------------------------------------------------------- what goes


class Lane(StrEnum):
    """Two lanes to a chat; what waits in one never holds up another (house rules of sending in `bot/sender.py`)."""

    REPLY = "reply"
    NOTICE = "notice"


class Option(msgspec.Struct, frozen=True):
    """One button: `code` is what `accept` gets, `label` what the person reads."""

    code: str
    label: Saying


class Ask(msgspec.Struct, frozen=True):
    """A question.

    `options` are offered one a row; `takes` says which free answers are taken besides them; `numeric` that those are
    numbers, so that a typed "1" is an answer and not the first option; `contact` shows the button that shares one's
    own phone; `picture` names a drawing in `handlers/pictures` shown above the words.
    """

    text: Saying
    options: tuple[Option, ...] = ()
    takes: frozenset[Kind] = frozenset()
    numeric: bool = False
    contact: Text | None = None
    picture: str | None = None


TEXT: Final = frozenset({Kind.TEXT})
UPLOADS: Final = frozenset({Kind.UPLOAD})


class Chosen(str):
    """The code of an option that was offered, told apart from words a person wrote."""


Answer = Chosen | str | Upload | Contact


class Refuse(Exception):
    """The person's answer cannot be taken; says why and what to do, keeps nothing, and the question is asked again."""

    def __init__(self, text: Saying) -> None:
        super().__init__(repr(text))
        self.text = text


class Open(msgspec.Struct, frozen=True):
    """Go to another dialog of this desk, with some of its answers already known, and the steps that led there."""

    dialog: str
    step: str | None = None
    draft: Mapping[str, Any] = msgspec.field(default_factory=dict)
    trail: tuple[str, ...] = ()


class Cross(msgspec.Struct, frozen=True):
    """Go over to another desk, where she stands as she left it, or at one of its dialogs."""

    desk: str
    way: Open | None = None


class Rest(StrEnum):
    """The two ways not to ask anything new."""

    END = "end"  # the dialog is done: back to the desk's first dialog
    STAY = "stay"  # wait for more of the same answer, in silence


END: Final = Rest.END
STAY: Final = Rest.STAY

Next = str | Open | Cross | Rest


ASK: Final = "ask"  # the kind of a letter that is a question


class Letter(msgspec.Struct, frozen=True):
    """Words promised to one chat; becomes a row of the outbox in the turn's own transaction.

    `chat` None is the chat of the turn. `kind` and `about` (a case) go into the ledger in clear. `file` is a file
    of our own to send along: (name, bytes); `drawing` a picture made for this letter (PNG). `delete` first removes
    that message and says `text`, if there is any, if that worked, `otherwise` if not. `paper` is a file of a case
    whose bytes are read when it is sent; what is under `protect` can be neither saved nor passed on. `ticket` is the
    id its row shall have. `photo` is the channel's handle of a picture it has.
    """

    text: Saying
    kind: str
    lane: Lane = Lane.REPLY
    chat: int | None = None
    about: UUID | None = None
    options: tuple[tuple[tuple[str, Saying], ...], ...] = ()  # rows of (callback data, label)
    contact: Text | None = None
    clear_keyboard: bool = False
    picture: str | None = None
    file: tuple[str, bytes | Saying] | None = None
    drawing: bytes | None = None
    delete: int | None = None
    otherwise: Saying | None = None
    paper: UUID | None = None
    protect: bool = False
    ticket: UUID | None = None
    photo: str | None = None


class Turn(msgspec.Struct):
    """One inbound thing at one desk: who, when, what is remembered, and what shall be said.

    `draft` is this dialog's memory (JSON values only, kept encrypted); `store` is the open transaction; `now` is
    aware and the only clock there is.
    """

    inbound: Inbound
    now: datetime
    city: City
    store: Drawer
    person: Person
    draft: dict[str, Any] = msgspec.field(default_factory=dict)
    officer: Officer | None = None  # her account, when she works here
    letters: list[Letter] = msgspec.field(default_factory=list)
    choice: Saying | None = None  # the option just taken; written under the question pressed
    cross: Cross | None = None  # to which desk she goes over
    window: Saying | None = None  # what a pressed button answers in a small window
    imprint: Callable[[], bytes] = bytes  # by it the ledger knows the words that came, as they were before blotting

    @property
    def lang(self) -> Lang:
        """The language this person reads."""
        return self.person.language

    def say(self, text: Saying, *, kind: str = "say", clear_keyboard: bool = False) -> None:
        """Add a message to this person before the next question."""
        self.letters.append(Letter(text, kind, clear_keyboard=clear_keyboard))

    def notice(self, text: Saying, kind: str, about: UUID | None = None, chat: int | None = None) -> None:
        """Promise a letter that must arrive: tried for days, marked when sent again, in the end a task for a person."""
        self.letters.append(Letter(text, kind, Lane.NOTICE, chat, about))

    def send_file(self, text: Saying, name: str, data: bytes | Saying) -> None:
        """Hand this person a file to keep; a saying becomes a text file, to be printed."""
        self.letters.append(Letter(text, "file", file=(name, data)))


AskStep = Callable[[Turn], Awaitable[Ask]]
AcceptStep = Callable[[Turn, Any], Awaitable[Next]]
Guard = Callable[[Turn], Open | None]


@dataclass(frozen=True, slots=True)
class Step:
    """One question of a dialog; `leads_to` names the steps (or `dialog:` dialogs) its answer may lead to."""

    name: str
    ask: AskStep
    accept: AcceptStep
    leads_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dialog:
    """A named conversation; `command` is its slash command; `guard` may send the person elsewhere first.

    A guard returns the dialog that makes this one possible (consent, recognition). When that one ends, the desk comes
    back here: it keeps this dialog's name under `then` and its prefilled answers under `with` in the other's draft.
    With `words`, what is written behind the command is there as `said` in the draft.
    """

    name: str
    steps: tuple[Step, ...]
    command: str | None = None
    guard: Guard | None = None
    words: bool = False

    def step(self, name: str) -> Step | None:
        """The step of this name, if a release has not renamed it."""
        return next((step for step in self.steps if step.name == name), None)
