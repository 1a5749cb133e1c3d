"""Asking, answering, proposing, deciding and reopening touch rows by key: no turn reads a table from end to end."""

from tests.handlers.resident.conftest import Arrive
from tests.handlers.staff.deciding import appeal, dong_officer, proposes, takes, the_case
from tests.handlers.staff.test_supplement import asks, opens_request
from tests.house.test_journeys import explained, statements
from tests.journey import Town

LOOKED_UP_BY_TESTS = {"SELECT cases.id \nFROM cases ORDER BY cases.filed_at"}


async def test_no_turn_on_the_way_to_a_decision_scans_a_table(town: Town, recognised: Arrive) -> None:
    with statements(town) as seen:
        kim = await appeal(town, recognised)
        han = await dong_officer(town)
        await takes(town, han)
        await han.presses("similar")
        await han.presses("back")
        await asks(han)
        await opens_request(town, kim)
        await kim.presses("longer")
        await kim.presses("words")
        await kim.writes("한 달 동안 외국에 있었습니다.")
        await kim.presses("done")
        await han.writes(f"/case {(await the_case(town)).number}")
        await proposes(town, han)
        seo = await town.officer("seo", role="decision")
        await takes(town, seo)
        for answer in ("decide", "as_proposed", "send"):
            await seo.presses(answer)
        await kim.writes("/cases")
        await kim.presses((await the_case(town)).id.hex)
        await kim.presses("decision")
        await kim.writes("/payment")
        await seo.writes(f"/case {(await the_case(town)).number}")
        await seo.presses("reopen")
        await seo.writes("다시 봅니다.")
    ours = {text: values for text, values in seen.items() if text not in LOOKED_UP_BY_TESTS}
    await explained(town, ours)
