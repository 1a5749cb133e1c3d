"""Nanum Gothic (SIL Open Font License), as a package ships it: its files alone are used, its code is never imported."""

from importlib.util import find_spec
from pathlib import Path


def _folder() -> Path:
    found = find_spec("koreanize_matplotlib")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("koreanize_matplotlib")
    return Path(found.submodule_search_locations[0]) / "fonts"


REGULAR, BOLD = _folder() / "NanumGothic.ttf", _folder() / "NanumGothicBold.ttf"
