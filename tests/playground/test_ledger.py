"""The ledger: what was accepted, refused or lost, in order."""

from playground.people import Person
from playground.server import Playground

from .conftest import Api


async def test_it_keeps_accepted_and_refused_calls_in_order(play: Playground, api: Api, maria: Person) -> None:
    sent = await api.ok("sendMessage", chat_id=maria.id, text="하나")
    await api.ok("editMessageText", chat_id=maria.id, message_id=sent["message_id"], text="둘")
    await api.refused("sendMessage", chat_id=1, text="아무도")
    await api.ok("deleteMessage", chat_id=maria.id, message_id=sent["message_id"])
    await api.ok("getMe")
    told = [(e.method, e.outcome, e.text, e.message_ids) for e in play.ledger.entries]
    one = (sent["message_id"],)
    assert told == [
        ("sendMessage", "accepted", "하나", one),
        ("editMessageText", "accepted", "둘", one),
        ("sendMessage", "refused", "아무도", ()),
        ("deleteMessage", "accepted", "", one),
    ]
    assert play.ledger.refused[0].error == "Bad Request: chat not found"
    assert len(play.ledger.accepted("send", maria.id, "하나")) == 1


async def test_it_is_served_as_json_with_unanswered_presses(play: Playground, api: Api, maria: Person) -> None:
    await api.ok("sendMessage", chat_id=maria.id, text="하나")
    await maria.forges("x", on=await maria.hears())
    async with api.session.get(f"{play.url}/playground/ledger") as answer:
        told = await answer.json()
    assert told["entries"][0]["text"] == "하나"
    assert told["unanswered"][0]["data"] == "x"
