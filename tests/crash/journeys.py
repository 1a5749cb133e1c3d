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

PATIENCE = 40.0
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
            for data in (str(button.get("callback_data", "")) for button in heard.keys):
                number, _, found = data.partition(".")
                if found == (code or found) and int(number.lstrip(STAFF)) > self.turn:
                    self.turn = int(number.lstrip(STAFF))
                    await self.person.presses(data, on=heard, timeout=PATIENCE)
                    return


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


async def decision(resident: Walker) -> None:
    """An appeal that was filed: taken, asked about and answered, proposed, decided; she reads how it ended."""
    dong, team = resident.met
    await resident.writes("/cases")
    await resident.hears("case.list.ask")
    await _taken(dong)
    await _asked(dong)
    await _answered(resident)
    await _proposed(dong)
    await _taken(team)
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


async def _taken(officer: Walker) -> None:
    """The one that waits in her queue."""
    await officer.writes("/queue")
    await officer.picks("queue.ask")
    await officer.picks("card.story", "take")


async def _asked(officer: Walker) -> None:
    """For the first thing that can be asked for."""
    await officer.picks("card.story", "supplement")
    await officer.picks("supplement.what.ask")
    await officer.picks("supplement.what.ask", "done")
    await officer.picks("supplement.until.ask")
    await officer.picks("supplement.look.ask", "send")
    await officer.hears("supplement.sent")


async def _answered(resident: Walker) -> None:
    """In words."""
    await resident.hears("answer.asked")
    await resident.writes("/cases")
    await resident.picks("case.list.ask")
    await resident.picks("case.title", "answer")
    await resident.picks("answer.ask", "words")
    await resident.answers("answer.words.ask", "8월에 이사했습니다")
    await resident.picks("answer.ask", "done")
    await resident.hears("answer.handed_in")


async def _proposed(officer: Walker) -> None:
    """To accept, with a sum."""
    await officer.hears("answer.came")
    await officer.writes("/mine")
    await officer.picks("mine.ask")
    await officer.picks("card.story", "propose")
    await officer.picks("propose.ask", "accepted")
    await officer.picks("ruling.finding.ask", "confirmed")
    await officer.picks("ruling.seen.ask", "roster")
    await officer.picks("ruling.seen.ask", "done")
    await officer.picks("ruling.sums.ask", "near_poverty")
    await officer.picks("ruling.sums.ask", "done")
    await officer.picks("ruling.words.ask", "none")
    await officer.picks("ruling.look.ask", "send")
    await officer.hears("propose.done")


NEW, WELCOMED, KNOWN, SERVED = 9001, 8001, 8002, 8003
"""Chats: from the first on all are new; one consented, one is recognised, one has filed an appeal."""
DONG, TEAM = 8101, 8102  # officers who stand at their open desks
JOURNEYS: Final[Mapping[Journey, int]] = {
    welcome: NEW,
    talk: NEW,
    language: WELCOMED,
    notices: WELCOMED,
    recognition: WELCOMED,
    recognition_by_code: WELCOMED,
    unlisted: WELCOMED,
    withdrawal: WELCOMED,
    eligibility: KNOWN,
    payment: KNOWN,
    appeal: KNOWN,
    supplement: KNOWN,
    forgetting: KNOWN,
    erasure: KNOWN,
    decision: SERVED,
}
"""Who walks each of them."""
MET: Final[Mapping[Journey, tuple[int, ...]]] = {decision: (DONG, TEAM)}
"""Whom she meets there."""
