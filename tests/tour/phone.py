"""A phone on the chat page in somebody's hands: she taps what she sees, or does all of it from the keyboard."""

import re
from dataclasses import dataclass
from datetime import date

from playwright.async_api import FilePayload, Locator, Page, expect

from bot.sample.staff import PIN
from tests.playground.browser import pane

PIN_ASKED, AT_HOME = "창구 비밀번호를 적어 주십시오.", "무엇을 하시겠습니까?"
PATIENCE = 60_000  # milliseconds: the machine may be busy
WORDS = {
    "ko": {
        "language": "한국어",
        "welcome": ("동의합니다", "받겠습니다", "받지 않겠습니다", "이 대화방에서 받겠습니다"),
        "menu": "무엇을 도와드릴까요?",
        "birth": "생년월일을 적어 주십시오.",
    },
    "en": {
        "language": "English",
        "welcome": ("I agree", "Yes, please", "No, thank you", "Here in this chat"),
        "menu": "How can we help you?",
        "birth": "date of birth",
    },
}


@dataclass
class Phone:
    """One pane; `keyboard` means that no mouse is used."""

    page: Page
    name: str
    language: str
    born: date | None = None
    keyboard: bool = False

    def __post_init__(self) -> None:
        self.here: Locator = pane(self.page, self.name)
        self.log = self.here.get_by_role("log")
        self.question = self.here.locator(".row:has(.key)").last

    async def arrives(self) -> None:
        """Start, choose the language, consent, and stand at the menu."""
        words = WORDS[self.language]
        await self._activates(self.here.locator(".start"))
        await self.presses(str(words["language"]), *words["welcome"])
        await self.sees(str(words["menu"]))

    async def opens_desk(self) -> None:
        """Somebody of the office: start, or come back, and give the PIN where the desk is closed."""
        start, ids = self.here.locator(".start"), "rows => Math.max(0, ...rows.map(row => row.dataset.id))"
        before = await self.here.locator("[data-id]").evaluate_all(ids)
        since = self.here.locator(f"xpath=.//*[@data-id > {before}]")
        await (self._activates(start) if await start.is_visible() else self.says("/menu"))
        asked = since.filter(has_text=re.compile(f"{PIN_ASKED}|{AT_HOME}")).first
        await asked.wait_for(timeout=PATIENCE)
        if PIN_ASKED in await asked.inner_text():
            await self.says(PIN)
            await since.filter(has_text=AT_HOME).first.wait_for(timeout=PATIENCE)

    async def presses(self, *labels: str | re.Pattern[str]) -> None:
        """Press these buttons one after the other, each of the last message that has one; its buttons are gone then."""
        for label in labels:
            asking = self.here.locator(".row").filter(has=self.page.get_by_role("button", name=label, exact=True)).last
            await asking.wait_for(timeout=PATIENCE)
            number = await asking.get_attribute("data-id")
            await self._activates(asking.get_by_role("button", name=label, exact=True))
            await expect(self.here.locator(f'[data-id="{number}"] .key')).to_have_count(0, timeout=PATIENCE)

    async def says(self, text: str) -> None:
        """Write a message and send it."""
        field = self.here.get_by_role("textbox")
        await (field.focus() if self.keyboard else field.click())
        await self.page.keyboard.insert_text(text)
        if self.keyboard:
            await self.page.keyboard.press("Enter")
        else:
            await self.here.locator(".send").click()

    async def opens(self, number: str) -> None:
        """Look at the case of this number, by the list of all her cases."""
        await self.says("/cases")
        await self.presses(re.compile(number))

    async def is_recognised(self) -> None:
        """Press the big button below, agree to share the number, and write the birth date."""
        await self._activates(self.here.locator(".reply-keyboard .contact"))
        await self._activates(self.here.get_by_role("dialog").locator(".yes"))
        assert self.born is not None
        await self.sees(str(WORDS[self.language]["birth"]))
        await self.says(self.born.isoformat())

    async def sends_sample_photo(self) -> None:
        """Attach the page's own made-up certificate."""
        await self._activates(self.here.locator(".attach-button"))
        await self._activates(self.here.locator(".attach .choice").nth(2))

    async def sends_pdf(self, name: str, data: bytes) -> None:
        """Attach a document."""
        pdf: FilePayload = {"name": name, "mimeType": "application/pdf", "buffer": data}
        await self.here.locator(".files").set_input_files(pdf)

    async def sees(self, *words: str) -> None:
        """Wait until these words stand in the chat."""
        for each in words:
            await expect(self.log).to_contain_text(each, timeout=PATIENCE)

    def row(self, words: str) -> Locator:
        """The last message that says this."""
        return self.here.locator(".row", has_text=words).last

    async def last_from_bot(self) -> str:
        """The last thing the bot said."""
        return await self.here.locator(".row:not(.mine) .words").last.inner_text()

    async def _activates(self, button: Locator) -> None:
        if self.keyboard:
            await button.focus(timeout=PATIENCE)
            await self.page.keyboard.press("Enter")
        else:
            await button.click(timeout=PATIENCE)
