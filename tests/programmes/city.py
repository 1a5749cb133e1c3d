"""The city that ships with the package, and a Korean moment."""

from datetime import datetime

from programmes.model import City, Programme, load_all
from programmes.reading import KST

CITY: City = load_all()


def at(text: str) -> datetime:
    """`2025-07-28 10:00` as Korean time."""
    return datetime.fromisoformat(text).replace(tzinfo=KST)


def programme(code: str) -> Programme:
    return CITY.programmes[code]
