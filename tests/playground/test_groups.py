"""Groups as a bot meets them."""

from playground.people import Person
from playground.server import Playground

from .conftest import Api


async def test_only_what_is_meant_for_the_bot_reaches_it_in_a_group(play: Playground, api: Api, maria: Person) -> None:
    group = play.group(-100, "서구 창구", maria)
    await api.ok("sendMessage", chat_id=group.id, text="안녕하세요")
    seen = await maria.hears(chat=group.id)
    await maria.says("우리끼리", chat=group.id)
    await maria.says("/queue", chat=group.id)
    await maria.says("답", chat=group.id, reply_to=seen)
    updates = await api.ok("getUpdates")
    assert [u["message"]["text"] for u in updates if u.get("message", {}).get("chat", {}).get("id") == group.id] == [
        "/queue",
        "답",
    ]
    assert any(u.get("my_chat_member", {}).get("chat", {}).get("id") == group.id for u in updates)


async def test_a_group_becomes_a_supergroup_and_the_old_id_says_so(play: Playground, api: Api, maria: Person) -> None:
    group = play.group(-100, "서구 창구", maria)
    new = group.migrates(-1009, maria)
    body = await api.body("sendMessage", chat_id=-100, text="x")
    assert body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert body["parameters"] == {"migrate_to_chat_id": -1009}
    assert (await api.ok("sendMessage", chat_id=new.id, text="x"))["chat"]["type"] == "supergroup"
    told = [update["message"] for update in await api.ok("getUpdates") if "message" in update]
    assert [m.get("migrate_to_chat_id") for m in told][-2:] == [-1009, None]
    assert told[-1]["migrate_from_chat_id"] == -100


async def test_a_bot_put_out_may_not_write(play: Playground, api: Api, maria: Person) -> None:
    group = play.group(-100, "서구 창구", maria)
    group.removes_bot(maria)
    said = await api.refused("sendMessage", chat_id=group.id, text="x")
    assert said == "Forbidden: bot was kicked from the group chat"
    group.adds_bot(maria)
    await api.ok("sendMessage", chat_id=group.id, text="x")
