"""Korean road addresses in the order in which somebody walks: along a road, its side roads by their number.

A road address is a road (대로, 로, 길; a side road is named after it, 가정로406번길) and a building's number on it,
with a second one for a building behind (25-3): Road Name Address Act, in force since 2014.
"""

import re
import unicodedata
from typing import Final

Key = tuple[int, str, int, str, int, int, str]

_ROAD: Final = re.compile(
    r"(?P<road>[가-힣][가-힣0-9·.]*?(?:대로|로|길))"
    r"(?:\s*(?P<side>\d+)\s*(?P<part>[가-힣]{0,2}?)(?:번)?(?P<lane>[가-힣]{0,2}길))?"
    r"\s*(?:지하\s*)?(?P<number>\d+)(?:\s*-\s*(?P<behind>\d+))?(?!\s*번?[가-힣]{0,2}길)"
)
_DIGITS: Final = re.compile(r"(\d+)")


def road_key(address: str) -> Key:
    """By what an address is sorted: road, side road, building, the one behind it, then the rest of what was written.

    What is no road address comes after all that are, in its natural order.
    """
    written = " ".join(unicodedata.normalize("NFKC", address).split())
    found = _ROAD.search(written)
    if found is None:
        return (1, "", 0, "", 0, 0, _natural(written))
    part = (found["part"] or "") + (found["lane"] or "").removesuffix("길")
    number, behind = int(found["number"]), int(found["behind"] or 0)
    return (0, found["road"], int(found["side"] or 0), part, number, behind, _natural(written[found.end() :]))


def _natural(text: str) -> str:
    """Text in which 9 stands before 10: every number as wide as the widest."""
    return _DIGITS.sub(lambda digits: digits[0].zfill(12), text)
