"""The scenes of the matrix: where one begins to walk, how things may stand, whose they are and in whose hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec.structs import replace as moved_to

from programmes.casework import CLOSED, State
from programmes.roles import Role
from storage.sessions import Session
from tests.handlers.staff import campaigns
from tests.handlers.staff.expected import DONG
from tests.handlers.staff.world import ANOTHER, CARD, COUPON, FILER, HELPER, REVIEWED, Who, World
from tests.journey import CITY, MONDAY


@dataclass(frozen=True, slots=True)
class Hand:
    """How the thing is the presser's `own`, if it is, and who has it in hand: she, another, nobody; open as a talk."""

    own: str = ""
    by: str = "nobody"


@dataclass(frozen=True, slots=True)
class Situation:
    """How things stand: a case with these columns, or none, and what her account looks like."""

    name: str
    case: UUID | None = None
    put: Mapping[str, Any] = field(default_factory=dict)
    hands: tuple[Hand, ...] = (Hand(),)
    account: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scene:
    """A part of the desks: the dialogs it `answers` for, walked from where it `begins` as these roles.

    `beside` are dialogs it walks through too, `but` the buttons of its own that another scene offers. `written` is what
    is written at a step, instead of any words.
    """

    name: str
    answers: str
    roles: tuple[Role, ...]
    begins: Callable[[World], tuple[Session, ...]]
    situations: Callable[[World], tuple[Situation, ...]] = lambda _world: (Situation("as it is"),)
    beside: str = ""
    but: str = ""
    desks: tuple[str, ...] = ("staff",)
    written: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def dialogs(self) -> frozenset[str]:
        return frozenset(f"{self.answers} {self.beside}".split())


def at(where: str, desk: str = "staff", **draft: Any) -> Session:
    """Where one stands, with this known."""
    dialog, _, step = where.partition(".")
    return Session(0, desk, dialog, step, turn=1, draft=draft)


def as_her(who: Who, hand: Hand, world: World) -> Who:
    """The presser as the one whose own it is."""
    change: Mapping[str, Mapping[str, Any]] = {
        "filed": {"id": FILER}, "helped": {"id": HELPER}, "herself": {"resident": world.resident},
        "household": {"resident": world.housemate},
    }  # fmt: skip
    return replace(who, person=msgspec.structs.replace(who.person, **change.get(hand.own, {})))


def standing(situation: Situation, who: Who, hand: Hand) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The columns of the case, and her account, as this hand has them."""
    officer = who.officer.id if who.officer is not None else who.person.officer
    hers = hand.by in ("hers", "open")
    holder = officer if hers else ANOTHER if hand.by == "another" else None
    held = {"holder": holder, "held_at": MONDAY if holder else None}
    again = {"decided_by": officer} if hand.own == "decided" else {}
    talking = {"talking": situation.case} if hand.by == "open" else {}
    return {**situation.put, **held, **again}, {**situation.account, **talking}


OWN: Final = ("herself", "household", "helped")
MEANWHILE: Final = (Hand(by="hers"), Hand(), Hand(by="another"))
IN_HAND: Final = (*MEANWHILE, Hand("filed", "hers"), Hand("filed"), *(Hand(own, "hers") for own in OWN))
OVER: Final = (Hand(), Hand("filed"), *(Hand(own) for own in OWN))


def _stands(world: World, kind: str, state: State, **more: Any) -> Situation:
    """The world's case of this kind in this state."""
    case: UUID = getattr(world, kind)
    closed = state in CLOSED
    put = {
        "state": state.value, "open": not closed, "closed_at": MONDAY if closed else None, "decided_by": None,
        "answer_by": None, "calls": 0, "extensions": 0, "identity": "recognised", "office": DONG, **more,
    }  # fmt: skip
    return Situation(" ".join((state, *map(str, more.values()))), case, put, OVER if closed else IN_HAND)


def _appeals(world: World) -> tuple[Situation, ...]:
    """Of the coupon, which a team decides, in every state; of the card, where the dong may; and opened once more."""
    coupon, card = (
        {"programme": one, "round": CITY.programmes[one].rounds[0].code, "reason": reason}
        for one, reason in ((COUPON, "amount"), (CARD, "category"))
    )
    found = [_stands(world, "appeal", state, **coupon) for state in State]
    again = [
        replace(one, name=f"{one.name} again", hands=(Hand("decided", by),))
        for by, states in (("nobody", (State.REOPENED, State.PROPOSED)), ("hers", (State.CHECKING, State.DECIDING)))
        for one in found
        if one.put["state"] in states
    ]
    states = (State.FILED, State.CHECKING, State.SUPPLEMENT)
    dongs = [replace(_stands(world, "appeal", state, **card), hands=(Hand(by="hers"),)) for state in states]
    return (*found, *dongs, *again)


def _unknown(world: World) -> tuple[Situation, ...]:
    """One about somebody whose identity is to be checked."""
    return (_stands(world, "appeal", State.CHECKING, identity="to_check"),)


def _tasks(world: World) -> tuple[Situation, ...]:
    hands = (*MEANWHILE, Hand("filed", "hers"), Hand("filed"))
    found = [_stands(world, "task", state) for state in (State.FILED, State.CHECKING, State.DONE)]
    return tuple(replace(one, hands=hands) if one.put["open"] else one for one in found)


def _talks(world: World) -> tuple[Situation, ...]:
    """Waiting, in hand, ended; in hand also open, so that an officer's words go there, and with who reads English."""
    waits, taken, ended = (
        _stands(world, "talk", state, language="ko") for state in (State.FILED, State.CHECKING, State.DONE)
    )
    english = _stands(world, "talk", State.CHECKING, language="en")
    opened = (Hand(by="open"), Hand("filed", "open"), Hand("helped", "open"))
    return (
        replace(waits, hands=(*MEANWHILE, Hand("filed"), Hand("herself"))),
        replace(taken, hands=(*MEANWHILE, *opened)),
        replace(english, hands=opened),
        ended,
    )


def _visits(world: World) -> tuple[Situation, ...]:
    return tuple(
        replace(_stands(world, "visit", state), hands=(Hand(), Hand("filed"))) for state in (State.FILED, State.DONE)
    )


def _waiting(world: World) -> tuple[Situation, ...]:
    """The appeal in a queue, and in hand; a talk open, to which go the words that nothing asked for."""
    filed, taken = (_stands(world, "appeal", state) for state in (State.FILED, State.CHECKING))
    talk = _stands(world, "talk", State.CHECKING)
    return (
        replace(filed, hands=(Hand(),)),
        replace(taken, hands=(Hand(by="hers"), Hand(by="another"))),
        replace(talk, name="talking", hands=(Hand(by="open"),)),
    )


def _own_people(world: World) -> tuple[Situation, ...]:
    """Somebody on the roster, with no appeal open."""
    return (replace(_stands(world, "appeal", State.DONE), hands=(Hand(), *(Hand(own) for own in OWN))),)


def _counter(world: World) -> tuple[Session, ...]:
    """From the start; with a paper sent; and where a child may be the twin of one that was filed for."""
    begun = {
        "programme": COUPON,
        "round": CITY.programmes[COUPON].rounds[0].code,
        "dong": DONG,
        "case": world.appeal.hex,
    }
    child = {"name": "김아기", "birth": "2025-07-01", "whom": "new_child", "filer": HER[0], "filer_birth": HER[1]}
    papers = {"whom": "unlisted", "name": "홍길동", "birth": "1990-05-05", "reason": "amount", "way": "counter"}
    before = {"case": world.appeal.hex, "number": "TK"}
    return (
        at("counter.round"), at("counter.papers", **begun, **papers, statement="", language="ko"),
        at("counter.twin", **begun, **child, before=before),
    )  # fmt: skip


def _admins(world: World) -> tuple[Session, ...]:
    steps = (at(where, "admin") for where in ("home.choice", "gone.told", "people.list"))
    cards = (at("people.card", "admin", officer=one.hex) for one in (world.colleague, world.invited, world.suspended))
    return (*steps, *cards, at("request.card", "admin", request=world.request.hex))


def _deeds(world: World) -> tuple[Session, ...]:
    """Where one looks at what others did, and a part of a review that is still open."""
    of_whom = {"month": REVIEWED.isoformat(), "officer": world.colleague.hex}
    parts = (at(f"review.{step}", "admin", **of_whom) for step in ("part", "remark"))
    return (at("deeds.choice", "admin"), at("review.months", "admin"), *parts)


def _imports(_world: World) -> tuple[Session, ...]:
    """The list; a version in force, and one that waits."""
    return (at("imports.list", "admin"), *(at("imports.card", "admin", version=one) for one in (2, 3)))


def _broadcasts(_world: World) -> tuple[Session, ...]:
    """Every broadcast's card; where one asks once more; each piece of one's own; after one that is done."""
    steps = ("ko", "en", "picture", "whom", "dongs", "round", "status", "tongue", "start", "purpose")
    shown = {"number": campaigns.ASKED, "what": "approve", "shown": campaigns.CONTENT.digest.hex()}
    correction = msgspec.json.encode(campaigns.CORRECTED, order="sorted")
    return (
        at("broadcasts.list", "admin"),
        *(at("broadcast.card", "admin", number=number) for number in range(1, campaigns.DONE + 1)),
        at("broadcast.card", "admin", number=campaigns.COUNTED),
        at("broadcast.sure", "admin", **shown),
        at("broadcast.sure", "admin", number=campaigns.DONE, what="delete"),
        at("broadcast.sure", "admin", number=campaigns.RUNNING, what="cancel"),
        at("broadcast.edit", "admin", number=campaigns.WRITTEN),
        *(at(f"write.{step}", "admin", number=campaigns.WRITTEN, round=["", ""]) for step in steps),
        at("write.purpose", "admin"),
        at("parked.list", "admin", number=campaigns.DONE),
        at("note.note", "admin", number=campaigns.DONE),
        at("correct.see", "admin", number=campaigns.DONE, shown=sha256(correction).hexdigest()),
    )


def _figures(_world: World) -> tuple[Session, ...]:
    return tuple(at("figures.choice", desk, dark=dark) for desk in ("staff", "admin") for dark in (False, True))


def _consulted(world: World) -> tuple[Session, ...]:
    return at("ask.question"), at("ask.question", case=world.appeal.hex)


def _answered(world: World) -> tuple[Session, ...]:
    """At both desks: the lists, a bundle, what a colleague proposed, an answer written anew."""
    asked, written = (
        {"bundle": world.bundle.hex},
        {"topic": "ref_date", "ko": "다른 답입니다.", "en": "Another answer."},
    )
    steps = (
        at("questions.list"), at("questions.topic", **asked, found=["use_where"]), at("amendment.list"),
        at("amendment.card", amendment=world.amendment.hex), at("rewrite.topic", found=["ref_date"]),
        at("rewrite.look", **written),
    )  # fmt: skip
    return tuple(moved_to(one, desk=desk) for desk in ("staff", "admin") for one in steps)


def _own_account(_world: World) -> tuple[Situation, ...]:
    return (Situation("as it is", hands=(Hand(), Hand("oneself"))),)


def _unplaced(_world: World) -> tuple[Situation, ...]:
    return (Situation("not asked yet", account={"lives": None}),)


def _doors(_world: World) -> tuple[Situation, ...]:
    accounts: Mapping[str, Mapping[str, Any]] = {
        "with a PIN": {"pin": True}, "without": {"pin": False}, "locked": {"pin_tries": 5}
    }  # fmt: skip
    return tuple(Situation(name, account={"stirred_at": None, **account}) for name, account in accounts.items())


HER: Final = ("박준호", "1983-09-02")
JUDGES: Final = (Role.HEAD, Role.DECISION, Role.CALLS)
UNDER_A_CASE: Final = "case transfer papers supplement propose decide similar note reopen"
SCENES: Final = (
    Scene(
        "appeal", UNDER_A_CASE, JUDGES, lambda world: (at("case.card", case=world.appeal.hex),), _appeals,
        but="identity finish print",
    ),
    Scene("identity", "identity", JUDGES, lambda world: (at("case.card", case=world.appeal.hex),), _unknown),
    Scene(
        "task", "print", JUDGES, lambda world: (at("case.card", case=world.task.hex),), _tasks,
        beside="case note papers transfer similar",
    ),
    Scene(
        "talk", "talks talk", JUDGES,
        lambda world: (
            at("talks.list"), at("talks.whom", words="안녕하세요"), at("talk.sure", words="안녕하세요"),
            at("talk.closed", case=world.talk.hex, number="SG"), at("case.card", case=world.talk.hex),
        ),
        _talks, beside="case note papers transfer",
    ),
    Scene(
        "visit", "visits apply", (Role.HEAD,), lambda world: (at("visits.days"), at("case.card", case=world.visit.hex)),
        _visits, beside="case note transfer papers", written={"apply.by": ("홍길동",)},
    ),
    Scene("outreach", "outreach", (Role.VISITS,), lambda _world: (at("outreach.list"),), _own_people),
    Scene(
        "desk", "home queue mine find board", tuple(Role),
        lambda _world: tuple(map(at, ("home.choice", "queue.list", "mine.list", "find.what", "board.office"))),
        _waiting, written={"find.what": (" ".join(HER), "+821011112222")},
    ),
    Scene(
        "counter", "counter", (Role.HEAD, Role.CALLS), _counter, _own_people,
        written={
            "counter.name": (HER[0], "홍길동"), "counter.birth": (HER[1], "1990-05-05", "250505"),
            "counter.parent": (HER[0], "홍길동"), "counter.parent_birth": (HER[1], "1990-05-05", "250505"),
            "counter.phone": ("010-1234-5678",),
        },
    ),
    Scene(
        "give", "give", (Role.HEAD, Role.CALLS), lambda _world: (at("give.who"),), _own_people,
        written={"give.who": (" ".join(HER),)},
    ),
    Scene(
        "shift", "shift", (Role.HEAD, Role.SUPPORT), lambda _world: (at("shift.list"),), _own_account,
        written={"shift.until": ("2025-12-31",)},
    ),
    Scene(
        "days", "days", (Role.SUPPORT,), lambda _world: (at("days.list"),),
        written={"days.day": ("2025-12-23",), "days.name": ("개청일",)},
    ),
    Scene(
        "people", "home gone people invite grant request", (Role.ADMIN, Role.SUPPORT), _admins, _own_account,
        desks=("admin",),
        written={"invite.name": ("홍길동",), "invite.until": ("2025-12-31",), "grant.until": ("2025-12-31",)},
    ),
    Scene(
        "deeds", "deeds review", (Role.ADMIN,), _deeds, _own_account, desks=("admin",),
        written={"deeds.day": ("2025-07-28",)},
    ),
    Scene("imports", "imports", (Role.ADMIN,), _imports, desks=("admin",)),
    Scene(
        "broadcast", "broadcasts write broadcast parked correct note", (Role.ADMIN,), _broadcasts, desks=("admin",),
        written={
            "write.start": ("7월 30일 오전 10시",), "correct.ko": ("확인해 주십시오.",),
            "correct.en": ("Please have a look.",),
        },
    ),
    Scene(
        "figures", "figures", (Role.HEAD, Role.SUPPORT, Role.ADMIN),
        _figures, desks=("staff", "admin"),
    ),
    Scene("ask", "ask", JUDGES, _consulted),
    Scene(
        "answers", "questions amendment rewrite", (Role.DECISION, Role.ADMIN), _answered, desks=("staff", "admin"),
        written={"questions.topic": ("기준일",), "rewrite.topic": ("기준일",)},
    ),
    Scene(
        "door", "door", (Role.HEAD, Role.ADMIN), lambda _world: (at("door.pin"), at("door.pin", "admin")), _doors,
        desks=("staff", "admin"),
        written={"door.pin": ("4827", "5938")},
    ),
    Scene(
        "lives", "lives", (Role.HEAD, Role.CALLS), lambda _world: (at("lives.where"),), _unplaced,
        written={"lives.where": ("가정1동", "바닷가동")},
    ),
)  # fmt: skip
