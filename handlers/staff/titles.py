"""What somebody at the counter is called: her role, of which dong, until when."""

from handlers.dialog import Text, said, t
from programmes.model import City
from programmes.roles import Grant
from storage.staff import Held, Officer


def role(code: str) -> Text:
    """What those who have it are called."""
    return t(f"role.{code}")


def title(held: Held | Grant, city: City) -> Text:
    """A role somebody has: ‘연희동 이의신청 담당, 2025년 12월 31일까지’."""
    named = _named(held, city)
    return named if held.until is None else t("title.until", title=named, day=held.until)


def label(officer: Officer, city: City) -> Text:
    """Her name and what she is, for a list to choose from."""
    if not officer.held:
        return t("title.none", name=officer.name)
    first, *more = officer.held
    named = _named(first, city)
    if more:
        return t("title.several", name=officer.name, title=named, more=len(more))
    return t("title.one", name=officer.name, title=named)


def _named(held: Held | Grant, city: City) -> Text:
    dong = city.places.dongs.get(held.dong or "")
    return t("title.of_dong", dong=said(dong.name), role=role(held.role)) if dong else role(held.role)
