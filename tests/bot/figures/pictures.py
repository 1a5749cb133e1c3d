"""The board for the README, light in Korean and dark in English: `python -m tests.bot.figures.pictures`."""

import io

from PIL import Image

from bot.figures.colours import DARK
from bot.figures.easel import draw
from bot.figures.pages import page
from bot.figures.view import View
from handlers.admin.figures import BOARD, DONGS
from tests.bot.figures.town import FIGURES
from tests.house.tree import ROOT
from tests.programmes.city import CITY

GAP = 24  # pixels between the two


def main() -> None:
    """Side by side at half the size, in few colours."""
    drawn = (
        draw(page(BOARD, View(FIGURES, CITY, "ko")), dark=False),
        draw(page(DONGS, View(FIGURES, CITY, "en")), dark=True),
    )
    sides = [Image.open(io.BytesIO(one)).convert("RGB") for one in drawn]
    small = [one.resize((one.width // 2, one.height // 2), Image.Resampling.LANCZOS) for one in sides]
    sheet = Image.new("RGB", (sum(one.width for one in small) + GAP, max(one.height for one in small)), "white")
    sheet.paste(small[0], (0, 0))
    sheet.paste(DARK.paper, (small[0].width + GAP, 0, sheet.width, sheet.height))
    sheet.paste(small[1], (small[0].width + GAP, 0))
    sheet.quantize(64).save(ROOT / "docs" / "pictures" / "board.png", optimize=True)


if __name__ == "__main__":
    main()
