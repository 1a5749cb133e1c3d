"""Ways through the counter which residents walk while it dies under them.

A walker knows what she waits for by its key in `locales/` and presses buttons by their codes. A question that comes
twice is answered where it stands last, as people do.
"""

import io
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from PIL import Image

from bot import words
from bot.sample import Member
from playground.people import Person
from playground.views import Seen

PATIENCE = 60.0
STAFF = "s"  # before the number in the buttons of the staff desk


def korean(key: str) -> str:
    """The longest piece of a sentence of the bot in Korean that holds no value."""
    return max(re.split(r"\{[^}]*\}", words.catalogue("ko")[key]), key=len)


def photo() -> bytes:
    """A paper, photographed."""
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(made, "JPEG")
    return made.getvalue()


PHOTO: Final = photo()


@dataclass
class Walker:
    """A resident with her phone in her hand; `member` is her row of the roster, `code` what the dong gave her.

    `met` are the officers on the other side of the counter: of her dong, and of the team that decides.
    """

    person: Person
    member: Member
    code: str = ""
    met: "Sequence[Walker]" = ()
    turn: int = 0

    async def writes(self, text: str) -> None:
        """Write something, unasked."""
        await self.person.says(text)

    async def hears(self, key: str) -> Seen:
        """Wait for a sentence of the bot."""
        return await self.person.hears(korean(key), timeout=PATIENCE)

    async def answers(self, key: str, text: str) -> None:
        """Wait for a question, and write the answer."""
        await self.hears(key)
        await self.writes(text)

    async def picks(self, key: str, code: str = "") -> None:
        """Wait for a question and press the button of this code, or the first; an older copy is passed over."""
        while True:
            heard = await self.hears(key)
            for data in _pressable(heard):
                number, found = _turn(data), data.partition(".")[2]
                if found == (code or found) and number > self.turn:
                    self.turn = number
                    await self.person.presses(data, on=heard, timeout=PATIENCE)
                    return

    async def reads(self, key: str) -> None:
        """Wait for a question and press nothing: a copy that comes late is an older one from now on."""
        self.turn = max(map(_turn, _pressable(await self.hears(key))))


def _pressable(heard: Seen) -> list[str]:
    return [str(button["callback_data"]) for button in heard.keys if "callback_data" in button]


def _turn(data: str) -> int:
    return int(data.partition(".")[0].lstrip(STAFF))


Journey = Callable[[Walker], Awaitable[None]]


async def welcome(resident: Walker) -> None:
    """From the first word to the menu."""
    await resident.writes("/start")
    await resident.picks("start.language.ask", "ko")
    await resident.picks("start.consent.ask", "yes")
    await resident.picks("start.case_notices.ask", "yes")
    await resident.picks("start.information.ask", "no")
    await resident.picks("start.decisions_here.ask", "yes")
    await resident.hears("menu.ask")


async def talk(resident: Walker) -> None:
    """From the first word to a filed wish to talk to a person."""
    await welcome(resident)
    await resident.writes("/human")
    await resident.answers("human.ask", "쿠폰 사용처가 궁금합니다")
    await resident.picks("human.more", "done")
    await resident.hears("menu.ask")


async def recognition(resident: Walker) -> None:
    """Recognised by her own phone and birth date, she sees what was paid."""
    await resident.writes("/payment")
    await resident.hears("recognise.phone.ask")
    await resident.person.shares_contact()
    await resident.answers("recognise.birth.ask", resident.member.birth_date.isoformat())
    await resident.picks("payment.ask", "done")
    await resident.hears("menu.ask")


async def recognition_by_code(resident: Walker) -> None:
    """Recognised by the number that the dong gave her."""
    await resident.writes("/payment")
    await resident.answers("recognise.phone.ask", words.catalogue("ko")["recognise.code"])
    await resident.answers("recognise.code.ask", resident.code)
    await resident.hears("payment.ask")


async def eligibility(resident: Walker) -> None:
    """What she is entitled to."""
    await resident.writes("/eligibility")
    await resident.picks("eligibility.programme.ask")
    await resident.picks("eligibility.after.ask", "done")
    await resident.hears("menu.ask")


async def payment(resident: Walker) -> None:
    """What was paid, and from there what she is entitled to."""
    await resident.writes("/payment")
    await resident.picks("payment.ask", "eligibility")
    await resident.hears("eligibility.programme.ask")


async def send_paper(resident: Walker) -> None:
    """Send one photo where it is asked for, and go on when it has been looked at."""
    asked = await resident.hears("paper.upload")
    await resident.person.sends_photo(PHOTO)
    await resident.hears("errand.stored")
    sent = next(str(key["callback_data"]) for key in asked.keys if str(key["callback_data"]).endswith(".sent"))
    resident.turn = int(sent.partition(".")[0])
    await resident.person.presses(sent, on=asked, timeout=PATIENCE)


async def appeal(resident: Walker) -> None:
    """An appeal with a paper, up to its receipt."""
    await resident.writes("/appeal")
    await resident.picks("appeal.round.ask")
    await resident.picks("appeal.whom.ask")
    await resident.picks("appeal.reason.ask", "amount")
    await resident.picks("appeal.papers.ask", "other")
    await send_paper(resident)
    await resident.picks("appeal.papers.ask", "enough")
    await resident.picks("appeal.statement.ask", "none")
    await resident.picks("appeal.summary.ask", "right")
    await resident.picks("receipt.ask", "done")
    await resident.hears("menu.ask")


async def whole(resident: Walker) -> None:
    """Everything in one walk: welcomed, recognised, an appeal filed."""
    await welcome(resident)
    await recognition(resident)
    await appeal(resident)


async def unlisted(resident: Walker) -> None:
    """An appeal of somebody whom the roster does not know: identity to be checked."""
    await resident.writes("/appeal")
    await resident.picks("appeal.round.ask")
    await resident.picks("appeal.whom.ask", "unlisted")
    await resident.answers("appeal.name.person", "홍길동")
    await resident.answers("appeal.birth.person", "1990-05-05")
    await resident.picks("appeal.dong.ask")
    await resident.hears("appeal.phone.ask")
    await resident.writes(words.catalogue("ko")["appeal.phone.skip"])
    await resident.picks("appeal.reason.ask")
    await resident.picks("appeal.papers.ask", "later")
    await resident.answers("appeal.statement.ask", "외국에서 돌아왔습니다")
    await resident.picks("appeal.summary.ask", "right")
    await resident.hears("receipt.ask")


async def supplement(resident: Walker) -> None:
    """Another paper for a case that is filed."""
    await appeal(resident)
    await resident.writes("/cases")
    await resident.picks("case.list.ask")
    await resident.picks("case.title", "add")
    await resident.picks("case.papers.ask", "other")
    await send_paper(resident)
    await resident.picks("case.papers.ask", "enough")
    await resident.hears("case.title")


async def withdrawal(resident: Walker) -> None:
    """A case filed and taken back."""
    await unlisted(resident)
    await resident.writes("/cases")
    await resident.picks("case.list.ask")
    await resident.picks("case.title", "withdraw")
    await resident.picks("case.withdraw.ask", "yes")
    await resident.hears("case.list.ask")


async def language(resident: Walker) -> None:
    """Another language, and back."""
    await resident.writes("/language")
    await resident.picks("language.ask", "en")
    await resident.person.hears(words.catalogue("en")["menu.ask"], timeout=PATIENCE)
    await resident.writes("/language")
    await resident.person.hears(words.catalogue("en")["language.ask"], timeout=PATIENCE)


async def notices(resident: Walker) -> None:
    """One of the optional consents is withdrawn."""
    await resident.writes("/notices")
    await resident.picks("notices.ask", "case_notices")
    await resident.picks("notices.ask", "done")
    await resident.hears("menu.ask")


async def forgetting(resident: Walker) -> None:
    """This phone shall no longer be known."""
    await resident.writes("/mydata")
    await resident.picks("mydata.ask", "forget")
    await resident.picks("mydata.forget.ask", "yes")
    await resident.hears("menu.ask")


async def erasure(resident: Walker) -> None:
    """All that may be erased, erased."""
    await resident.writes("/mydata")
    await resident.picks("mydata.ask", "erase")
    await resident.picks("mydata.erase.ask", "yes")
    await resident.hears("mydata.erased")


async def question(resident: Walker) -> None:
    """A question in her own words is answered, and she says that it did not help."""
    await resident.writes("/ask")
    await resident.answers("ask.ask", "어디서 쓸 수 있습니까")
    answer = await resident.hears("ask.source")
    await resident.person.presses(_under(answer, "x"), on=answer, timeout=PATIENCE)
    sorry = await resident.hears("ask.sorry")
    await resident.person.presses(_under(sorry, "h"), on=sorry, timeout=PATIENCE)
    await resident.hears("menu.ask")


def _under(letter: Seen, word: str) -> str:
    """The data of a button under an answer."""
    return next(data for data in _pressable(letter) if data.startswith(f"q.{word}"))


# How an appeal is decided, in four ways: each begins where the one before it ends, so that dying at every point of all
# of them costs a quarter of dying at every point of one.


async def asking(resident: Walker) -> None:
    """An appeal that was filed is taken, and its resident asked for something."""
    dong, *_ = resident.met
    await resident.writes("/cases")  # nobody is written to who never wrote
    await resident.hears("case.list.ask")
    await dong.writes("/queue")
    await dong.picks("queue.ask")
    await dong.picks("card.story", "take")
    await dong.picks("card.story", "supplement")
    await dong.picks("supplement.what.ask")
    await dong.picks("supplement.what.ask", "done")
    await dong.picks("supplement.until.ask")
    await dong.picks("supplement.look.ask", "send")
    await dong.hears("supplement.sent")
    await dong.hears("card.story")
    await resident.hears("answer.asked")


async def answering(resident: Walker) -> None:
    """She answers in words, and who asked her hears of it."""
    dong, *_ = resident.met
    await dong.writes("/mine")
    await dong.reads("mine.ask")
    await resident.writes("/cases")
    await resident.picks("case.list.ask")
    await resident.picks("case.title", "answer")
    await resident.picks("answer.ask", "words")
    await resident.answers("answer.words.ask", "8월에 이사했습니다")
    await resident.picks("answer.ask", "done")
    await resident.hears("answer.handed_in")
    await resident.hears("case.title")
    await dong.hears("answer.came")


async def proposing(resident: Walker) -> None:
    """Who has it in hand proposes to accept it, with a sum."""
    dong, *_ = resident.met
    await dong.writes("/mine")
    await dong.picks("mine.ask")
    await dong.picks("card.story", "propose")
    await dong.picks("propose.ask", "accepted")
    await dong.picks("ruling.finding.ask", "confirmed")
    await dong.picks("ruling.seen.ask", "roster")
    await dong.picks("ruling.seen.ask", "done")
    await dong.picks("ruling.sums.ask", "near_poverty")
    await dong.picks("ruling.sums.ask", "done")
    await dong.picks("ruling.words.ask", "none")
    await dong.picks("ruling.look.ask", "send")
    await dong.hears("propose.done")
    await dong.hears("card.story")


async def deciding(resident: Walker) -> None:
    """The team takes it and decides as was proposed; she reads how it ended."""
    team, *_ = resident.met
    await resident.writes("/cases")
    await resident.reads("case.list.ask")
    await team.writes("/queue")
    await team.picks("queue.ask")
    await team.picks("card.story", "take")
    await team.picks("card.story", "decide")
    await team.picks("decide.ask", "as_proposed")
    await team.picks("ruling.look.ask", "send")
    await team.hears("decide.told")
    await team.hears("card.story")
    await resident.hears("decision.ready")
    await resident.writes("/cases")
    await resident.picks("case.list.ask")
    await resident.picks("case.title", "decision")
    await resident.hears("decision.title")
    await resident.hears("case.title")


NEW, WELCOMED, KNOWN = 9001, 8001, 8002
"""Chats: from the first on all are new; one consented, one is recognised."""
SERVED, ASKED, CHECKED, PROPOSED = 8003, 8004, 8005, 8006
"""These have filed an appeal: it waits, she was asked, an officer checks it, it is proposed to accept it."""
DONG, ASKER, CHECKER, TEAM = 8101, 8102, 8103, 8104
"""Officers who stand at their open desks: three of one dong, one of the team that decides."""
JOURNEYS: Final[Mapping[Journey, int]] = {
    welcome: NEW,
    talk: NEW,
    language: WELCOMED,
    notices: WELCOMED,
    recognition: WELCOMED,
    recognition_by_code: WELCOMED,
    unlisted: WELCOMED,
    withdrawal: WELCOMED,
    question: WELCOMED,
    eligibility: KNOWN,
    payment: KNOWN,
    appeal: KNOWN,
    supplement: KNOWN,
    forgetting: KNOWN,
    erasure: KNOWN,
    asking: SERVED,
    answering: ASKED,
    proposing: CHECKED,
    deciding: PROPOSED,
}
"""Who walks each of them."""
MET: Final[Mapping[Journey, tuple[int, ...]]] = {
    asking: (DONG,),
    answering: (ASKER,),
    proposing: (CHECKER,),
    deciding: (TEAM,),
}
"""Whom she meets there."""
