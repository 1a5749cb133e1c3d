"""Reading updates: both readers give the same Inbound, and what is none is refused."""
# ruff: noqa: E501 - a table reads best with a row a line

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import NotAnUpdate
from bot.channels.updates import read, read_any
from handlers.dialog import Contact, Inbound, Kind, Upload

KIM = {"id": 7001, "is_bot": False, "first_name": "김영자", "language_code": "ko"}
PRIVATE = {"id": 7001, "type": "private", "first_name": "김영자"}
GROUP = {"id": -100123, "type": "supergroup", "title": "Dong office"}
ORIGIN = {"type": "user", "date": 1753660000, "sender_user": KIM}


def message(**more: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1753664400, "chat": PRIVATE, "from": KIM, **more}


def press(shown: Any, **more: Any) -> dict[str, Any]:
    return {"update_id": 9, "callback_query": {"id": "cb", "from": KIM, "chat_instance": "c", "data": "1.x", **more, **({"message": shown} if shown else {})}}  # fmt: skip


def update(body: dict[str, Any], kind: str = "message") -> dict[str, Any]:
    return {"update_id": 9, kind: body}


def photo(id: str, size: int | None = 10) -> dict[str, Any]:
    found = {"file_id": id, "file_unique_id": "u" + id, "width": 1, "height": 1}
    return found if size is None else {**found, "file_size": size}


def member(status: str, chat: dict[str, Any] = PRIVATE) -> dict[str, Any]:
    bot = {"id": 1, "is_bot": True, "first_name": "b"}
    new = {"user": bot, "status": status} | ({"until_date": 0} if status == "kicked" else {})
    return update(
        {
            "chat": chat,
            "from": KIM,
            "date": 1,
            "old_chat_member": {"user": bot, "status": "member"},
            "new_chat_member": new,
        },
        "my_chat_member",
    )


COMMON: dict[str, Any] = {"message_id": 5, "language": "ko"}
PDF = {"file_id": "d", "file_unique_id": "ud", "file_name": "가족.pdf", "file_size": 99}
OWN = {"phone_number": "+821012345678", "first_name": "김", "user_id": 7001}
TABLE: list[tuple[str, dict[str, Any], Inbound | None]] = [
    ("text", update(message(text="안녕")), Inbound(9, 7001, Kind.TEXT, text="안녕", **COMMON)),
    ("command", update(message(text="/start x", entities=[{"type": "bot_command", "offset": 0, "length": 6}])), Inbound(9, 7001, Kind.TEXT, text="/start x", **COMMON)),
    ("forwarded text", update(message(text="x", forward_origin=ORIGIN)), Inbound(9, 7001, Kind.TEXT, text="x", forwarded=True, **COMMON)),
    ("no language", update(message(text="x", **{"from": {"id": 7001, "is_bot": False, "first_name": "k"}})), Inbound(9, 7001, Kind.TEXT, text="x", message_id=5)),
    ("photo", update(message(photo=[photo("s"), photo("l", 50)], caption="c")), Inbound(9, 7001, Kind.UPLOAD, text="c", upload=Upload("l", "photo.jpg", 50), **COMMON)),
    ("photo without size", update(message(photo=[photo("l", None)])), Inbound(9, 7001, Kind.UPLOAD, upload=Upload("l", "photo.jpg", None), **COMMON)),
    ("album", update(message(photo=[photo("l")], media_group_id="g")), Inbound(9, 7001, Kind.UPLOAD, upload=Upload("l", "photo.jpg", 10, "g"), **COMMON)),
    ("document", update(message(document=PDF, caption="c")), Inbound(9, 7001, Kind.UPLOAD, text="c", upload=Upload("d", "가족.pdf", 99), **COMMON)),
    ("document without a name", update(message(document={"file_id": "d", "file_unique_id": "u"})), Inbound(9, 7001, Kind.UPLOAD, upload=Upload("d", "", None), **COMMON)),
    ("own contact", update(message(contact=OWN)), Inbound(9, 7001, Kind.CONTACT, contact=Contact("+821012345678", own=True), **COMMON)),
    ("another's contact", update(message(contact={**OWN, "user_id": 8})), Inbound(9, 7001, Kind.CONTACT, contact=Contact("+821012345678", own=False), **COMMON)),
    ("contact without id", update(message(contact={"phone_number": "1", "first_name": "k"})), Inbound(9, 7001, Kind.CONTACT, contact=Contact("1", own=False), **COMMON)),
    ("forwarded contact", update(message(contact=OWN, forward_origin=ORIGIN)), Inbound(9, 7001, Kind.CONTACT, contact=Contact("+821012345678", own=False), forwarded=True, **COMMON)),
    ("press", press(message(text="Q")), Inbound(9, 7001, Kind.PRESS, press="1.x", press_id="cb", shown="Q", **COMMON)),
    ("press under a picture", press(message(photo=[photo("p")], caption="C")), Inbound(9, 7001, Kind.PRESS, press="1.x", press_id="cb", shown="C", **COMMON)),
    ("press under an old message", press({"message_id": 5, "date": 0, "chat": PRIVATE}), Inbound(9, 7001, Kind.PRESS, press="1.x", press_id="cb", **COMMON)),
    ("press in a group", press({**message(text="Q"), "chat": GROUP}), Inbound(9, -100123, Kind.GROUP, press_id="cb")),
    ("press without a message", press(None, inline_message_id="i"), Inbound(9, 7001, Kind.GROUP, press_id="cb")),
    ("edited", update(message(text="new", edit_date=1), "edited_message"), Inbound(9, 7001, Kind.EDIT, text="new", **COMMON)),
    ("sticker", update(message(sticker={"file_id": "s", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False})), Inbound(9, 7001, Kind.OTHER, **COMMON)),
    ("voice", update(message(voice={"file_id": "v", "file_unique_id": "u", "duration": 1}, caption="c")), Inbound(9, 7001, Kind.OTHER, text="c", **COMMON)),
    ("place", update(message(location={"latitude": 37.5, "longitude": 126.6})), Inbound(9, 7001, Kind.OTHER, **COMMON)),
    ("group words", update({**message(text="hello"), "chat": GROUP}), None),
    ("group command", update({**message(text="/start"), "chat": GROUP}), Inbound(9, -100123, Kind.GROUP, text="/start", **COMMON)),
    ("group photo", update({**message(photo=[photo("p")]), "chat": GROUP}), None),
    ("blocked", member("kicked"), Inbound(9, 7001, Kind.LEFT)),
    ("unblocked", member("member"), Inbound(9, 7001, Kind.BACK)),
    ("added to a group", member("member", GROUP), None),
    ("channel post", update({"message_id": 1, "date": 1, "chat": {"id": -1, "type": "channel", "title": "c"}, "text": "x"}, "channel_post"), None),
    ("business message", update(message(text="x", business_connection_id="b"), "business_message"), None),
    ("a kind not yet invented", update({"x": 1}, "teleported"), None),
    ("message of nobody", update({"message_id": 1, "date": 1, "chat": PRIVATE, "text": "x"}), None),
]  # fmt: skip


def both(body: dict[str, Any]) -> tuple[Inbound | None, Inbound | None]:
    raw = json.dumps(body).encode()
    return read(raw), read_any(raw)


@pytest.mark.parametrize(("body", "inbound"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_both_readers_give_the_inbound(body: dict[str, Any], inbound: Inbound | None) -> None:
    assert both(body) == (inbound, inbound)


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
SIZES = st.none() | st.integers(0, 10**9)
CONTENT = st.one_of(
    st.fixed_dictionaries({"text": WORDS}),
    st.builds(lambda size, caption: {"photo": [photo("a"), photo("b", size)]} | caption, SIZES, st.just({}) | st.fixed_dictionaries({"caption": WORDS})),
    st.builds(lambda name: {"document": {"file_id": "d", "file_unique_id": "u"} | name}, st.just({}) | st.fixed_dictionaries({"file_name": WORDS})),
    st.builds(lambda phone, user: {"contact": {"phone_number": phone, "first_name": "k"} | user}, WORDS, st.sampled_from([{}, {"user_id": 7001}, {"user_id": 8}])),
)  # fmt: skip
EXTRAS = st.sampled_from([
    {}, {"forward_origin": ORIGIN}, {"media_group_id": "g"}, {"chat": GROUP}, {"via_bot": KIM}, {"is_topic_message": True},
    {"reply_to_message": message(text="before")}, {"from": {"id": 7001, "is_bot": False, "first_name": "k"}},
])  # fmt: skip


@given(content=CONTENT, extra=EXTRAS, kind=st.sampled_from(["message", "edited_message", "press"]))
def test_both_readers_agree_on_any_update(content: dict[str, Any], extra: dict[str, Any], kind: str) -> None:
    body = {**message(**content), **extra}
    quick, thorough = both(press(body) if kind == "press" else update(body, kind))
    assert quick == thorough


@pytest.mark.parametrize("body", [b"", b"x", b"[]", b"{}", b"null", b"7", b'{"update_id":"x"}', b'{"update_id":1,"message":7}', b"\xff\xfe", b"[" * 100_000, b'{"update_id":1,"message":{"message_id":1}}'])  # fmt: skip
def test_what_is_no_update_is_refused_without_quoting_it(body: bytes) -> None:
    with pytest.raises(NotAnUpdate):
        read(body)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_update_or_refused(body: bytes) -> None:
    try:
        read(body)
    except NotAnUpdate:
        return


def test_half_a_character_is_read() -> None:
    found = read(
        b'{"update_id":9,"message":{"message_id":5,"date":1,"chat":{"id":7001,"type":"private"},"from":{"id":7001,"is_bot":false,"first_name":"k"},"text":"a\\ud800"}}'
    )
    assert found is not None
    assert found.text == "a\ud800"
