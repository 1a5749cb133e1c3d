"""Draws the example shown before every upload: a certificate whose resident number has its back digits covered.

Needs a Korean font, at drawing time only: Debian's fonts-nanum (SIL Open Font License).
Run: python tools/draw_example.py
"""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONTS = Path("/usr/share/fonts/truetype/nanum")
PICTURES = Path(__file__).parents[1] / "handlers" / "pictures"
WIDTH, HEIGHT = 1000, 760
PAPER, INK, FAINT, GREEN, RED = "#ffffff", "#1c1c1c", "#9aa3ad", "#11743b", "#c22f2f"
WORDS = {
    "ko": ("주민등록표 등본", "성명", "홍길동", "번호", "뒷자리를 가려 주세요", "이렇게 보내 주세요"),
    "en": ("Resident register", "Name", "Hong Gildong", "Number", "Cover these digits", "Send it like this"),
}


def font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Nanum Gothic in pixels."""
    return ImageFont.truetype(str(FONTS / f"NanumGothic{'Bold' if bold else ''}.ttf"), size)


def tick(pen: ImageDraw.ImageDraw, x: int, y: int) -> None:
    """A white tick on a green disc, about 60 pixels wide."""
    pen.ellipse((x, y, x + 60, y + 60), fill=GREEN)
    pen.line((x + 15, y + 32, x + 26, y + 43, x + 46, y + 20), fill=PAPER, width=8, joint="curve")


def draw(title: str, name_label: str, name: str, number_label: str, cover: str, heading: str) -> Image.Image:
    """One picture: the paper, the number with its covered half, and an arrow that names it."""
    picture = Image.new("RGB", (WIDTH, HEIGHT), "#e9eef3")
    pen = ImageDraw.Draw(picture)
    tick(pen, 40, 28)
    pen.text((120, 58), heading, INK, font(46, bold=True), anchor="lm")
    pen.rounded_rectangle((40, 116, WIDTH - 40, HEIGHT - 36), 18, fill=PAPER, outline=FAINT, width=3)
    pen.text((WIDTH // 2, 184), title, INK, font(50, bold=True), anchor="mm")
    pen.line((90, 236, WIDTH - 90, 236), fill=FAINT, width=3)
    for y, label in ((304, name_label), (408, number_label)):
        pen.text((90, y), label, "#5b6570", font(38), anchor="lm")
    pen.text((270, 304), name, INK, font(46), anchor="lm")
    pen.text((270, 408), "900101 -", INK, font(56, bold=True), anchor="lm")
    pen.rounded_rectangle((526, 366, WIDTH - 90, 450), 12, fill=INK)
    for dot in range(7):
        x = 554 + dot * 50
        pen.ellipse((x, 394, x + 28, 422), fill=PAPER)
    middle = (526 + WIDTH - 90) // 2
    pen.polygon(((middle, 468), (middle - 26, 508), (middle + 26, 508)), fill=RED)
    pen.rectangle((middle - 8, 504, middle + 8, 540), fill=RED)
    pen.text((middle, 576), cover, RED, font(44, bold=True), anchor="mm")
    for y, end in ((640, 560), (676, 700)):
        pen.rounded_rectangle((90, y, end, y + 14), 7, fill="#d5dbe1")
    return picture


def main() -> None:
    """Write both languages into `handlers/pictures`."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for language, words in WORDS.items():
        few_colours = draw(*words).quantize(32)
        few_colours.save(PICTURES / f"cover-back-digits.{language}.png", optimize=True)


if __name__ == "__main__":
    main()
