"""The shape of a programme: its folder's TOML files have exactly these fields.

Wordings may name, in braces, what stands in `Verdict.params`: the round's own `round`, `opens`, `closes`,
`appeal_opens`, `appeal_closes`, `use_by`, `reference_date` and `sum_<round>_<code>`, whatever the files list under
`[values]`, in a reason also the limit of its rule and, while a fact is wanting, `fact`. Types tell how to show a
value: `Won` a sum, `datetime` a moment, `date` a day, `Wording` words in the reader's language.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Literal, Self

from programmes.conditions import Limit, When
from programmes.reading import Spot, build_table
from programmes.wording import Lang, Won, Wording

FactValue = str | int | bool | date
Param = Won | date | datetime | Wording
Subject = Literal["self", "minor", "new_child", "unlisted"]
Ending = Literal["accepted", "rejected", "returned"]

ACTIONS: Final = frozenset(
    {"eligibility", "payment", "appeal", "cases", "visit", "human", "notices", "privacy", "mydata", "genuine"}
)
"""Dialogs of the resident desk that an answer may open."""


@dataclass(frozen=True, slots=True)
class Params:
    """Values for placeholders; in TOML a sum is `{ won = 100000 }`, a date stands as it is.

    In answers a sum may also be `{ sum = ["sum_1_general", …] }`, made of values known before (`topics.Known`).
    """

    values: Mapping[str, Param]

    @classmethod
    def read(cls, value: object, spot: Spot) -> Self:
        """From its TOML table. BadProgramme for anything but sums and dates."""
        if not isinstance(value, dict):
            raise spot.refuse("should be a table")
        made: dict[str, Param] = {}
        for name, item in value.items():
            match item:
                case {"won": int(won), **rest} if not rest:
                    made[name] = Won(won)
                case date():
                    made[name] = item
                case _:
                    raise (spot / name).refuse("should be a date or { won = … }")
        return cls(made)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule stands, in words, and the day it was said; `ko` where residents are told of it."""

    name: str
    dated: date
    ko: str = ""

    @property
    def called(self) -> Wording:
        """Its name for residents."""
        return Wording(self.ko or self.name, self.name)

    @classmethod
    def read(cls, value: object, spot: Spot) -> Self:
        """From its TOML table. BadProgramme also for a key that stood for no known source."""
        if isinstance(value, str):
            raise spot.refuse(f"{value} is no known source")
        return build_table(cls, value, spot)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer to a Fact."""

    code: str
    label: Wording


@dataclass(frozen=True, slots=True)
class Fact:
    """Something the rules must know about a person; `office` knows it when nobody else does.

    `assumed` is taken while nobody said otherwise (a roster holds one district and living people).
    """

    code: str
    label: Wording
    ask: Wording
    kind: Literal["choice", "date", "sum", "number"]
    office: str
    source: str
    askable: bool = True
    choices: Mapping[str, Choice] | None = None
    assumed: str | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """When this holds, the answer is yes or no for the reason named."""

    source: str
    when: When | None = None
    yes: str | None = None
    no: str | None = None

    @property
    def reason(self) -> str:
        """Code of the Reason it gives."""
        return self.yes or self.no or ""


@dataclass(frozen=True, slots=True)
class Sum:
    """A part of what is paid, in won, to whom it belongs."""

    code: str
    label: Wording
    amount: int
    source: str
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """First days on which the last digit of the birth year says who may apply; both ends included."""

    first: date
    last: date
    digits: Mapping[str, tuple[int, ...]]
    weekend: Literal["anyone", "nobody"]
    source: str


@dataclass(frozen=True, slots=True)
class Round:
    """One window of a programme. Windows end before `closes`; `closed` is the reason given from then on."""

    code: str
    label: Wording
    opens: datetime
    closes: datetime
    appeal_opens: datetime
    appeal_closes: datetime
    closed: str
    how: Wording
    place: Wording
    source: str
    rules: tuple[Rule, ...]
    sums: Mapping[str, Sum]
    limits: Mapping[str, Limit] | None = None
    scheme: Scheme | None = None
    use_by: date | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a verdict is what it is, what to do now, and the appeal that may cure it."""

    code: str
    why: Wording
    now: Wording
    source: str
    appeal: str | None = None
    office: str | None = None


@dataclass(frozen=True, slots=True)
class AppealReason:
    """A ground for an appeal; file order is order of frequency. `answers` are the topics it settles.

    `documents` are what the officer usually needs; an appeal can always be filed without them.
    """

    code: str
    label: Wording
    rounds: tuple[str, ...]
    subjects: tuple[Subject, ...]
    documents: tuple[str, ...]
    source: str
    answers: tuple[str, ...] = ()
    decides: Literal["team", "dong"] = "team"
    note: Wording | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A document: its name, what it looks like and where it is issued."""

    code: str
    name: Wording
    looks: Wording
    source: str


@dataclass(frozen=True, slots=True)
class Request:
    """Something an officer can ask for when an appeal lacks it; `reasons` are the grounds it fits, none: all."""

    code: str
    label: Wording
    says: Wording
    source: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Why an appeal ends as it does: `label` for the officer, `says` in the letter; `reasons` as in Request."""

    code: str
    outcome: Ending
    label: Wording
    says: Wording
    source: str
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Remedy:
    """What can be done against one outcome (`code`), at which office, and within how many days of the decision."""

    code: Ending
    says: Wording
    office: str
    days: int
    source: str


@dataclass(frozen=True, slots=True)
class Situation:
    """Something special about a person that changes how she applies, not whether she may."""

    code: str
    label: Wording
    says: Wording
    rounds: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Phrasings:
    """How people ask the same thing, in each language: what the finder learns from, never shown."""

    ko: tuple[str, ...]
    en: tuple[str, ...]

    def __getitem__(self, lang: Lang) -> tuple[str, ...]:
        return self.ko if lang == "ko" else self.en


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing residents ask, and the answer; `owner` is the office that owns the fact.

    `action` is one of ACTIONS, or `appeal:` and the ground to file on. Not `sure`: no source settles it, and the answer
    says who decides. `staff` is for officers only. Words may name `topics.params`, of which `values` are its own.
    How people ask for it is read by whoever learns from it: `topics.phrasings`.
    """

    id: str
    title: Wording
    answer: Wording
    owner: str
    source: Source
    related: tuple[str, ...]
    action: str | None = None
    sure: bool = True
    staff: Wording | None = None
    values: Params = Params({})


@dataclass(frozen=True, slots=True)
class Claim:
    """Something wrong that goes round, how people repeat it, and what puts it right; `topic` has the truth."""

    code: str
    topic: str
    says: Wording
    source: Source
    ko: tuple[str, ...]
    en: tuple[str, ...]
    values: Params = Params({})

    @property
    def phrasings(self) -> Phrasings:
        """How people repeat it."""
        return Phrasings(self.ko, self.en)


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A kind of thing people write that no programme answers, with what is said then."""

    code: str
    says: Wording
    ko: tuple[str, ...]
    en: tuple[str, ...]

    @property
    def phrasings(self) -> Phrasings:
        """What people write of this kind."""
        return Phrasings(self.ko, self.en)


@dataclass(frozen=True, slots=True)
class Programme:
    """One promise of the city; `version` names the rules as they stand, for the record of each decision.

    `unknown` is the reason given while a fact is wanting; hours are working hours; `at_visit` names the means of
    payment that can be handed over at a visit, with the application taken there.
    """

    id: str
    label: Wording
    short: Wording
    order: int
    version: str
    case_prefix: str
    reference_date: date
    target_hours: int
    longest_hours: int
    unknown: str
    sources: Mapping[str, Source]
    facts: Mapping[str, Fact]
    rounds: tuple[Round, ...]
    reasons: Mapping[str, Reason]
    means: Mapping[str, Wording]
    statuses: Mapping[str, Wording]
    situations: Mapping[str, Situation]
    appeal_reasons: Mapping[str, AppealReason]
    papers: Mapping[str, Paper]
    requests: Mapping[str, Request]
    findings: Mapping[str, Finding]
    remedies: Mapping[Ending, Remedy]
    values: Params = Params({})
    at_visit: tuple[str, ...] = ()
    answers: Mapping[str, Topic] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)

    @property
    def beyond(self) -> timedelta:
        """Working time from when a case is due to the longest it may take."""
        return timedelta(hours=self.longest_hours - self.target_hours)

    def round(self, code: str | None) -> Round | None:
        """The round of that code, or None."""
        return next((one for one in self.rounds if one.code == code), None)

    def round_at(self, now: datetime) -> Round:
        """The newest round that has opened, else the first."""
        return next((one for one in reversed(self.rounds) if one.opens <= now), self.rounds[0])

    def appeals(self, round_code: str, subject: Subject) -> tuple[AppealReason, ...]:
        """Grounds that can be named in this round for this kind of person, most frequent first."""
        return tuple(
            one for one in self.appeal_reasons.values() if round_code in one.rounds and subject in one.subjects
        )

    def requests_for(self, reason: str) -> tuple[Request, ...]:
        """What can be asked for in an appeal on this ground."""
        return tuple(one for one in self.requests.values() if not one.reasons or reason in one.reasons)

    def findings_for(self, reason: str, outcome: str) -> tuple[Finding, ...]:
        """Why an appeal on this ground may end so; what is said of this ground alone comes first."""
        fit = [one for one in self.findings.values() if one.outcome == outcome]
        return tuple(
            sorted((one for one in fit if not one.reasons or reason in one.reasons), key=lambda one: not one.reasons)
        )

    @property
    def params(self) -> Mapping[str, Param]:
        """Values for placeholders that hold for every round."""
        sums = {f"sum_{one.code}_{part.code}": Won(part.amount) for one in self.rounds for part in one.sums.values()}
        return {**self.values.values, **sums, "reference_date": self.reference_date}

    def round_params(self, one: Round) -> Mapping[str, Param]:
        """Values for placeholders of one round, with those of the programme."""
        own: dict[str, Param] = {
            "round": one.label, "opens": one.opens, "closes": one.closes,
            "appeal_opens": one.appeal_opens, "appeal_closes": one.appeal_closes,
        }  # fmt: skip
        return {**self.params, **own, **({"use_by": one.use_by} if one.use_by else {})}


@dataclass(frozen=True, slots=True)
class Appeals:
    """What `appeal.toml` holds."""

    reasons: Mapping[str, AppealReason]
    papers: Mapping[str, Paper]
    requests: Mapping[str, Request]
    findings: Mapping[str, Finding]
    remedies: Mapping[Ending, Remedy]
