"""Filing for somebody at the counter or on the phone: whose it is, consent, papers, a slip, letters on paper."""

import pytest

from bot.sample import CAST, Member
from storage import files
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_appeal import filed, files_for_a_child, names_a_child
from tests.handlers.staff.deciding import dong_officer, proposes, story, takes, tasks, the_case
from tests.journey import CITY, Officer, Town

KIM = next(one for one in CAST if one.person_id == "kim-youngja")


async def at_the_counter(city: Town, role: str = "appeals", dong: str | None = None) -> Officer:
    """An officer of Kim's dong, unless another is named."""
    home = next(one.code for one in CITY.places.dongs.values() if KIM.dong in (one.code, one.name.ko))
    return await city.officer("han", role=role, dong=None if role == "calls" else dong or home)


async def identifies(han: Officer, name: str = KIM.name, born: str = KIM.birth_date.isoformat()) -> None:
    await han.writes("/file")
    await han.presses("livelihood-coupon-2025/1")
    await han.writes(name)
    await han.writes(born)


async def finishes(han: Officer, *, way: str = "counter", language: str = "ko", reason: str = "amount") -> None:
    for answer in (way, language, reason, "none"):
        await han.presses(answer)
    await han.writes("금액이 다르다고 하십니다.")
    await han.presses("later")
    await han.presses("file")


async def test_an_appeal_is_filed_with_consent_a_slip_and_who_filed_it(city: Town) -> None:
    han = await at_the_counter(city)
    await identifies(han)
    await finishes(han)
    case = await the_case(city)
    assert (case.kind, case.state, case.for_whom, case.identity) == ("appeal", "filed", "self", "recognised")
    assert case.told["statement"] == "금액이 다르다고 하십니다."
    assert case.told["way"] == "counter"
    assert await story(city) == ["filed", "filed_for"]
    (slip,) = [sheet.file for sheet in han.sheets if sheet.file]
    assert slip[0] == f"{case.number}.txt"
    assert case.number in slip[1].decode("utf-8-sig")
    assert case.number in han.question


async def test_without_consent_nothing_is_filed(city: Town) -> None:
    han = await at_the_counter(city)
    await identifies(han)
    await han.presses("no")
    assert "동의 없이는" in "".join(han.all[-2:])
    assert await filed(city) == []


async def test_the_letter_of_who_has_no_chat_is_printed_and_posted(city: Town) -> None:
    han = await at_the_counter(city)
    await identifies(han)
    await finishes(han, language="en")
    han2 = await dong_officer(city, "han2")
    await takes(city, han2)
    await proposes(city, han2)
    seo = await city.officer("seo", role="decision")
    await takes(city, seo)
    await seo.presses("decide")
    await seo.presses("as_proposed")
    assert "Outcome: Accepted" in seo.question
    await seo.presses("send")
    (task,) = await tasks(city)
    assert task.reason == "post.decision"


async def test_who_has_a_chat_gets_her_receipt_there(city: Town, recognised: Arrive) -> None:
    kim = await recognised()
    han = await at_the_counter(city)
    await identifies(han)
    await finishes(han)
    case = await the_case(city)
    assert (case.chat, case.number in kim.last) == (kim.chat, True)


async def test_who_is_open_already_is_not_filed_twice(city: Town) -> None:
    han = await at_the_counter(city)
    for _ in range(2):
        await identifies(han)
        if "counter" in han.codes:
            await finishes(han)
    assert len(await filed(city)) == 1
    assert any("이미 접수되어" in text for text in han.all)


async def test_the_officers_photos_land_in_the_case(city: Town) -> None:
    han = await at_the_counter(city)
    await identifies(han)
    for answer in ("counter", "ko", "amount", "none", "none", "other"):
        await han.presses(answer)
    await han.sends_photo(b"not a picture")
    await han.presses("sent")
    await han.presses("enough")
    await han.presses("file")
    case = await the_case(city)
    assert len(await city.within(lambda store: files.of_case(store, case.id))) == 1


async def test_another_dongs_resident_is_sent_to_her_dong(city: Town) -> None:
    han = await at_the_counter(city, dong="yeonhui")
    await identifies(han)
    assert "다른 동의 주민" in "".join(han.all[-2:])
    assert await filed(city) == []


async def test_the_call_centre_files_for_every_dong_and_identity_is_still_to_be_checked(city: Town) -> None:
    han = await at_the_counter(city, role="calls")
    await identifies(han)
    await finishes(han, way="phone")
    case = await the_case(city)
    assert (case.identity, case.told["way"]) == ("to_check", "phone")


async def test_somebody_on_no_roster_is_filed_with_her_dong(city: Town) -> None:
    han = await at_the_counter(city)
    await identifies(han, "응우옌", "2025-07-01")
    await han.presses("new_child")
    await han.writes("응우옌 티 란")
    await han.writes("1995-02-03")
    await han.presses(han.codes[0])
    await finishes(han, reason="newborn")
    case = await the_case(city)
    assert (case.for_whom, case.resident, case.told["name"]) == ("new_child", None, "응우옌")
    assert (case.told["filer"], case.told["filer_birth"]) == ("응우옌 티 란", "1995-02-03")


# ------------------------------------------------------------------------------------------------ a child on no roster

FATHER = next(one for one in CAST if one.person_id == "park-junho")
MOTHER = next(one for one in CAST if one.person_id == "lee-sujin")
BORN = "2025-07-20"


async def of_their_dong(city: Town) -> Officer:
    home = next(one.code for one in CITY.places.dongs.values() if FATHER.dong in (one.code, one.name.ko))
    return await at_the_counter(city, dong=home)


async def is_told_of_a_child(han: Officer, name: str, parent: Member) -> None:
    await identifies(han, name, BORN)
    await han.presses("new_child")
    await han.writes(parent.name)
    await han.writes(parent.birth_date.isoformat())


async def files_a_child(han: Officer, name: str, parent: Member) -> None:
    await is_told_of_a_child(han, name, parent)
    await finishes(han, reason="newborn")


async def test_a_child_filed_at_the_counter_is_the_same_case_when_the_parent_files_in_the_chat(
    city: Town, recognised: Arrive
) -> None:
    """Before he ever wrote to the bot; under another name than the child has by now."""
    await files_a_child(await of_their_dong(city), "아기", FATHER)
    case = await the_case(city)
    assert (case.dong is not None, case.household is not None, case.resident) == (True, True, None)
    park = await recognised("park-junho")
    await names_a_child(park, "박하늘", BORN)
    assert len(await filed(city)) == 1
    assert any(f"이미 접수되어 있습니다.\n접수번호: {case.number}" in text for text in park.all)
    assert any("쌍둥이" in text for text in park.all)


async def test_the_other_parent_learns_that_it_is_open_and_no_number(city: Town, recognised: Arrive) -> None:
    await files_a_child(await of_their_dong(city), "아기", FATHER)
    case = await the_case(city)
    lee = await recognised("lee-sujin")
    await names_a_child(lee, "박하늘", BORN)
    assert len(await filed(city)) == 1
    assert any("이분의 이의신청은 이미 접수" in text for text in lee.all)
    assert not any(case.number in text for text in lee.all)


async def test_a_parent_with_a_chat_has_the_receipt_and_the_case_there(city: Town, recognised: Arrive) -> None:
    park = await recognised("park-junho")
    await files_a_child(await of_their_dong(city), "아기", FATHER)
    case = await the_case(city)
    assert (case.chat, case.number in park.last) == (park.chat, True)
    await names_a_child(park, "박하늘", BORN)
    assert len(await filed(city)) == 1
    assert case.number in park.question


@pytest.mark.parametrize("parent", [FATHER, MOTHER])
async def test_a_child_filed_in_the_chat_is_the_same_case_at_the_counter(
    city: Town, recognised: Arrive, parent: Member
) -> None:
    await files_for_a_child(await recognised("park-junho"), "박하늘", BORN)
    case = await the_case(city)
    han = await of_their_dong(city)
    await is_told_of_a_child(han, "박 하늘", parent)
    assert any(f"이미 접수되어 있습니다: {case.number}" in text for text in han.all)
    assert f"사건: {case.number}" in han.question
    await is_told_of_a_child(han, "아기", parent)
    assert case.number in han.question
    await han.presses("same")
    assert f"사건: {case.number}" in han.question
    assert len(await filed(city)) == 1


async def test_a_twin_is_filed_by_the_officer_and_once(city: Town, recognised: Arrive) -> None:
    park = await recognised("park-junho")
    await files_for_a_child(park, "박하늘", BORN)
    han = await of_their_dong(city)
    await is_told_of_a_child(han, "박바다", MOTHER)
    await han.presses("twin")
    await finishes(han, reason="newborn")
    first, twin = await filed(city)
    assert (first.told["name"], twin.told["name"]) == ("박하늘", "박바다")
    await is_told_of_a_child(han, "박바다", FATHER)
    if "twin" in han.codes:
        await han.presses("twin")
    assert f"사건: {twin.number}" in han.question
    assert len(await filed(city)) == 2


async def test_a_parent_of_another_dong_is_sent_there(city: Town) -> None:
    han = await at_the_counter(city, dong="yeonhui")
    await is_told_of_a_child(han, "아기", FATHER)
    assert "다른 동의 주민" in "".join(han.all[-2:])
    assert await filed(city) == []


@pytest.mark.parametrize("role", ["decision", "affairs", "support"])
async def test_who_may_not_file_does_not(city: Town, role: str) -> None:
    han = await city.officer("han", role=role)
    await han.writes("/file")
    await han.presses("livelihood-coupon-2025/1")
    assert "접수할 권한이 없습니다" in "".join(han.all[-2:])
