"""Screenshots for the README, taken on the way where PICTURES names a folder for them, such as docs/pictures."""

import os
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.async_api import Locator, Page

WANTED = os.environ.get("PICTURES")


async def picture(page: Page, name: str, *rows: Locator, width: int = 900, height: int = 890) -> None:
    """Take one of a window so large, each of these messages scrolled to the top of its chat."""
    await page.set_viewport_size({"width": width, "height": height})
    await page.emulate_media(reduced_motion="reduce")  # scrolls at once
    for row in rows:
        await row.scroll_into_view_if_needed()
        await row.evaluate("row => row.parentElement.scrollTo(0, row.offsetTop - 78)")
    taken = Image.open(BytesIO(await page.screenshot(animations="disabled"))).convert("RGB").quantize(256)
    taken.save(Path(WANTED or ".") / f"{name}.png", optimize=True)
