"""The chat page as a newcomer uses it: with mouse, finger and keyboard, in both languages."""

import base64
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import FilePayload, Locator, Page, expect

from playground.page import RESIDENTS
from playground.people import Person
from playground.server import Playground
from playground.world import Press

from .browser import chat_page, pane
from .conftest import Api, picture
from .example_bot import example_bot

pytestmark = pytest.mark.browser

YES = {"inline_keyboard": [[{"text": "예", "callback_data": "y"}], [{"text": "누리집", "url": "https://x.kr/a"}]]}


@pytest.fixture
async def page(play: Playground) -> AsyncIterator[Page]:
    async with chat_page(play.url) as page:
        yield page


@pytest.fixture
def korean(page: Page) -> Locator:
    return pane(page, "김순자")


@pytest.fixture
def sunja(play: Playground, page: Page) -> Person:
    """The resident of the first pane, whom the page has brought in."""
    return play.people[int(RESIDENTS[0]["id"])]


@pytest.mark.parametrize(
    ("name", "start", "share", "yes", "choice", "receipt"),
    [
        ("김순자", "시작", "내 번호 보내기", "보내기", "소비쿠폰", "접수했습니다: SG-250728-0427-6"),
        ("Maria", "Start", "Share my number", "Share", "Livelihood coupon", "Filed: SG-250728-0427-6"),
    ],
)
async def test_a_newcomer_gets_her_receipt_with_the_mouse(
    play: Playground, page: Page, name: str, start: str, share: str, yes: str, choice: str, receipt: str
) -> None:
    here = pane(page, name)
    async with example_bot(play):
        await here.get_by_role("button", name=start, exact=True).click()
        await here.get_by_role("button", name=share).click()
        await here.get_by_role("dialog").get_by_role("button", name=yes, exact=True).click()
        await here.get_by_role("button", name=choice).click()
        await expect(here.get_by_role("log")).to_contain_text(receipt)
        await expect(here.locator(".toast")).to_have_text(receipt.split(":", maxsplit=1)[0])
        await expect(here.locator(".edited")).to_have_count(1)
        await expect(here.locator(".reply-keyboard")).to_be_hidden()


async def test_everything_works_by_keyboard_alone(play: Playground, page: Page, korean: Locator) -> None:
    async with example_bot(play):
        await korean.get_by_role("button", name="시작").focus()
        await page.keyboard.press("Enter")
        await expect(korean.get_by_role("textbox")).to_be_focused()
        share = korean.get_by_role("button", name="내 번호 보내기")
        await share.wait_for()
        await _tab_to(page, share)
        await page.keyboard.press("Enter")
        await expect(korean.locator(".yes")).to_be_focused()
        await page.keyboard.press("Enter")
        coupon = korean.get_by_role("button", name="소비쿠폰")
        await coupon.wait_for()
        await _tab_to(page, coupon, "Shift+Tab")
        await page.keyboard.press("Space")
        await expect(korean.get_by_role("log")).to_contain_text("SG-250728")
        await korean.get_by_role("textbox").focus()
        await page.keyboard.type("첫 줄")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("둘째 줄")
        await page.keyboard.press("Enter")
        await expect(korean.locator(".row:not(.mine)").last).to_contain_text("첫 줄\n둘째 줄")


async def test_refusing_the_contact_sends_nothing(play: Playground, page: Page, korean: Locator, sunja: Person) -> None:
    async with example_bot(play):
        await korean.get_by_role("button", name="시작").click()
        await korean.get_by_role("button", name="내 번호 보내기").click()
        await expect(korean.get_by_role("dialog")).to_contain_text("010-0000-0001")
        await page.keyboard.press("Escape")
        await expect(korean.get_by_role("dialog")).to_be_hidden()
        assert not any("contact" in seen.raw for seen in sunja.transcript)


async def test_photos_and_papers_are_picked_dropped_pasted_or_drawn(
    page: Page, korean: Locator, sunja: Person, api: Api
) -> None:
    await sunja.starts()
    jpeg: FilePayload = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    pdf: FilePayload = {"name": "가족.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    await korean.locator(".photos").set_input_files([jpeg, jpeg])
    await expect(korean.locator("img")).to_have_count(2)
    await korean.locator(".files").set_input_files(pdf)
    await expect(korean.locator(".paper")).to_contain_text("가족.pdf")
    for event, field in (("drop", "dataTransfer"), ("paste", "clipboardData")):
        await korean.get_by_role("textbox").evaluate(_GIVE, [event, field, base64.b64encode(picture()).decode()])
    await expect(korean.locator("img")).to_have_count(4)
    await korean.get_by_role("button", name="첨부").click()
    await korean.get_by_role("button", name="견본 서류 사진 보내기").click()
    await expect(korean.locator("img")).to_have_count(5)
    sizes = [seen.raw["photo"][-1]["width"] for seen in sunja.transcript if "photo" in seen.raw]
    assert sizes == [40, 40, 40, 40, 900]
    assert len({seen.raw["media_group_id"] for seen in sunja.transcript if "media_group_id" in seen.raw}) == 1


async def test_a_press_spins_until_it_is_answered(page: Page, korean: Locator, sunja: Person, api: Api) -> None:
    await sunja.starts()
    await api.ok("sendMessage", chat_id=sunja.id, text="예?", reply_markup=YES)
    button = korean.get_by_role("button", name="예", exact=True)
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    await page.reload()
    await expect(button).to_have_attribute("aria-busy", "true")
    press = api.play.world.unanswered()[0]
    await api.ok("answerCallbackQuery", callback_query_id=press.id, text="읽어 주십시오", show_alert=True)
    await expect(button).to_have_attribute("aria-busy", "false")
    await expect(korean.get_by_role("dialog")).to_contain_text("읽어 주십시오")


async def test_edits_deletions_entities_and_commands_show(page: Page, korean: Locator, sunja: Person, api: Api) -> None:
    await api.ok("setMyCommands", commands=[{"command": "help", "description": "도움말"}], language_code="ko")
    mine = await sunja.starts()
    html = "<b>굵게 <i>둘</i></b> &lt;b&gt; seo.kr /help"
    sent = await api.ok("sendMessage", chat_id=sunja.id, text=html, parse_mode="HTML")
    words = korean.locator(".row:not(.mine) .words")
    await expect(words.locator("strong em")).to_have_text("둘")
    await expect(words.locator("a")).to_have_attribute("href", "http://seo.kr")
    await expect(words).to_contain_text("<b> seo.kr")
    await words.get_by_role("button", name="/help").click()
    await expect(korean.locator(".mine")).to_have_count(2)
    await korean.get_by_role("button", name="명령어 메뉴").click()
    await korean.locator(".commands").get_by_role("button", name="도움말").click()
    await expect(korean.locator(".mine")).to_have_count(3)
    await api.ok("editMessageText", chat_id=sunja.id, message_id=sent["message_id"], text="바뀜")
    await expect(words).to_have_text("바뀜")
    await api.ok("deleteMessage", chat_id=sunja.id, message_id=mine.id)
    await expect(korean.locator(".mine")).to_have_count(2)
    await api.ok("sendChatAction", chat_id=sunja.id, action="typing")
    await expect(korean.locator(".status")).to_have_text("입력 중…")


async def test_people_of_the_roster_can_take_the_panes(page: Page, api: Api) -> None:
    people = [{"id": 1, "name": "박새봄", "language": "ko", "phone": "+821012345678"}]
    async with api.session.post(f"{api.play.url}/playground/people", json=people) as answer:
        assert await answer.json() == people
    await expect(page.locator(".pane")).to_have_count(1)
    await expect(pane(page, "박새봄").locator(".phone")).to_have_text("010-1234-5678")


OFFICE = [
    {"id": 1, "name": "박새봄", "language": "ko", "phone": "+821012345678"},
    {"id": 2, "name": "한소연", "note": "담당 · PIN 2580", "met": True},
    {"id": -3, "name": "직원방", "members": [2, 1]},
]


async def test_a_group_stands_beside_its_members_in_the_hands_of_the_first(page: Page, api: Api) -> None:
    async with api.session.post(f"{api.play.url}/playground/people", json=OFFICE) as answer:
        assert answer.status == 200
    await expect(pane(page, "한소연").locator(".phone")).to_have_text("담당 · PIN 2580")
    group = pane(page, "직원방")
    await expect(group.locator(".phone")).to_have_text("한소연 님의 화면")
    await group.get_by_role("textbox").fill("/board 12")
    await group.locator(".send").click()
    await expect(group.locator(".mine")).to_have_text(re.compile("/board 12"))
    await api.ok("sendMessage", chat_id=-3, text="현황", reply_markup=YES)
    await expect(group.locator(".sender")).to_have_text("창구")
    await group.get_by_role("button", name="예", exact=True).click()
    press = await until_pressed(api)
    assert (press.chat_id, press.user_id) == (-3, 2)


async def test_who_has_met_the_bot_is_written_to_before_she_writes(page: Page, api: Api) -> None:
    async with api.session.post(f"{api.play.url}/playground/people", json=OFFICE) as answer:
        assert answer.status == 200
    await api.ok("sendMessage", chat_id=2, text="일이 있습니다")
    assert (
        await api.refused("sendMessage", chat_id=1, text="x")
        == "Forbidden: bot can't initiate conversation with a user"
    )


async def test_tabs_lead_to_what_is_not_on_the_screen_and_tell_of_news_there(page: Page, api: Api) -> None:
    tabs = page.get_by_role("navigation")
    await expect(tabs).to_be_hidden()
    async with api.session.post(f"{api.play.url}/playground/people", json=OFFICE) as answer:
        assert answer.status == 200
    group = tabs.get_by_role("button", name="직원방")
    await expect(group).to_have_attribute("aria-current", "false")
    await api.ok("sendMessage", chat_id=-3, text="현황")
    await expect(group).to_have_class("tab news")
    await group.click()
    await expect(group).to_have_class("tab")
    await expect(group).to_have_attribute("aria-current", "true")
    await expect(pane(page, "직원방").get_by_role("log")).to_be_in_viewport()


async def until_pressed(api: Api) -> Press:
    """The press that waits for an answer."""
    found = await api.play.world.changes.until(lambda: next(iter(api.play.world.unanswered()), None), 10)
    assert found is not None
    return found


async def test_no_message_can_run_a_script(page: Page, korean: Locator, sunja: Person, api: Api) -> None:
    evil = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    await sunja.says(evil)
    await api.ok("sendMessage", chat_id=sunja.id, text=evil)
    await expect(korean.locator(".words").last).to_have_text(evil)
    await sunja.sends({"sticker": {"file_id": "s"}})
    await expect(korean.locator(".words").last).to_have_text("(sticker)")
    await expect(korean.locator(".words img, .words script")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_narrow_screen_shows_one_phone_without_sideways_scrolling(play: Playground, scheme: str) -> None:
    options = {"viewport": {"width": 390, "height": 844}, "color_scheme": scheme, "has_touch": True}
    async with chat_page(play.url, **options) as page:
        await pane(page, "김순자").get_by_role("button", name="시작").tap()
        await expect(pane(page, "김순자").locator(".mine")).to_have_count(1)
        assert await page.evaluate("document.documentElement.scrollWidth") <= 390


_GIVE = """(field, [kind, name, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const bag = new DataTransfer();
  bag.items.add(new File([bytes], "photo.jpg", { type: "image/jpeg" }));
  field.dispatchEvent(Object.assign(new Event(kind, { bubbles: true, cancelable: true }), { [name]: bag }));
}"""


async def _tab_to(page: Page, wanted: Locator, key: str = "Tab") -> None:
    for _ in range(15):
        await page.keyboard.press(key)
        if await wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError("the keyboard does not get there")
