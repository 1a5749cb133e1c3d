"""Is an uploaded file a paper we may keep? Judged by what it is, never by its name or declared type.

Images are drawn anew, so that nothing but the picture stays: no place, no profile, no tail behind the last byte. PDFs
stay as they are and are refused when they could act, hide or hold a resident number. Costs processor time (up to
seconds) and up to some 300 MB: run it in a process pool with a time limit, and import it only there.
"""

import io
import logging
import struct
import zlib
from collections.abc import Iterator
from pathlib import PurePath

import pillow_heif
import pypdf
from PIL import Image, ImageOps
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, TextStringObject

from bot.mask import clean, holds_resident_number, mask
from bot.verdict import MAX_BYTES, Code, Paper, Unfit

MAX_PIXELS = 64_000_000  # the largest phone cameras but one; 192 MB when decoded
LONGEST_SIDE = 2_000
MAX_PAGES = 30
MAX_OBJECTS = 20_000
MAX_PARTS = 500_000  # names, strings and numbers in all objects of a PDF
QUALITY = 85

_FORMATS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG", b"%PDF-": "PDF"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_ACTIVE = frozenset({
    "/JS", "/JavaScript", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/FileAttachment", "/RichMedia", "/XFA",
    "/ImportData", "/SubmitForm", "/GoToE",
})  # fmt: skip
_EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
_LIMITS = pypdf.Configuration(
    maximum_declared_stream_length=MAX_BYTES,
    array_based_stream_maximum_output_length=16 * 2**20,
    lzw_maximum_output_length=16 * 2**20,
    run_length_maximum_output_length=16 * 2**20,
    zlib_maximum_output_length=16 * 2**20,
    brotli_maximum_output_length=16 * 2**20,
    stream_filters_maximum_length=4,
    stream_decoding_work_maximum_length=64 * 2**20,
    stream_parsing_work_maximum_count=300_000,
    page_tree_maximum_entries=1_000,
    page_tree_maximum_page_entries=10_000,
    xform_maximum_invocations_per_extraction=200,
    jbig2dec_binary=None,
    disable_legacy_handling=True,
)
_FAULTS = (  # what readers of foreign files are seen to raise
    PyPdfError, ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError, OSError,
    RuntimeError, SyntaxError, TypeError, ValueError, struct.error, zlib.error,
)  # fmt: skip

pillow_heif.register_heif_opener()
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its warnings quote the file


def check(data: bytes, name: str) -> Paper | Unfit:
    """Judge the bytes of one upload; never raises. Limits: issue 2 §6."""
    if not data:
        return Unfit("empty")
    if len(data) > MAX_BYTES:
        return Unfit("large")
    form = _form(data)
    try:
        if form == "PDF":
            return _pdf(data, name)
        return _image(data, name, form) if form else Unfit("kind")
    except (LimitReachedError, Image.DecompressionBombError):
        return Unfit("large")
    except _FAULTS:
        return Unfit("broken")


def _form(data: bytes) -> str | None:
    """The format that the first bytes prove."""
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return "HEIF"
    return next((form for magic, form in _FORMATS.items() if data.startswith(magic)), None)


def _name(name: str, ending: str) -> str:
    """At most 60 characters and the true ending, without folders or identity numbers."""
    stem = PurePath(clean(name).replace("\\", "/").replace("\n", " ")).stem.strip(" .")
    return f"{mask(stem).text[:60] or 'paper'}.{ending}"


# ---------------------------------------------------------------------------------------------------------- images


def _image(data: bytes, name: str, form: str) -> Paper | Unfit:
    """The first picture of the file as a plain JPEG. The size is looked at before anything is decoded."""
    with Image.open(io.BytesIO(data), formats=(form,)) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            return Unfit("large")
        opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
        picture = _flat(_upright(opened))
    picture.info = {}
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=QUALITY, optimize=True)
    return Paper(made.getvalue(), "jpeg", _name(name, "jpg"), 1, picture.width, picture.height)


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera says; as it lies when the camera's note cannot be read."""
    try:
        return ImageOps.exif_transpose(picture)
    except _FAULTS:
        return picture


def _flat(picture: Image.Image) -> Image.Image:
    """Grey or RGB, on white where it was transparent."""
    if picture.mode.startswith("I"):  # 16 bits a pixel, which a plain conversion would clip to white
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if picture.has_transparency_data:
        own = picture.convert("RGBA")
        white = Image.new("RGBA", own.size, "white")
        return Image.alpha_composite(white, own).convert("RGB")
    return picture.convert("L" if picture.mode in ("1", "L") else "RGB")


# ------------------------------------------------------------------------------------------------------------ PDFs


def _pdf(data: bytes, name: str) -> Paper | Unfit:
    """A PDF as it came, if it holds still: few pages, nothing locked, active or hidden, no resident number."""
    if _EICAR in data:
        return Unfit("active")
    if b"%%EOF" not in data.rstrip(b"\0\t\n\f\r ")[-64:]:  # cut short, or something else hangs on behind
        return Unfit("broken")
    with pypdf.apply_configuration(_LIMITS):
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            return Unfit("locked")
        pages = len(reader.pages)
        if not 1 <= pages <= MAX_PAGES:
            return Unfit("pages" if pages else "broken")
        fault = _fault(reader)
        return Unfit(fault) if fault else Paper(data, "pdf", _name(name, "pdf"), pages, 0, 0)


def _fault(reader: pypdf.PdfReader) -> Code | None:
    """What speaks against the insides of a PDF: every object for actions and strings, every page for its words."""
    numbered = False
    for count, part in enumerate(_parts(reader)):
        if count > MAX_PARTS:
            return "large"
        match part:
            case TextStringObject():
                numbered = numbered or holds_resident_number(part)
            case NameObject() if part in _ACTIVE:
                return "active"
            case DictionaryObject() if "/EF" in part and ("/F" in part or "/UF" in part):
                return "active"
    if numbered or any(holds_resident_number(page.extract_text()) for page in reader.pages):
        return "number"
    return None


def _parts(reader: pypdf.PdfReader) -> Iterator[object]:
    """Every dictionary, key, string and other value of every object, without following references."""
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MAX_OBJECTS:
        raise LimitReachedError("objects")
    waiting: list[object] = [reader.trailer]
    waiting += (IndirectObject(number, generation, reader).get_object() for number, generation in sorted(numbers))
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, DictionaryObject):
            waiting += part.keys()
            waiting += (part.raw_get(key) for key in part)
        elif isinstance(part, ArrayObject):
            waiting += part
