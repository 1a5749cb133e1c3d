"""A small programme with answers, to be spoilt: two topics, a claim, and a kind of thing that belongs elsewhere."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from programmes.model import HERE

KOREAN_WORDS = """
    감 귤 배 밤 콩 팥 깨 쌀 보리 수수 참외 수박 사과 포도 딸기 오이 호박 가지 당근 상추 배추 양파 마늘 생강 고추 감자
    고구마 토란 우엉 연근
"""
ENGLISH_WORDS = (
    "apple pear plum fig date lime lemon melon peach mango grape olive onion leek bean rice corn oat bread milk"
)
WORDS, ENGLISH = KOREAN_WORDS.split(), ENGLISH_WORDS.split()

CARD, HOURS = "education-card/answers/card.toml", "education-card/answers/hours.toml"
CLAIMS, KINDS = "education-card/claims.toml", "city/elsewhere.toml"


def phrased(ko: str, en: str, asked: Sequence[str] = WORDS) -> str:
    korean = "\n".join(f'  "{word} {ko}",' for word in asked)
    english = "\n".join(f'  "{word} {en}",' for word in ENGLISH)
    return f"ko = [\n{korean}\n]\nen = [\n{english}\n]\n"


FILES: dict[str, str] = {}
FILES[CARD] = f'''title = {{ ko = "카드", en = "The card" }}  # on a button
answer.ko = """
{{opens_2025}}부터 카드를 드립니다.
잃어버리면 {{fee}} 금액을 내셔야 합니다.
"""
answer.en = """
Cards are given from {{opens_2025}}.
A lost one costs {{fee}}.
"""
owner = "dong"
source = "pattern"
related = ["hours"]
action = "appeal:school"
staff.ko = "신분증을 보아 주십시오."
staff.en = "Please look at the identity card."

[values]
fee = {{ won = 2000 }}  # for the plastic

[phrasings]
{phrased("카드로 사요", "by card")}'''

FILES[HOURS] = f"""title = {{ ko = "시간", en = "Opening hours" }}
answer.ko = "09:00부터 18:00까지 엽니다."
answer.en = "We are open from 09:00 to 18:00."
owner = "call-centre"
source = {{ name = "Notice on the door", dated = 2025-03-02 }}
related = ["card"]
sure = false

[phrasings]
{phrased("언제 열려", "when is it open")}"""

FILES[CLAIMS] = f"""[[claims]]
code = "sold-out"
topic = "card"
says = {{ ko = "카드는 모자라지 않습니다.", en = "There are enough cards." }}
source = "pattern"
{phrased("다 팔렸다던데", "all sold out")}"""

FILES[KINDS] = f"""[[kinds]]
code = "weather"
says = {{ ko = "날씨는 모릅니다.", en = "This counter knows no weather." }}
{phrased("비 오나", "will it rain")}"""


def town(folder: Path) -> Path:
    """The city's folder with one programme, which has answers. Returns the programme's folder."""
    for name in ("city", "education-card"):
        shutil.copytree(HERE / name, folder / name)
    (folder / "education-card" / "answers").mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder / "education-card"


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    """Replace what stands once, or the first of it, in a file below the folder's parent."""
    page = folder.parent / name
    text = page.read_text(encoding="utf-8")
    assert old in text, f"{old} is not in {name}"
    page.write_text(text.replace(old, new, 1), encoding="utf-8")
