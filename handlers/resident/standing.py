"""What is said today of somebody's sum in a round: by a decision, by the payment file, else by the roster's rules."""

from uuid import UUID

from handlers.dialog import Turn
from handlers.resident.family import Family
from programmes import rules
from programmes.model import Programme
from storage import awards, registry
from storage.awards import PAID, Award
from storage.outreach import NOT_APPLIED
from storage.registry import Payment


def overlays(award: Award | None, payment: Payment | None) -> bool:
    """Whether a decision says something else than the payment file, which has not confirmed it yet."""
    if award is None or award.confirmed_at is not None:
        return False
    return payment is None or payment.status != PAID or payment.amount != award.amount


def unknown_yet(payment: Payment | None) -> bool:
    """Whether the payment file has nothing of an application in this round."""
    return payment is None or payment.status == NOT_APPLIED


async def sum_today(turn: Turn, resident: UUID, programme: Programme, round: str) -> int | None:
    """The sum in won that a resident is told today, None when nothing is due or nothing is known."""
    granted = await awards.of_resident(turn.store, resident, programme.id)
    if round in granted:
        return granted[round].amount
    paid = {one.round: one for one in await registry.payments_of(turn.store, resident)}
    if round in paid and paid[round].amount is not None:
        return paid[round].amount
    me = await registry.by_id(turn.store, resident)
    if me is None:
        return None
    household = await registry.household_of(turn.store, me)
    answer = rules.verdict(programme, Family(me, household).facts(me, programme), turn.now, round)
    return answer.total or None
