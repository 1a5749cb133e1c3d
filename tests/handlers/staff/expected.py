"""What the matrix expects: the two tables of the authorisation matrix, written from the issue and not from the code.

`RIGHTS` says who may do what. `BUTTONS` has every way to answer at the desks of staff: which right it wants before
anything may come of it. A dialog, a step or a button that stands in no row fails the matrix, and so does a row that
nothing stands for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from handlers.clock import READY_NAMES
from handlers.staff.phrases import all_phrases
from programmes.roles import Role
from tests.journey import CITY, MONDAY, SEOUL

_RIGHTS = """
            see take ask propose decide file transfer talk visit shifts figures export people broadcast import answers
appeals      x   x    x     x      x     x      x      x    .     .       .       .      .      .        .      .
visits       x   .    .     .      .     x      .      x    x     .       .       .      .      .        .      .
head         x   x    x     x      x     x      x      x    x     x       x       .      .      .        .      .
decision     x   x    x     .      x     .      x      x    .     .       x       x      .      .        .      x
calls        x   .    .     .      .     x      x      x    .     .       .       .      .      .        .      .
affairs      x   .    .     .      .     .      x      .    .     .       x       x      .      .        .      .
support      .   .    .     .      .     .      .      .    .     x       x       .      .      .        .      .
admin        .   .    .     .      .     .      .      .    .     x       x       .      x      x        x      x
"""
DATA: Final = "#"
OF_A_DONG = ("appeals", "visits", "head")

# A right as above, for the dong of what is looked at; `@team`: of the whole district; `@office`: for that queue;
# `@anywhere`: for whatever dong of hers. `none`: nothing comes of it; `herself`: her own account at most; `take/talk`:
# the first for an appeal, the second for all else.
# TEXT and PHOTO are free answers, # is what the data of the city and of this office name.
_BUTTONS = """
staff home.choice         none       queue mine find counter talks visits outreach give
staff home.choice         none       board shift days figures admin leave questions
staff home.choice         herself    close
staff home.choice         talk       TEXT
staff door.pin            none       leave again
staff door.pin            herself    TEXT
staff lives.where         none       recognise leave
staff lives.where         herself    elsewhere TEXT
staff queue.list          none       mine #
staff mine.list           none       queue #
staff case.card           none       papers identity supplement ask propose decide print similar note reopen transfer
staff case.card           none       leave queue TEXT
staff case.card           take/talk  take release
staff case.card           talk       finish
staff case.card           see        words
staff find.what           none       TEXT
staff find.list           none       again #
staff transfer.where      none       no
staff transfer.where      transfer   decision calls #
staff identity.who        none       # unlisted refused no
staff identity.sure       none       no
staff identity.sure       ask        yes
staff papers.list         none       no
staff papers.list         see        #
staff papers.one          none       list number
staff papers.sure         none       no
staff papers.sure         see        yes
staff board.office        see@office decision calls affairs #
staff supplement.what     none       # done words leave
staff supplement.words    none       none TEXT leave
staff supplement.until    none       # leave
staff supplement.look     none       change leave
staff supplement.look     ask        send
staff propose.start       none       accepted rejected returned leave
staff propose.finding     none       # leave
staff propose.seen        none       other roster register nothing done leave
staff propose.sums        none       # done leave
staff propose.words       none       none TEXT leave
staff propose.look        none       change leave
staff propose.look        propose    send
staff decide.start        none       as_proposed accepted rejected returned send_back leave
staff decide.finding      none       # leave
staff decide.seen         none       other roster register nothing done leave
staff decide.sums         none       # done leave
staff decide.words        none       none TEXT leave
staff decide.look         none       change leave
staff decide.look         decide     send
staff decide.back         none       leave
staff decide.back         decide     TEXT
staff similar.list        none       back leave
staff note.note           none       back leave
staff note.note           see        TEXT
staff reopen.why          none       leave
staff reopen.why          decide     TEXT
staff print.print         none       back leave
staff print.print         talk       print
staff talks.list          talk       #
staff talks.whom          none       drop
staff talks.whom          talk       #
staff talk.line           none       phrases ask papers release close list transfer
staff talk.line           herself    down
staff talk.line           talk       TEXT PHOTO
staff talk.sure           none       drop #
staff talk.sure           talk       send
staff talk.phrases        none       #
staff talk.phrase         none       drop
staff talk.phrase         talk       send
staff talk.release        none       no
staff talk.release        talk       yes
staff talk.close          none       no
staff talk.close          talk       yes
staff talk.closed         none       list
staff talk.closed         talk       reopen
staff counter.round       none       # leave
staff counter.name        none       TEXT
staff counter.birth       none       TEXT
staff counter.century     none       #
staff counter.whom        none       unlisted new_child
staff counter.parent      none       TEXT
staff counter.parent_birth none      TEXT
staff counter.parent_century none    #
staff counter.twin        none       same twin
staff counter.dong        none       # unsure
staff counter.consent     none       counter phone no
staff counter.language    none       ko en
staff counter.reason      none       #
staff counter.phone       none       none TEXT
staff counter.statement   none       none TEXT
staff counter.papers      none       # other later enough
staff counter.upload      none       sent
staff counter.upload      file       PHOTO
staff counter.look        none       again
staff counter.look        file       file
staff give.who            none       leave TEXT
staff give.purpose        none       check file visit
staff give.days           file       #
staff visits.days         none       # any back
staff visits.list         none       # back
staff visits.one          none       not_home second plan file apply back
staff visits.one          visit      done
staff visits.again        none       back
staff visits.again        visit      #
staff apply.round         none       # back
staff apply.whom          none       # done
staff apply.means         none       #
staff apply.consent       none       signed spoken proxy no
staff apply.by            none       TEXT
staff apply.look          none       back
staff apply.look          visit      take
staff outreach.list       none       # again fresh
staff outreach.one        none       back
staff outreach.one        visit      reached no_answer visited not_home refused wrong
staff shift.list          none       week #
staff shift.week          none       next list
staff shift.person        none       # next until list
staff shift.day           none       back
staff shift.day           shifts     both am pm none usual
staff shift.until         shifts     open TEXT
staff days.list           none       # add done
staff days.day            none       TEXT
staff days.name           none       # TEXT
staff days.sure           none       no
staff days.sure           shifts@team yes
staff figures.choice      none       light dark file
staff figures.choice      figures@anywhere board dongs appeals speed digest
staff figures.choice      figures@team broadcasts
staff figures.file        none       table report
staff figures.reason      figures@anywhere TEXT
staff ask.question        none       back
staff ask.question        see@anywhere TEXT
staff questions.list      none       # confirm rewrite
staff questions.bundle    none       list topic hand elsewhere
staff questions.bundle    answers@team #
staff questions.topic     none       TEXT
staff questions.topic     answers@team #
staff questions.elsewhere answers@team #
staff questions.hand      answers@team decision calls affairs
staff amendment.list      none       # questions
staff amendment.card      none       list
staff amendment.card      answers@team yes no
staff rewrite.topic       none       # questions TEXT
staff rewrite.ko          none       keep TEXT
staff rewrite.en          none       keep TEXT
staff rewrite.look        none       ko en
staff rewrite.look        answers@team propose
admin home.choice         none       broadcasts people imports figures questions staff leave TEXT
admin home.choice         herself    close
admin door.pin            none       leave again
admin door.pin            herself    TEXT
admin gone.told           none       staff
admin people.list         none       invite deeds #
admin people.card         none       # grant unlock suspend remove list
admin people.card         people     code lift
admin people.sure         none       no
admin people.sure         people     yes
admin invite.name         none       TEXT
admin invite.role         none       #
admin invite.dong         none       #
admin invite.until        none       open TEXT
admin invite.sure         none       no
admin invite.sure         people     yes
admin grant.role          none       #
admin grant.dong          none       #
admin grant.until         none       open TEXT
admin grant.sure          none       no
admin grant.sure          people     yes
admin imports.list        none       send #
admin imports.kind        none       roster payments
admin imports.file        none       list
admin imports.file        import     PHOTO
admin imports.card        none       list apply undo
admin imports.sure        none       no
admin imports.sure        import     yes
admin broadcasts.list     none       new #
admin write.purpose       broadcast  service information
admin write.ko            none       keep
admin write.ko            broadcast  TEXT
admin write.en            none       keep
admin write.en            broadcast  none TEXT
admin write.picture       broadcast  none PHOTO
admin write.whom          none       dongs round older alone tongue again role
admin write.whom          broadcast  done
admin write.dongs         none       done #
admin write.round         none       all #
admin write.status        none       not_applied applied paid returned appeal_open
admin write.tongue        none       all ko en
admin write.start         broadcast  now # TEXT
admin broadcast.card      none       list look approve cancel delete edit parked correct note
admin broadcast.card      broadcast  put withdraw count watch pause resume
admin broadcast.sure      none       no
admin broadcast.sure      broadcast  yes
admin broadcast.edit      none       purpose ko picture whom start
admin parked.list         none       back #
admin parked.settle       none       arrived again
admin parked.sure         none       no
admin parked.sure         broadcast  yes
admin correct.see         none       write look back
admin correct.see         broadcast  approve
admin correct.ko          none       back TEXT
admin correct.en          none       back
admin correct.en          broadcast  TEXT
admin note.note           none       back
admin note.note           broadcast  yes
admin figures.choice      none       light dark file
admin figures.choice      figures@anywhere board dongs appeals speed digest
admin figures.choice      figures@team broadcasts
admin figures.file        none       table report
admin figures.reason      figures@anywhere TEXT
admin request.card        none       list
admin request.card        people     yes no
admin deeds.choice        none       review list #
admin deeds.choice        people     check
admin deeds.day           none       # TEXT
admin deeds.kinds         none       all choice #
admin deeds.rows          none       more kinds choice
admin review.months       none       deeds
admin review.months       people     #
admin review.parts        none       months #
admin review.part         none       parts close
admin review.remark       people     TEXT
admin questions.list      none       # confirm rewrite
admin questions.bundle    none       list topic hand elsewhere
admin questions.bundle    answers@team #
admin questions.topic     none       TEXT
admin questions.topic     answers@team #
admin questions.elsewhere answers@team #
admin questions.hand      answers@team decision calls affairs
admin amendment.list      none       # questions
admin amendment.card      none       list
admin amendment.card      answers@team yes no
admin rewrite.topic       none       # questions TEXT
admin rewrite.ko          none       keep TEXT
admin rewrite.en          none       keep TEXT
admin rewrite.look        none       ko en
admin rewrite.look        answers@team propose
"""


def _allowed() -> Mapping[str, frozenset[str]]:
    head, *rows = (line.split() for line in _RIGHTS.strip().splitlines())
    return {row[0]: frozenset(what for what, mark in zip(head, row[1:], strict=True) if mark == "x") for row in rows}


def _buttons() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for desk, step, right, *codes in map(str.split, _BUTTONS.strip().splitlines()):
        row = found.setdefault(f"{desk} {step}", {})
        assert not row.keys() & codes, f"twice at {step}"
        row.update(dict.fromkeys(codes, right))
    return found


ALLOWED: Final = _allowed()
BUTTONS: Final = _buttons()
"""Of each step the right that each button wants."""


@dataclass(frozen=True, slots=True)
class Place:
    """For which dong a right was given and when it is used: all that is looked at belongs to `DONG`."""

    name: str
    grant: str
    now: datetime
    reaches: bool


DONG: Final = "ara"  # becomes two on 20 October 2025
_AFTER = datetime(2025, 10, 21, 10, tzinfo=SEOUL)
PLACES: Final = (
    Place("own", DONG, MONDAY, True),
    Place("other", "yeonhui", MONDAY, False),
    Place("divided", "ara-2", _AFTER, True),
    Place("gone", DONG, _AFTER, False),
)
ROLES: Final = [(role, place) for role in Role for place in PLACES if role in OF_A_DONG or place.name == "own"]


def permitted(role: Role, place: Place) -> frozenset[str]:
    """What this role may do to what belongs to the dong, by the table."""
    return ALLOWED[role.value] if role.value not in OF_A_DONG or place.reaches else frozenset()


@cache
def named(where: str, code: str) -> str:
    """The name under which an answer stands in the row of its step; as it is when it stands in none."""
    row = BUTTONS.get(where, {})
    return DATA if code not in row and DATA in row and (_ID.fullmatch(code) or code in _data()) else code


_ID = re.compile(r"v\d+|(request-)?[0-9a-f]{32}(-\w+)?|\d{4}-\d\d-\d\d(/[ap]m)?|\d+|[a-z]+\.[a-z_]+")


@cache
def _data() -> frozenset[str]:
    """Every code that the folders of the city and its programmes name."""
    programmes = CITY.programmes.values()
    return frozenset().union(
        CITY.places.dongs, CITY.elsewhere, all_phrases(), READY_NAMES, (role.value for role in Role),
        *(
            {*one.appeal_reasons, *one.findings, *one.papers, *one.requests, *one.means, *one.answers}
            for one in programmes
        ),
        *({f"{one.id}/{each.code}", *each.sums} for one in programmes for each in one.rounds),
    )  # fmt: skip
