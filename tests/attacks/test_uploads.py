"""Files that mean harm are refused in a sentence or kept as nothing but a picture; the appeal they came to survives."""

import io
import zipfile

import pytest
from PIL import Image
from sqlalchemy import func, select

from handlers.dialog import Inbound, Kind, Upload
from storage import files
from storage.engine import Drawer
from storage.tables import cases, file_parts
from tests.bot.test_papers import EICAR, _act, _bomb, image, pdf, png
from tests.handlers.resident.conftest import Arrive
from tests.handlers.resident.test_papers import held
from tests.journey import Resident, Town

MEGABYTE = 2**20
SVG = (
    b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><image href='file:///etc/passwd'/>"
)


def archive() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr("a.jpg", b"\0" * MEGABYTE)
    return made.getvalue()


HARMFUL = {
    "photo.jpg": b"MZ\x90\x00\x03 a program with the name of a photo",
    "elf.png": b"\x7fELF\x02\x01\x01" + b"\0" * 500,
    "huge.png": png(30_000, 30_000),
    "bomb.pdf": pdf(change=_bomb),
    "drawing.svg": SVG,
    "drawing.jpg": SVG,
    "nothing.jpg": b"",
    "eicar.txt": EICAR,
    "eicar.pdf": pdf().replace(b"%%EOF", EICAR + b"\n%%EOF"),
    "acting.pdf": pdf(change=_act("/JavaScript", JS="app.alert(1)")),
    "archive.zip": archive(),
    "page.html": b"<html><script>alert(1)</script></html>",
    "../../etc/passwd": b"root:x:0:0",
    "office.docx": archive(),
    "number.pdf": pdf("900101-1234567"),
    "large.jpg": image() + b"\0" * 21 * MEGABYTE,
}  # fmt: skip


@pytest.fixture
async def kim(recognised: Arrive) -> Resident:
    """Kim, asked for a photo of her entry record."""
    kim = await recognised()
    await kim.writes("/appeal")
    for answer in ("livelihood-coupon-2025/1", "본인", "returned", "entry-record"):
        await kim.presses(answer)
    return kim


async def kept(town: Town) -> list[bytes]:
    """The bytes of every stored paper."""
    stored = [file for file in await held(town) if file.state == files.STORED]

    async def read(store: Drawer) -> list[bytes]:
        return [b"".join([part async for part in files.read(store, file)]) for file in stored]

    return list(await town.within(read))


async def files_it(kim: Resident) -> None:
    """Go on to the end of the appeal."""
    for answer in ("sent", "enough", "later", "none", "right"):
        if answer in kim.codes:
            await kim.presses(answer)
    async with kim.town.database.reading() as db:
        assert (await db.execute(select(cases.c.kind).where(cases.c.chat == kim.chat))).scalars().all() == ["appeal"]


async def test_every_harmful_file_is_refused_in_a_sentence_and_the_appeal_is_filed(city: Town, kim: Resident) -> None:
    for name, data in HARMFUL.items():
        heard = len(kim.all)
        await kim.sends_photo(data, name=name)
        await city.fetch_files()
        told = kim.all[heard:]
        assert any("쓸 수 없습니다" in text or "10MB" in text for text in told), (name, told)
    assert await kept(city) == []
    async with city.database.reading() as db:
        assert (await db.execute(select(func.count()).select_from(file_parts))).scalar_one() == 0
    await files_it(kim)


async def test_a_file_that_hides_its_size_is_refused_when_it_comes(city: Town, kim: Resident) -> None:
    city.wall.files["hidden"] = b"\xff\xd8\xff" + b"\0" * 21 * MEGABYTE
    await kim.does(Kind.UPLOAD, upload=Upload("hidden", "photo.jpg", None))
    await city.fetch_files()
    assert "10MB" in kim.last
    await files_it(kim)


async def test_of_a_photo_only_the_picture_is_kept(city: Town, kim: Resident) -> None:
    exif = Image.Exif()
    exif[0x010F] = "Camera of Kim"
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (37.0, 32.0, 44.0), "E", (126.0, 40.0, 33.0)
    tail = b"PK\x03\x04 an archive behind the last byte <script>alert(1)</script>" + EICAR
    await kim.sends_photo(image(exif=exif, comment=b"written by Kim") + tail, name="IMG_2025.jpg")
    await city.fetch_files()
    (data,) = await kept(city)
    assert not [secret for secret in (b"Exif", b"Camera", b"Kim", b"PK\x03\x04", b"script", b"EICAR") if secret in data]
    assert dict(Image.open(io.BytesIO(data)).getexif()) == {}
    await files_it(kim)


async def test_an_album_of_fifty_takes_what_a_paper_may_have_and_says_so(city: Town, kim: Resident) -> None:
    photo = image(size=(60, 40))
    for number in range(50):
        city.wall.files[f"ref-{number}"] = photo
    kept_ones = [city.reception.receive(inbound) for inbound in (_photo(kim, number) for number in range(50))]
    assert all([await one for one in kept_ones])
    await city.fetch_files()
    assert len(await kept(city)) == 5
    assert any("5개까지" in text for text in kim.all)
    await files_it(kim)


def _photo(kim: Resident, number: int) -> Inbound:
    upload = Upload(f"ref-{number}", "photo.jpg", 1000, f"album {number // 10}")
    return Inbound(90_000_000 + number, kim.chat, Kind.UPLOAD, upload=upload, language="ko")
