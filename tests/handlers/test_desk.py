"""What the engine gives every step for nothing, with small dialogs of the test's own."""

from dataclasses import dataclass, field
from typing import Any, cast

import pytest
from msgspec.structs import replace

from bot import words
from handlers.desk import Desk
from handlers.dialog import (
    END,
    STAY,
    TEXT,
    UPLOADS,
    Ask,
    Contact,
    Dialog,
    Inbound,
    Kind,
    Lines,
    Next,
    Open,
    Option,
    Refuse,
    Step,
    Turn,
    Upload,
    lines,
    t,
)
from handlers.screen import BACK, BEFORE, HOME, MORE, PERSON
from storage.engine import Db, Drawer
from storage.people import Person, stranger
from storage.sessions import Session
from storage.tables import settings
from storage.vault import Vault, new_office_key
from tests.bot.counter import KIM, Counter
from tests.journey import CITY, MONDAY

FRUITS = (Option("apple", lines("Apple, red")), Option("pear", lines("Pear")))
MANY = tuple(Option(f"o{n}", lines(f"Thing {n}")) for n in range(1, 20))
NUMBERS = (Option("none", lines("None at all")),)


def raw(text: str) -> Lines:
    return lines(text)


def asking(text: str, *options: Option, **more: Any) -> Any:
    async def ask(_turn: Turn) -> Ask:
        return Ask(raw(text), options, **more)

    return ask


def going(way: Next, **draft: Any) -> Any:
    async def accept(turn: Turn, answer: Any) -> Next:
        turn.draft |= {**draft, "answer": answer if isinstance(answer, str) else type(answer).__name__}
        return way

    return accept


async def refuse(turn: Turn, _answer: Any) -> Next:
    turn.draft["kept"] = True
    turn.person = replace(turn.person, language="en")
    turn.say(raw("never said"))
    await turn.store.write(settings.insert(), {"name": "refused", "value": "1"})
    raise Refuse(raw("that will not do"))


async def break_down(turn: Turn, _answer: Any) -> Next:
    await turn.store.write(settings.insert(), {"name": "broken", "value": "1"})
    raise ZeroDivisionError


async def home_accepts(_turn: Turn, code: str) -> Next:
    return Open(code)


async def summary_asks(turn: Turn) -> Ask:
    return Ask(raw(f"answers: {turn.draft.get('answer')}"), (Option("yes", raw("Yes")),))


def consented(turn: Turn) -> Open | None:
    return None if turn.person.consents else Open("consent")


async def consents(turn: Turn, _answer: Any) -> Next:
    turn.person = replace(turn.person, consent=1)
    return END


async def prefilled_asks(turn: Turn) -> Ask:
    return Ask(raw(f"guarded {turn.draft.get('round', '-')}"), takes=TEXT)


async def vanished(turn: Turn) -> Ask:
    if turn.draft.get("gone"):
        raise Refuse(raw("it is gone"))
    return Ask(raw("still here?"), takes=TEXT)


DIALOGS = (
    Dialog("home", (Step("menu", asking("home", Option("fruit", raw("Fruit"))), home_accepts),)),
    Dialog(
        "fruit",
        (
            Step("pick", asking("which fruit?", *FRUITS), going("summary"), ("summary",)),
            Step("summary", summary_asks, going(END)),
        ),
        command="fruit",
    ),
    Dialog("many", (Step("pick", asking("which of many?", *MANY), going(END)),), command="many"),
    Dialog("sum", (Step("how", asking("how much?", *NUMBERS, takes=TEXT, numeric=True), going(END)),), command="sum"),
    Dialog(
        "words",
        (
            Step("say", asking("in your words", takes=TEXT), going("again")),
            Step("again", asking("more?", takes=TEXT), going(END)),
        ),
        command="words",
    ),
    Dialog(
        "papers",
        (Step("send", asking("send it", Option("done", raw("Done")), takes=UPLOADS), going(STAY)),),
        command="papers",
    ),
    Dialog(
        "phone", (Step("share", asking("your phone?", contact=t("desk.share_phone")), going(END)),), command="phone"
    ),
    Dialog("strict", (Step("ask", asking("say it", takes=TEXT), refuse),), command="strict"),
    Dialog("broken", (Step("ask", asking("break it", takes=TEXT), break_down),), command="broken"),
    Dialog("consent", (Step("ask", asking("do you agree?", Option("yes", raw("Yes"))), consents),)),
    Dialog("guarded", (Step("ask", prefilled_asks, going(END)),), command="guarded", guard=consented),
    Dialog(
        "opens",
        (Step("ask", asking("?", Option("go", raw("Go"))), going(Open("guarded", draft={"round": "2"}))),),
        command="opens",
    ),
    Dialog("vanishing", (Step("ask", vanished, going("ask", gone=True)),), command="vanishing"),
    Dialog("person", (Step("ask", asking("a person comes"), going(END)),), command="person"),
)


async def hear(turn: Turn) -> None:
    turn.say(raw(f"errand {turn.inbound.errand}"))


DESK = Desk("resident", DIALOGS, home="home", person="person", words=words.write, errand=hear)


@dataclass
class Visitor:
    """Somebody at the desk; her session is kept here, and nothing is written to any database."""

    desk: Desk = DESK
    person: Person = field(default_factory=lambda: stranger(KIM, "ko", MONDAY))
    session: Session = field(default_factory=lambda: Session(KIM, "resident"))
    turn: Turn | None = None
    heard: list[str] = field(default_factory=list)

    async def does(self, kind: Kind, **what: Any) -> list[str]:
        store = Drawer(cast("Db", None), Vault.of(new_office_key()), MONDAY)
        self.turn = Turn(Inbound(1, KIM, kind, **what), MONDAY, CITY, store, self.person)
        self.session = await self.desk.answer(self.turn, self.session)
        self.person = self.turn.person
        self.heard = [words.write(letter.text, self.person.language) for letter in self.turn.letters]
        return self.heard

    async def writes(self, text: str) -> list[str]:
        return await self.does(Kind.TEXT, text=text)

    async def presses(self, code: str, turn: int | None = None) -> list[str]:
        return await self.does(Kind.PRESS, press=f"{self.session.turn if turn is None else turn}.{code}", press_id="p")

    @property
    def codes(self) -> list[str]:
        """Codes of the buttons of the last question."""
        assert self.turn is not None
        rows = self.turn.letters[-1].options
        return [data.partition(".")[2] for row in rows for data, _ in row]

    @property
    def stands(self) -> tuple[str | None, str | None]:
        return self.session.dialog, self.session.step


@pytest.fixture
async def kim() -> Visitor:
    """Kim at the menu."""
    visitor = Visitor()
    await visitor.writes("안녕하세요")
    return visitor


def said(key: str, lang: str = "ko") -> str:
    return words.write(t(key), "ko" if lang == "ko" else "en")


# ----------------------------------------------------------------------------------------------- what may be answered


async def test_a_first_visit_opens_the_home_dialog(kim: Visitor) -> None:
    assert (kim.heard, kim.stands) == (["home"], ("home", "menu"))


async def test_an_offered_option_is_accepted(kim: Visitor) -> None:
    assert await kim.presses("fruit") == ["which fruit?"]
    assert await kim.presses("pear") == ["answers: pear"]


@pytest.mark.parametrize("code", ["banana", "", "Pear", "pear ", "pear.x", "o1", MORE, BEFORE])
async def test_a_forged_button_is_refused_and_the_question_repeated(kim: Visitor, code: str) -> None:
    await kim.presses("fruit")
    assert await kim.presses(code) == [said("desk.old_button"), "which fruit?"]
    assert kim.stands == ("fruit", "pick")


@pytest.mark.parametrize("data", ["", "garbage", "..", "-1.pear", "0.pear", "9999999999999999999.pear"])
async def test_callback_data_that_was_never_made_is_refused(kim: Visitor, data: str) -> None:
    await kim.presses("fruit")
    assert (await kim.does(Kind.PRESS, press=data, press_id="p"))[-1] == "which fruit?"


async def test_a_button_of_an_earlier_question_repeats_the_present_one(kim: Visitor) -> None:
    await kim.presses("fruit")
    old = kim.session.turn
    await kim.presses("pear")
    assert await kim.presses("apple", old) == [said("desk.old_button"), "answers: pear"]


async def test_the_same_button_pressed_after_its_question_was_repeated_is_old(kim: Visitor) -> None:
    await kim.presses("fruit")
    old = kim.session.turn
    await kim.writes("???")
    assert (await kim.presses("pear", old))[0] == said("desk.old_button")
    assert await kim.presses("pear") == ["answers: pear"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("1", "apple"), ("2", "pear"), ("2번", "pear"), ("두 번째", "pear"), ("first", "apple"), ("no. 2", "pear"),
     ("Pear", "pear"), (" pear. ", "pear"), ("apple red", "apple"), ("②", "pear")],
)  # fmt: skip
async def test_choices_can_be_typed_as_numbers_or_labels(kim: Visitor, typed: str, code: str) -> None:
    await kim.writes("/fruit")
    assert await kim.writes(typed) == [f"answers: {code}"]


@pytest.mark.parametrize("typed", ["0", "3", "99", "1 2", "grape", "."])
async def test_what_is_no_choice_is_refused_with_a_hint(kim: Visitor, typed: str) -> None:
    await kim.writes("/fruit")
    assert await kim.writes(typed) == [said("desk.choose"), "which fruit?"]


async def test_a_label_is_understood_in_the_readers_language(kim: Visitor) -> None:
    picks = Dialog("pick", (Step("one", asking("?", Option("more", t("desk.more"))), going(END)),), command="pick")
    for language in ("ko", "en"):
        visitor = Visitor(replace_dialogs(*DIALOGS, picks), person=replace(kim.person, language=language))
        await visitor.writes("/pick")
        assert await visitor.writes(said("desk.more", language)) == ["home"]


def replace_dialogs(*dialogs: Dialog) -> Desk:
    return Desk("resident", dialogs, home="home", person="person", words=words.write, errand=hear)


async def test_a_typed_number_is_an_answer_where_numbers_are_asked_for(kim: Visitor) -> None:
    answers: list[str] = []

    async def take(_turn: Turn, answer: str) -> Next:
        answers.append(answer)
        return END

    how = Step("how", asking("how much?", *NUMBERS, takes=TEXT, numeric=True), take)
    visitor = Visitor(replace_dialogs(*DIALOGS[:1], DIALOGS[-1], Dialog("sum", (how,), command="sum")))
    for typed in ("1", "None at all"):
        await visitor.writes("/sum")
        await visitor.writes(typed)
    assert answers == ["1", "none"]


async def test_free_words_are_taken_where_they_are_asked_for(kim: Visitor) -> None:
    await kim.writes("/words")
    await kim.writes("  we moved in May  ")
    assert kim.session.draft["answer"] == "we moved in May"


@pytest.mark.parametrize("text", ["", "   ", "\n"])
async def test_empty_words_are_no_answer(kim: Visitor, text: str) -> None:
    await kim.writes("/words")
    assert (await kim.writes(text))[0] == said("desk.not_this")


async def test_a_file_is_taken_where_one_is_asked_for_and_waits_in_silence_for_more(kim: Visitor) -> None:
    await kim.writes("/papers")
    assert await kim.does(Kind.UPLOAD, upload=Upload("ref", "a.jpg", 1)) == []
    assert kim.session.draft["answer"] == "Upload"
    assert kim.stands == ("papers", "send")


async def test_what_no_step_can_take_may_be_overheard() -> None:
    heard: list[Kind] = []

    async def overhear(turn: Turn) -> Next | None:
        heard.append(turn.inbound.kind)
        return None if turn.inbound.text == "not mine" else STAY

    desk = Desk("resident", DIALOGS, home="home", person="person", words=words.write, errand=hear, overhear=overhear)
    visitor = Visitor(desk)
    await visitor.writes("/fruit")
    for kind in (Kind.TEXT, Kind.EDIT, Kind.OTHER):
        assert await visitor.does(kind, text="for the talk") == []
    assert await visitor.writes("not mine") == [said("desk.choose"), "which fruit?"]
    await visitor.writes("1")
    assert heard == [Kind.TEXT, Kind.EDIT, Kind.OTHER, Kind.TEXT]


async def test_what_is_written_at_home_and_is_none_of_its_answers_is_a_question() -> None:
    asked: list[str] = []

    async def ask(turn: Turn) -> Next | None:
        asked.append(turn.inbound.text)
        return None if turn.inbound.text == "???" else STAY

    desk = Desk("resident", DIALOGS, home="home", person="person", words=words.write, errand=hear, asked=ask)
    visitor = Visitor(desk)
    await visitor.writes("/home")
    for fruit in ("Fruit", "1"):
        await visitor.does(Kind.TEXT, text=fruit)
        await visitor.writes("what is this?")
        await visitor.does(Kind.TEXT, text="처음으로")
    assert await visitor.writes("how much?") == []
    assert visitor.stands == ("home", "menu")
    assert await visitor.writes("???") == [said("desk.choose"), "home"]
    assert await visitor.does(Kind.OTHER, text="a sticker") == [said("desk.not_this"), "home"]
    assert asked == ["how much?", "???"]


async def test_with_whom_she_talks_stands_above_every_question() -> None:
    async def beside(_turn: Turn) -> Lines:
        return raw("with Kim")

    visitor = Visitor(
        Desk("resident", DIALOGS, home="home", person=None, words=words.write, errand=hear, beside=beside)
    )
    assert await visitor.writes("/fruit") == ["with Kim\nwhich fruit?"]


async def test_the_person_is_told_where_somebody_stood_and_nothing_of_what_was_filled_in() -> None:
    async def ask(_turn: Turn) -> Ask:
        return Ask(lines(t("paper.upload", paper="secret"), raw("more")), takes=TEXT)

    dialog = Dialog("look", (Step("one", ask, going(END)),), command="look")
    visitor = Visitor(replace_dialogs(*DIALOGS, dialog))
    await visitor.writes("/look")
    await visitor.presses(PERSON)
    asked = visitor.session.draft.pop("asked")
    assert visitor.session.draft == {"from": "look", "steps": ["one"]}
    assert asked["en"] == words.write(t("paper.upload", paper="…"), "en") + "\n…"
    assert "secret" not in str(asked)


async def test_a_file_is_refused_where_none_is_asked_for(kim: Visitor) -> None:
    await kim.writes("/fruit")
    assert await kim.does(Kind.UPLOAD, upload=Upload("ref", "a.jpg", 1)) == [said("desk.not_this"), "which fruit?"]


async def test_a_contact_is_taken_where_it_is_asked_for_and_its_keyboard_put_away(kim: Visitor) -> None:
    await kim.writes("/phone")
    heard = await kim.does(Kind.CONTACT, contact=Contact("+821012345678", own=True))
    assert heard == [said("desk.noted"), "home"]
    assert kim.turn is not None
    assert [letter.clear_keyboard for letter in kim.turn.letters] == [True, False]


async def test_the_keyboard_goes_with_words_that_are_said_anyway(kim: Visitor) -> None:
    async def take(turn: Turn, _answer: Any) -> Next:
        turn.say(raw("thank you"))
        return END

    ask = asking("your phone?", contact=t("desk.share_phone"))
    visitor = Visitor(replace_dialogs(*DIALOGS[:1], DIALOGS[-1], Dialog("p", (Step("s", ask, take),), command="p")))
    await visitor.writes("/p")
    assert await visitor.does(Kind.CONTACT, contact=Contact("+821012345678", own=True)) == ["thank you", "home"]
    assert visitor.turn is not None
    assert visitor.turn.letters[0].clear_keyboard


async def test_a_contact_is_refused_where_none_is_asked_for(kim: Visitor) -> None:
    assert (await kim.does(Kind.CONTACT, contact=Contact("+821012345678", own=True)))[0] == said("desk.not_this")


@pytest.mark.parametrize("command", ["/fruit", "/words", "/many", "/phone"])
async def test_a_sticker_is_answered_and_the_question_repeated(kim: Visitor, command: str) -> None:
    question = (await kim.writes(command))[-1]
    assert await kim.does(Kind.OTHER) == [said("desk.not_this"), question]


# ------------------------------------------------------------------------------------------------------ long lists


async def test_a_long_list_is_paged_by_eight(kim: Visitor) -> None:
    await kim.writes("/many")
    assert kim.codes[:9] == [*(f"o{n}" for n in range(1, 9)), MORE]
    await kim.presses(MORE)
    assert kim.codes[:10] == [*(f"o{n}" for n in range(9, 17)), BEFORE, MORE]
    await kim.presses(MORE)
    assert kim.codes[:4] == ["o17", "o18", "o19", BEFORE]
    await kim.presses(BEFORE)
    assert kim.codes[0] == "o9"


async def test_a_typed_number_counts_on_the_page_that_is_shown(kim: Visitor) -> None:
    await kim.writes("/many")
    await kim.presses(MORE)
    await kim.writes("2")
    assert kim.turn is not None
    assert kim.turn.draft == {}
    assert kim.turn.choice == lines("Thing 10")


async def test_an_option_of_another_page_may_be_named(kim: Visitor) -> None:
    await kim.writes("/many")
    assert await kim.writes("Thing 19") == ["home"]


@pytest.mark.parametrize(("pages", "code"), [(0, BEFORE), (2, MORE)])
async def test_there_is_no_page_before_the_first_or_after_the_last(kim: Visitor, pages: int, code: str) -> None:
    await kim.writes("/many")
    for _ in range(pages):
        await kim.presses(MORE)
    assert (await kim.presses(code))[0] == said("desk.old_button")


# ---------------------------------------------------------------------------------------------------------- ways out


@pytest.mark.parametrize("command", ["/fruit", "/many", "/sum", "/words", "/papers", "/phone", "/strict", "/broken"])
async def test_start_over_and_a_person_are_on_every_screen(kim: Visitor, command: str) -> None:
    await kim.writes(command)
    assert kim.codes[-2:] == [HOME, PERSON]
    assert await kim.presses(PERSON) == ["a person comes"]
    assert kim.session.draft["from"] == command[1:]
    assert await kim.presses(HOME) == ["home"]


@pytest.mark.parametrize("typed", ["뒤로", "뒤로가기", "이전", "go back", "GO BACK", "/words"])
async def test_back_leads_one_step_back_whatever_it_is_called(kim: Visitor, typed: str) -> None:
    await kim.writes("/words")
    await kim.writes("first answer")
    assert kim.codes[0] == BACK
    assert await kim.writes(typed) == ["in your words"]
    assert BACK not in kim.codes


async def test_back_from_a_first_step_leads_home(kim: Visitor) -> None:
    await kim.writes("/words")
    assert await kim.presses(BACK) == ["home"]


@pytest.mark.parametrize("typed", ["처음으로", "처음", "메뉴", "취소", "menu", "/cancel", "/MENU", "/menu@bot"])
async def test_start_over_leads_home_whatever_it_is_called(kim: Visitor, typed: str) -> None:
    await kim.writes("/words")
    await kim.writes("first answer")
    assert await kim.writes(typed) == ["home"]


@pytest.mark.parametrize("typed", ["상담원", "상담", "사람", "직원", "person", "/human"])
async def test_a_person_is_reached_whatever_he_is_called(kim: Visitor, typed: str) -> None:
    await kim.writes("/words")
    assert await kim.writes(typed) == ["a person comes"]


async def test_an_old_way_out_still_works(kim: Visitor) -> None:
    await kim.writes("/words")
    assert await kim.presses(HOME, turn=0) == ["home"]


async def test_a_way_out_is_written_under_the_question_like_any_choice(kim: Visitor) -> None:
    await kim.presses(PERSON)
    assert kim.turn is not None
    assert kim.turn.choice == t("desk.person")


@pytest.mark.parametrize("typed", ["/nonsense", "/", "/fruits"])
async def test_an_unknown_command_says_so_and_repeats_the_question(kim: Visitor, typed: str) -> None:
    await kim.writes("/words")
    assert await kim.writes(typed) == [said("desk.unknown_command"), "in your words"]


async def test_an_unknown_command_of_a_stranger_opens_the_home_dialog() -> None:
    assert await Visitor().writes("/nonsense") == [said("desk.unknown_command"), "home"]


@pytest.mark.parametrize("typed", ["/fruit", "/FRUIT", "/fruit@changgu_bot", "/fruit now please"])
async def test_a_command_opens_its_dialog_from_anywhere(kim: Visitor, typed: str) -> None:
    await kim.writes("/words")
    assert await kim.writes(typed) == ["which fruit?"]


# ----------------------------------------------------------------------------------------------- refusals and faults


async def test_a_refusal_keeps_nothing_that_accept_did_and_asks_again(database_url: str) -> None:
    async with Counter(database_url, {"resident": DESK}) as counter:
        await counter.writes(KIM, "/strict")
        assert await counter.writes(KIM, "no")
        await counter.settled()
        assert counter.all(KIM)[-2:] == ["that will not do", "say it"]
        assert await counter.rows(settings) == []
        assert (await counter.person(KIM)).language == "ko"


async def test_a_refusal_keeps_the_draft_and_the_person_as_they_were(kim: Visitor) -> None:
    ways = Step("ask", asking("say it", takes=TEXT), _refuse_in_memory)
    visitor = Visitor(replace_dialogs(*DIALOGS[:1], DIALOGS[-1], Dialog("s", (ways,), command="s")))
    await visitor.writes("/s")
    before = visitor.person
    await visitor.writes("no")
    assert (visitor.session.draft, visitor.person) == ({}, before)


async def _refuse_in_memory(turn: Turn, _answer: Any) -> Next:
    turn.draft["kept"], turn.person = True, replace(turn.person, language="en")
    raise Refuse(raw("no"))


async def test_a_refusal_keeps_what_was_said_before_the_step_was_reached(kim: Visitor) -> None:
    await kim.writes("/fruit")
    turn = Turn(
        Inbound(1, KIM, Kind.TEXT, text="???"),
        MONDAY,
        CITY,
        Drawer(cast("Db", None), Vault.of(new_office_key()), MONDAY),
        kim.person,
    )
    turn.say(raw("we took your message away"))
    await DESK.answer(turn, kim.session)
    assert [letter.text for letter in turn.letters][:2] == [raw("we took your message away"), t("desk.choose")]


async def test_a_fault_rolls_the_turn_back_and_is_not_kept(database_url: str) -> None:
    async with Counter(database_url, {"resident": DESK}) as counter:
        await counter.writes(KIM, "/broken")
        assert not await counter.writes(KIM, "now")
        assert await counter.rows(settings) == []
        await counter.settled()
        assert counter.all(KIM) == ["break it"]


# --------------------------------------------------------------------------------------------- releases and long waits


async def test_a_step_that_a_release_renamed_leads_home_with_a_word(kim: Visitor) -> None:
    kim.session = kim.session.at("fruit", "formerly", {"answer": "pear"})
    assert await kim.writes("1") == [said("desk.lost_place"), "home"]
    assert kim.session.draft == {}


async def test_a_question_that_cannot_be_asked_any_more_leads_home_and_says_why(kim: Visitor) -> None:
    await kim.writes("/vanishing")
    assert await kim.writes("yes") == ["it is gone", "home"]
    for answer in ("yes", "/nonsense"):
        kim.session = kim.session.at("vanishing", "ask", {"gone": True})
        assert (await kim.writes(answer))[-2:] == ["it is gone", "home"]


async def test_a_dialog_that_is_no_more_leads_home_with_a_word(kim: Visitor) -> None:
    kim.session = kim.session.at("vegetables", "pick", {})
    assert await kim.presses("carrot") == [said("desk.lost_place"), "home"]


async def test_an_unknown_command_at_a_lost_step_leads_home(kim: Visitor) -> None:
    kim.session = kim.session.at("vegetables", "pick", {})
    assert await kim.writes("/nonsense") == [said("desk.unknown_command"), "home"]


async def test_a_month_old_draft_goes_on_where_it_was_left(database_url: str) -> None:
    async with Counter(database_url, {"resident": DESK}) as counter:
        await counter.writes(KIM, "/fruit")
        await counter.writes(KIM, "pear")
        await counter.settled()
    async with Counter(database_url, {"resident": DESK}) as counter:
        counter.later(days=31)
        await counter.brings(KIM, Kind.PRESS, press="1.apple", press_id="p")
        await counter.writes(KIM, "뒤로")
        await counter.settled()
        assert counter.all(KIM) == [said("desk.old_button"), "answers: pear", "which fruit?"]


# ------------------------------------------------------------------------------------------------------------- guards


async def test_a_guard_sends_elsewhere_first_and_comes_back(kim: Visitor) -> None:
    assert await kim.writes("/guarded") == ["do you agree?"]
    assert await kim.presses("yes") == ["guarded -"]


async def test_a_guarded_dialog_comes_back_with_its_prefilled_answers(kim: Visitor) -> None:
    await kim.writes("/opens")
    assert await kim.presses("go") == ["do you agree?"]
    assert await kim.presses("yes") == ["guarded 2"]


async def test_a_guarded_dialog_opened_by_the_detour_itself_is_prefilled_too(kim: Visitor) -> None:
    async def opens_then(turn: Turn, _answer: Any) -> Next:
        turn.person = replace(turn.person, consent=1)
        return Open(turn.draft["then"])

    consent = Dialog("consent", (Step("ask", asking("agree?", Option("yes", raw("Yes"))), opens_then),))
    visitor = Visitor(replace_dialogs(*(consent if one.name == "consent" else one for one in DIALOGS)))
    await visitor.writes("/opens")
    await visitor.presses("go")
    assert await visitor.presses("yes") == ["guarded 2"]


async def test_who_loses_what_a_guard_wants_is_asked_for_it_again(kim: Visitor) -> None:
    kim.person = replace(kim.person, consent=1)
    await kim.writes("/guarded")
    kim.person = replace(kim.person, consent=0)
    assert await kim.writes("words") == ["do you agree?"]


async def test_guards_that_send_in_a_circle_end(kim: Visitor) -> None:
    ask = Step("ask", asking("?", takes=TEXT), going(END))
    a = Dialog("a", (ask,), command="a", guard=lambda _turn: Open("b"))
    b = Dialog("b", (ask,), guard=lambda _turn: Open("a"))
    visitor = Visitor(replace_dialogs(*DIALOGS[:1], DIALOGS[-1], a, b))
    assert await visitor.writes("/a") == ["?"]


async def test_an_unknown_dialog_to_open_is_the_home_dialog(kim: Visitor) -> None:
    assert await kim.presses("fruit") == ["which fruit?"]
    astray = Dialog("astray", (Step("ask", asking("?", takes=TEXT), going(Open("nowhere"))),), command="astray")
    visitor = Visitor(replace_dialogs(*DIALOGS, astray))
    await visitor.writes("/astray")
    assert await visitor.writes("go") == ["home"]


async def test_a_dialog_may_be_opened_at_a_later_step(kim: Visitor) -> None:
    later = Dialog("later", (Step("ask", asking("?", takes=TEXT), going(Open("fruit", "summary"))),), command="later")
    visitor = Visitor(replace_dialogs(*DIALOGS, later))
    await visitor.writes("/later")
    assert await visitor.writes("go") == ["answers: None"]


# ------------------------------------------------------------------------------------------------- anything else sent


async def test_an_edited_message_is_answered_and_changes_nothing(kim: Visitor) -> None:
    await kim.writes("/words")
    before = kim.session
    assert await kim.does(Kind.EDIT, text="/menu") == [said("desk.edited")]
    assert kim.session == before


async def test_in_a_group_only_the_way_to_the_private_chat_is_told() -> None:
    visitor = Visitor()
    assert await visitor.does(Kind.GROUP) == [said("desk.group")]
    assert visitor.stands == (None, None)


async def test_who_blocks_the_bot_is_unreachable_until_she_is_back(kim: Visitor) -> None:
    assert await kim.does(Kind.LEFT) == []
    assert not kim.person.reachable
    assert await kim.does(Kind.BACK) == []
    assert kim.person.reachable


async def test_an_errand_is_told_wherever_the_person_stands_and_moves_her_nowhere(kim: Visitor) -> None:
    await kim.writes("/words")
    before = kim.session
    assert await kim.does(Kind.ERRAND, errand={"file": "x"}) == ["errand {'file': 'x'}"]
    assert kim.session == before
