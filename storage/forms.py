"""Normal forms: one person, phone or name is written in many ways and looked up in one."""

import re
import unicodedata
from datetime import date

_MOBILE = re.compile(r"(?:\+?82|0082)?0?(10\d{8}|1[16-9]\d{7,8})")
_SEPARATORS = re.compile(r"[\s().-]")


def e164(text: str) -> str | None:
    """A phone number as +821012345678, None if it is none. Numbers without a country are Korean.

    Korean mobile numbers, nearly all there are, go without `phonenumbers`, which costs 62 µs a number.
    """
    digits = _SEPARATORS.sub("", text if text.isascii() else unicodedata.normalize("NFKC", text))
    if mobile := _MOBILE.fullmatch(digits):
        return f"+82{mobile[1]}"
    import phonenumbers  # nine megabytes that most processes never need

    try:
        number = phonenumbers.parse(digits, "KR")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def identity(name: str, birth_date: date | str) -> str:
    """Name and (ISO) birth date as one value to look up: composed Hangul, no case, no spaces."""
    return f"{''.join(unicodedata.normalize('NFC', name).casefold().split())}|{birth_date}"
