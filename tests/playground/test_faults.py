"""A misbehaving Telegram on a seed."""

import pytest
from aiohttp import ClientError

from playground.call import Call
from playground.faults import Fault, FaultPlan, Kind
from playground.people import Person
from playground.server import Playground

from .conftest import Api


def only(kind: Kind, seconds: float = 0.0) -> FaultPlan:
    return FaultPlan(1, {kind: 1.0}, seconds)


@pytest.mark.parametrize(("kind", "entered"), [("drop_before", "dropped"), ("drop_after", "accepted")])
async def test_a_lost_connection_may_or_may_not_have_been_accepted(
    play: Playground, api: Api, maria: Person, kind: Kind, entered: str
) -> None:
    play.faults = only(kind)
    with pytest.raises(ClientError):
        await api.body("sendMessage", chat_id=maria.id, text="하나")
    assert [(e.outcome, e.answered and entered == "accepted") for e in play.ledger.entries] == [(entered, False)]
    assert bool(play.ledger.accepted(saying="하나")) == (entered == "accepted")


async def test_refusals_look_like_telegrams(play: Playground, api: Api, maria: Person) -> None:
    play.faults = only("too_many", 7)
    body = await api.body("sendMessage", chat_id=maria.id, text="x")
    assert (body["error_code"], body["parameters"]["retry_after"]) == (429, 7)
    play.faults = only("server_error")
    assert (await api.body("sendMessage", chat_id=maria.id, text="x"))["error_code"] == 500
    play.faults = only("blocked")
    assert await api.refused("sendMessage", chat_id=maria.id, text="x") == "Forbidden: bot was blocked by the user"
    play.faults = only("delay", 1)
    await api.ok("sendMessage", chat_id=maria.id, text="x")


def test_the_same_seed_gives_the_same_faults_whatever_else_goes_on() -> None:
    rates: dict[Kind, float] = {"drop_after": 0.3, "too_many": 0.3}
    mine = [Call("sendMessage", {"chat_id": 1})] * 50
    alone = FaultPlan(7, rates)
    first = [alone(call) for call in mine]
    crowded = FaultPlan(7, rates)
    second = [(crowded(Call("sendMessage", {"chat_id": 2})), crowded(call))[1] for call in mine]
    assert first == second
    assert {fault.kind for fault in first if fault} == {"drop_after", "too_many"}
    assert None in first


def test_reading_calls_are_spared() -> None:
    assert only("blocked")(Call("getMe", {})) is None
    assert only("blocked")(Call("sendMessage", {})) == Fault("blocked", 0.0)
