"""Asking for what is missing, and the resident's answer: whose turn it is, until when, and who is woken."""

from storage import cases, files, pauses
from storage.cases import Case
from storage.engine import Drawer
from tests.handlers.resident.conftest import Arrive
from tests.handlers.staff.deciding import appeal, dong_officer, story, takes, tasks, the_case
from tests.journey import Officer, Resident, Town


async def asks(officer: Officer, *answers: str) -> None:
    """Ask for an explanation within five working days, or by these answers."""
    await officer.presses("supplement")
    for answer in answers or ("explain", "done", "5", "send"):
        await officer.presses(answer)


async def asked(town: Town, recognised: Arrive, **more: str) -> tuple[Resident, Officer]:
    """A resident who was asked for something, and the officer who asked."""
    kim = await appeal(town, recognised, **more)
    han = await dong_officer(town)
    await takes(town, han)
    await asks(han)
    return kim, han


async def opens_request(town: Town, kim: Resident) -> None:
    await kim.writes("/cases")
    await kim.presses((await the_case(town)).id.hex)
    await kim.presses("answer")


async def test_asking_stops_the_clock_and_tells_her_without_saying_what(town: Town, recognised: Arrive) -> None:
    kim, han = await asked(town, recognised)
    case = await the_case(town)
    assert (case.state, case.holder, case.calls) == ("supplement", han.account, 1)
    assert case.answer_by is not None
    assert f"{case.answer_by:%m-%d %H:%M}" == "08-04 09:00"  # 18:00 in Korea
    assert case.number in kim.all[-1]
    assert "까지 답해 주십시오" in kim.all[-1]
    assert "자세히" not in kim.all[-1]
    ((began, _),) = await town.within(lambda store: pauses.of_case(store, case.id))
    assert began == town.now


async def test_the_officer_sees_the_request_before_it_goes(town: Town, recognised: Arrive) -> None:
    await appeal(town, recognised)
    han = await dong_officer(town)
    await takes(town, han)
    await asks(han, "explain", "words")
    await han.writes("통장 사본은 필요 없습니다.")
    await han.presses("done")
    await han.presses("10")
    for words in (
        "■ 보완 요청",
        "요청: 어떤 점이 사실과 다른지",
        "담당자의 말: 통장 사본은",
        "기한: 2025년 8월 11일(월)",
    ):
        assert words in han.question
    await han.presses("change")
    assert "✓ 무엇이 다른지 설명" in han.buttons


async def test_an_english_reader_is_asked_in_english(town: Town, recognised: Arrive) -> None:
    lan, _ = await asked(town, recognised, name="nguyen-thi-lan", language="en")
    await opens_request(town, lan)
    assert "Request: Please tell us in a little more detail what is wrong." in lan.all[-2]


async def test_nothing_is_asked_for_nothing(town: Town, recognised: Arrive) -> None:
    await appeal(town, recognised)
    han = await dong_officer(town)
    await takes(town, han)
    await asks(han, "done")
    assert "요청할 것을 고르거나" in han.all[-2]
    assert (await the_case(town)).state == "checking"


async def test_her_answer_lands_in_the_case_and_wakes_the_same_officer(town: Town, recognised: Arrive) -> None:
    kim, han = await asked(town, recognised)
    due = (await the_case(town)).due_at
    town.later(days=1)
    await opens_request(town, kim)
    assert "모두 보냈습니다" not in kim.buttons
    await kim.presses("words")
    await kim.writes("한 달 동안 외국에 있었습니다.")
    await kim.presses("papers")
    await kim.presses("other")
    await kim.sends_photo(b"not a picture")
    await kim.presses("sent")
    await kim.presses("done")
    case = await the_case(town)
    assert (case.state, case.holder, case.answer_by, case.held_at) == ("checking", han.account, None, town.now)
    assert due is not None
    assert case.due_at is not None
    assert (case.due_at - due).days == 1
    assert "보완에 대한 답이 왔습니다" in han.all[-1]
    assert len(await town.within(lambda store: files.of_case(store, case.id))) == 1
    assert "words" in await story(town)


async def test_more_time_is_given_twice(town: Town, recognised: Arrive) -> None:
    kim, _ = await asked(town, recognised)
    first = (await the_case(town)).answer_by
    await opens_request(town, kim)
    await kim.presses("longer")
    await kim.presses("longer")
    case = await the_case(town)
    assert (case.extensions, case.state) == (2, "supplement")
    assert "longer" not in kim.codes
    assert first is not None
    assert case.answer_by is not None
    assert (case.answer_by - first).days > 20  # twice ten working days


async def test_a_second_call_runs_ten_days_and_there_is_no_third(town: Town, recognised: Arrive) -> None:
    kim, han = await asked(town, recognised)
    for _ in range(2):
        await opens_request(town, kim)
        await kim.presses("words")
        await kim.writes("잘 모르겠습니다.")
        await kim.presses("done")
        await han.opens()
        await han.writes(f"/case {(await the_case(town)).number}")
        await han.presses("supplement")
        await han.presses("explain")
        if (await the_case(town)).calls < 2:
            await han.presses("done")
            assert han.codes == ["10"]
            await han.presses("10")
            await han.presses("send")
    assert "두 번까지" in han.all[-2]
    assert (await the_case(town)).state == "checking"


async def test_what_never_came_is_returned_with_its_reason(town: Town, recognised: Arrive) -> None:
    kim, han = await asked(town, recognised)
    await han.opens()
    await han.writes(f"/case {(await the_case(town)).number}")
    await han.presses("decide")
    for answer in ("returned", "not-answered", "nothing", "done", "none", "send"):
        await han.presses(answer)
    case = await the_case(town)
    assert (case.state, case.open) == ("returned", False)
    await kim.writes("/cases")
    await kim.presses(case.id.hex)
    await kim.presses("decision")
    assert "기간 안에 받지 못해" in kim.all[-2]
    assert "확인한 것: 받은 서류 없음" in kim.all[-2]


async def test_who_wants_no_notices_is_called_instead(town: Town, recognised: Arrive) -> None:
    kim = await appeal(town, recognised)
    await kim.writes("/notices")
    await kim.presses("case_notices")
    before = len(kim.all)
    han = await dong_officer(town)
    await takes(town, han)
    await asks(han)
    assert kim.all[before:] == []
    (task,) = await tasks(town)
    assert task.reason == "call.asked"
    await kim.writes("/cases")
    assert not any(task.number in label for label in kim.buttons)


async def test_an_answer_after_the_officer_returned_it_is_told_so(town: Town, recognised: Arrive) -> None:
    kim, _ = await asked(town, recognised)
    await opens_request(town, kim)
    await kim.presses("words")
    case: Case = await the_case(town)

    async def ends(store: Drawer) -> None:
        await cases.move(store, case, "returned", open=False, actor=None, kind="return")

    await town.within(ends)
    await kim.writes("한 달 동안 외국에 있었습니다.")
    assert "답을 기다리는 요청이 없습니다" in "".join(kim.all[-2:])
