import io
import struct
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pypdf import PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

from bot.papers import LONGEST_SIDE, check
from bot.verdict import MAX_BYTES, Paper, Unfit

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def image(form: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (300, 200), **options: object) -> bytes:
    picture = Image.new(mode, size)
    made = io.BytesIO()
    picture.save(made, form, **options)
    return made.getvalue()


def pdf(words: str = "", pages: int = 1, change: Callable[[PdfWriter], object] = lambda writer: None) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        page = writer.add_blank_page(595, 842)
        font = DictionaryObject({NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
                                 NameObject("/BaseFont"): NameObject("/Helvetica")})  # fmt: skip
        page[NameObject("/Resources")] = DictionaryObject(
            {NameObject("/Font"): DictionaryObject({NameObject("/F1"): font})}
        )
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 72 700 Td ({words}) Tj ET".encode("latin-1"))
        page[NameObject("/Contents")] = writer._add_object(stream.flate_encode())
    change(writer)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def paper(data: bytes, name: str = "a.jpg") -> Paper:
    found = check(data, name)
    assert isinstance(found, Paper), found
    return found


def opened(kept: Paper) -> Image.Image:
    picture = Image.open(io.BytesIO(kept.data))
    picture.load()
    return picture


def png(width: int, height: int, pixels: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "HEIF"])
def test_the_three_kinds_of_photo_become_plain_jpegs(form: str) -> None:
    kept = paper(image(form))
    assert (kept.kind, kept.pages, kept.width, kept.height) == ("jpeg", 1, 300, 200)
    assert opened(kept).format == "JPEG"


def test_a_large_photo_is_made_smaller_and_keeps_its_shape() -> None:
    kept = paper(image(size=(4000, 3000)))
    assert (kept.width, kept.height) == (LONGEST_SIDE, 1500)


def test_place_camera_profile_and_remarks_are_gone_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned to the right
    exif[0x010F] = "Camera of Kim"
    exif.get_ifd(0x8825)[1] = "N"
    kept = paper(image(exif=exif, comment=b"written by Kim", icc_profile=b"profile of Kim"))
    assert b"Kim" not in kept.data
    assert b"Exif" not in kept.data
    assert (kept.width, kept.height) == (200, 300)
    assert dict(opened(kept).getexif()) == {}


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_an_unreadable_camera_note_does_not_spoil_the_photo() -> None:
    assert paper(image(exif=b"Exif\0\0II*\0\xff\xff\xff\xff")).width == 300


@pytest.mark.parametrize("mode", ["CMYK", "L"])
def test_other_colours_of_jpeg_are_taken(mode: str) -> None:
    assert opened(paper(image("JPEG", mode))).mode in ("RGB", "L")


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "L", "I;16"])
def test_other_colours_of_png_are_taken(mode: str) -> None:
    assert opened(paper(image("PNG", mode))).mode in ("RGB", "L")


def test_what_was_transparent_is_white() -> None:
    assert opened(paper(image("PNG", "RGBA"))).getpixel((5, 5)) == (255, 255, 255)


def test_sixteen_bit_grey_is_not_washed_out() -> None:
    picture = Image.new("I;16", (50, 50), 0x8000)
    made = io.BytesIO()
    picture.save(made, "PNG")
    assert opened(paper(made.getvalue())).getpixel((5, 5)) == 128


def test_the_first_picture_of_a_moving_one_is_kept() -> None:
    made = io.BytesIO()
    first = Image.new("RGB", (40, 40), "red")
    first.save(made, "PNG", save_all=True, append_images=[Image.new("RGB", (40, 40), "blue")])
    red, _, blue = opened(paper(made.getvalue())).getpixel((5, 5))  # type: ignore[misc]
    assert red > 200 > blue


def test_what_hangs_on_behind_a_photo_is_dropped() -> None:
    for tail in (b"PK\x03\x04 zip", b"<script>alert(1)</script>", EICAR, b"%PDF-1.7"):
        assert tail not in paper(image() + tail).data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff" + b"\0" * MAX_BYTES, "large"),
        (png(30_000, 30_000), "large"),
        (png(9_000, 9_000), "large"),
        (b"MZ\x90\x00 a program called photo", "kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "kind"),
        (b"GIF89a" + b"\0" * 50, "kind"),
        (b"PK\x03\x04" + b"\0" * 50, "kind"),
        (EICAR, "kind"),
        (b"some words", "kind"),
        (b"garbage before " + pdf(), "kind"),
        (b"\xff\xd8\xff", "broken"),
        (image()[:400], "broken"),
        (image("PNG")[:60], "broken"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 100, "broken"),
        (b"%PDF-1.7", "broken"),
        (b"%PDF-1.7\n%%EOF", "broken"),
        (pdf()[:-200], "broken"),
        (pdf() + b"PK\x03\x04" + b"\0" * 50 + b"zip" * 40, "broken"),
        (pdf() + b"<html><script>alert(1)</script>" + b" " * 5 + b"x" * 80, "broken"),
    ],
)
def test_what_is_no_paper_is_refused_with_its_code(data: bytes, code: str) -> None:
    assert check(data, "photo.jpg") == Unfit(code)  # type: ignore[arg-type]


def test_a_plain_pdf_is_kept_as_it_came() -> None:
    data = pdf("Certificate 1750-1234-5678-9012, 900101-1******", pages=30)
    assert paper(data, "등본.PDF") == Paper(data, "pdf", "등본.pdf", 30, 0, 0)


def test_too_many_pages_are_refused() -> None:
    assert check(pdf(pages=31), "a.pdf") == Unfit("pages")
    assert check(pdf(pages=0), "a.pdf") in (Unfit("pages"), Unfit("broken"))


def test_a_locked_pdf_is_refused() -> None:
    assert check(pdf(change=lambda writer: writer.encrypt("", "owner", algorithm="RC4-128")), "a.pdf") == Unfit(
        "locked"
    )


@pytest.mark.parametrize(
    "words", ["900101-1234567", "no. 900101 - 5123456 /", "9 0 0 1 0 1 1 2 3 4 5 6 7", "9001011234567"]
)
def test_a_pdf_that_prints_a_resident_number_is_refused(words: str) -> None:
    assert check(pdf(words), "a.pdf") == Unfit("number")


def test_a_resident_number_in_a_remark_or_in_the_title_is_seen() -> None:
    remark = FreeText(text="900101-1234567", rect=(10, 10, 200, 50))
    assert check(pdf(change=lambda writer: writer.add_annotation(0, remark)), "a.pdf") == Unfit("number")
    titled = pdf(change=lambda writer: writer.add_metadata({"/Title": "900101-1234567"}))
    assert check(titled, "a.pdf") == Unfit("number")


def _act(kind: str, **more: str) -> Callable[[PdfWriter], object]:
    def change(writer: PdfWriter) -> None:
        action = DictionaryObject({NameObject("/S"): NameObject(kind)})
        action.update({NameObject(f"/{key}"): TextStringObject(value) for key, value in more.items()})
        writer.root_object[NameObject("/OpenAction")] = action

    return change


def _names_a_script(writer: PdfWriter) -> None:
    writer.root_object[NameObject("/Names")] = DictionaryObject({NameObject("/JavaScript"): DictionaryObject()})


@pytest.mark.parametrize(
    "change",
    [
        _names_a_script,
        lambda writer: writer.add_attachment("a.exe", b"MZ"),
        _act("/JavaScript", JS="app.alert(1)"),
        _act("/JavaScript"),
        _act("/Launch", F="cmd.exe"),
        _act("/SubmitForm", F="x"),
        _act("/GoToE"),
    ],
)
def test_a_pdf_that_can_act_or_carries_files_is_refused(change: Callable[[PdfWriter], object]) -> None:
    assert check(pdf(change=change), "a.pdf") == Unfit("active")


def test_an_action_with_a_disguised_name_is_seen() -> None:
    disguised = pdf(change=_act("/JavaScript")).replace(b"/JavaScript", b"/J#61vaScrip#74")
    assert check(disguised, "a.pdf") == Unfit("active")


def test_a_virus_sample_in_a_pdf_is_refused() -> None:
    data = pdf().replace(b"%%EOF", b"%" + EICAR + b"\n%%EOF")
    assert check(data, "a.pdf") == Unfit("active")


def _bomb(writer: PdfWriter) -> None:
    stream = StreamObject()
    stream._data = zlib.compress(b" " * 200_000_000)
    stream.update({NameObject("/Filter"): NameObject("/FlateDecode"), NameObject("/Length"): NumberObject(0)})
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)


def _endless(writer: PdfWriter) -> None:
    stream = DecodedStreamObject()
    stream.set_data(b"BT (a) Tj ET " * 200_000)
    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream.flate_encode())


def _crowded(writer: PdfWriter) -> None:
    for _ in range(20_100):
        writer._add_object(DictionaryObject())


@pytest.mark.parametrize("change", [_bomb, _endless, _crowded])
def test_a_pdf_that_swells_when_opened_is_refused(change: Callable[[PdfWriter], object]) -> None:
    assert check(pdf(change=change), "a.pdf") == Unfit("large")


def test_pages_that_contain_themselves_end_in_a_refusal() -> None:
    def knot(writer: PdfWriter) -> None:
        tree = writer.root_object["/Pages"]
        assert isinstance(tree, DictionaryObject)
        kids = tree["/Kids"]
        assert isinstance(kids, ArrayObject)
        kids.append(writer.root_object.raw_get("/Pages"))

    assert isinstance(check(pdf().replace(b"/Count 1", b"/Count 9"), "a.pdf"), Paper | Unfit)
    assert isinstance(check(pdf(change=knot), "a.pdf"), Unfit)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("등본.png", "등본.jpg"),
        ("900101-1234567.jpg", "●●●●●●-●●●●●●●.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("C:\\Users\\kim\\photo.jpeg", "photo.jpg"),
        ("\u202egpj.exe", "gpj.jpg"),
        ("", "paper.jpg"),
        ("..", "paper.jpg"),
        ("가" * 300 + ".jpg", "가" * 60 + ".jpg"),
    ],
)
def test_the_name_is_safe_and_ends_as_the_kind_does(name: str, kept: str) -> None:
    assert paper(image(), name).name == kept


@settings(deadline=None, max_examples=60)
@given(st.sampled_from([image(), image("PNG"), image("HEIF"), pdf("words")]), st.data())
def test_a_damaged_file_never_raises(whole: bytes, data: st.DataObject) -> None:
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 20))):
        damaged[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    assert isinstance(check(bytes(damaged), "a"), Paper | Unfit)


def test_a_drawn_page_stays_readable() -> None:
    picture = Image.new("RGB", (600, 200), "white")
    ImageDraw.Draw(picture).text((20, 80), "주민등록등본", fill="black", font_size=40)
    made = io.BytesIO()
    picture.save(made, "PNG")
    assert opened(paper(made.getvalue())).getextrema()[0][0] < 60  # type: ignore[index]
