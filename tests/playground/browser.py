"""A real headless Chromium for tests of the chat page: Debian's, as Playwright's own cannot be had everywhere."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Locator, Page, async_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def browser_or_skip() -> None:
    """Skip where there is no Chromium; in CI that is a failure."""
    if not os.access(CHROMIUM, os.X_OK):
        if os.environ.get("CI") == "true":
            pytest.fail("the browser tests need Chromium in CI: apt-get install chromium")
        pytest.skip("no Chromium here: apt-get install chromium")


@asynccontextmanager
async def chat_page(url: str, **options: Any) -> AsyncIterator[Page]:
    """The playground's page, open and connected; an error in its script fails the test."""
    browser_or_skip()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(**{"viewport": {"width": 900, "height": 900}} | options)
        page.set_default_timeout(10_000)
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(url)
        await page.locator(".pane").first.wait_for()
        yield page
        await browser.close()
    assert errors == []


def pane(page: Page, name: str) -> Locator:
    """The pane of one person."""
    return page.locator(f'section[aria-label="{name}"]')
