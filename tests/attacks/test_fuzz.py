"""Whatever comes in by the two doors, updates and the office's files, is read or refused, and never anything else.

`FUZZ=20` tries twenty times as much, drawn anew each time or by `--hypothesis-seed`; `make chaos` does.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.base import NotAnUpdate
from bot.channels.telegram import Telegram
from handlers.dialog import Inbound
from storage import imports, migrate, staging
from storage.engine import Database
from storage.import_rows import KOREAN, BadFile, BadRow, Kind, PaymentRow, RosterRow, sheet
from storage.vault import Vault, new_office_key
from tests.storage.conftest import DONGS, PAYMENTS_HEADER, ROSTER_HEADER, people

TELEGRAM = Telegram("1:x", "http://127.0.0.1:9")
CHAT = {"id": 7001, "type": "private"}
USER = {"id": 7001, "is_bot": False, "first_name": "k", "language_code": "ko"}
PHOTO = {"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}
MESSAGE: dict[str, Any] = {
    "message_id": 5, "date": 1, "chat": CHAT, "from": USER, "text": "hi", "caption": "c", "photo": [PHOTO],
    "document": {"file_id": "f", "file_unique_id": "u", "file_name": "n"}, "media_group_id": "1",
    "contact": {"phone_number": "1", "first_name": "k", "user_id": 7001},
    "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "x"},
    "reply_to_message": {"message_id": 1, "date": 1, "chat": CHAT},
}  # fmt: skip
PRESS = {"id": "p", "from": USER, "chat_instance": "x", "message": MESSAGE, "data": "1.x"}
MEMBER = {"status": "kicked", "user": USER, "until_date": 0}
LEFT = {"chat": CHAT, "from": USER, "date": 1, "old_chat_member": MEMBER, "new_chat_member": MEMBER}
KINDS: dict[str, Any] = {"message": MESSAGE, "edited_message": MESSAGE, "callback_query": PRESS, "my_chat_member": LEFT}
NAMES = sorted({*MESSAGE, *PRESS, *LEFT, *KINDS, *USER, *CHAT, *PHOTO, "update_id", "phone_number", "status", "x"})
ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**63, -(2**70), 10**400])
    | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner, max_size=4),
    max_leaves=12,
)
LINES = st.lists(st.sampled_from([*people(4), "", ",,,,", '"', "P1"]), max_size=6)
TIMES = int(os.environ.get("FUZZ", "1"))
EACH = {"changed": 150, "anything": 100, "lines": 200, "files": 25}  # examples
steady = settings(derandomize=TIMES == 1, deadline=None, suppress_health_check=list(HealthCheck))


def paths(value: Any, here: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every part of a value."""
    if here:
        yield here
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from paths(inner, (*here, key))


def changed(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    """The same value with one part of it replaced."""
    if not path:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = changed(value[path[0]], path[1:], by)
    return copy


UPDATES = st.sampled_from([{"update_id": 9, kind: body} for kind, body in KINDS.items()])


def read(update: Any) -> Inbound | None:
    """Read it as the web does; whatever is raised but `NotAnUpdate` is a fault."""
    try:
        return TELEGRAM.read(json.dumps(update).encode("utf-8", "surrogatepass"))
    except NotAnUpdate:
        return None


@settings(steady, max_examples=TIMES * EACH["changed"])
@given(UPDATES, st.data())
def test_an_update_changed_in_one_place_is_read_or_refused(update: Any, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(list(paths(update))))
    inbound = read(changed(update, path, data.draw(ANYTHING)))
    if inbound is not None:
        for part in (inbound.text, inbound.press, inbound.press_id, inbound.shown, inbound.language):
            assert isinstance(part, str)
        for number in (inbound.update_id, inbound.chat, inbound.message_id or 0):
            assert number is not None
            assert -(2**63) <= number < 2**63


@settings(steady, max_examples=TIMES * EACH["anything"])
@given(ANYTHING, st.sampled_from(sorted(KINDS)))
def test_anything_that_calls_itself_an_update_is_read_or_refused(body: Any, kind: str) -> None:
    read({"update_id": 9, kind: body})
    read(body)


@settings(steady, max_examples=TIMES * EACH["lines"])
@given(st.sampled_from([ROSTER_HEADER, PAYMENTS_HEADER, ",".join(KOREAN["roster"])]), st.binary(max_size=80), st.data())
def test_any_header_and_any_line_are_read_or_refused(header: str, line: bytes, data: st.DataObject) -> None:
    kind: Kind = data.draw(st.sampled_from(imports.KINDS))
    written = header.encode(data.draw(st.sampled_from(["utf-8", "cp949", "utf-8-sig"])))
    at = data.draw(st.integers(0, len(written)))
    first = written[:at] + data.draw(st.sampled_from([b"", b",", b'"', b"\xff", b"\0", b"person_id"])) + written[at:]
    try:
        found = sheet(kind, first, line, DONGS, date(2025, 7, 28))
    except BadFile:
        return
    try:
        assert isinstance(found.row(line), RosterRow | PaymentRow)
    except BadRow:
        found.key(line)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database file."""
    folder = tmp_path_factory.mktemp("fuzz")
    return folder / "changgu.db"


@settings(steady, max_examples=TIMES * EACH["files"])
@given(st.binary(max_size=300) | LINES.map(lambda lines: "\n".join([ROSTER_HEADER, *lines]).encode()))
async def test_any_file_is_staged_or_refused(ready: Path, content: bytes) -> None:
    url = f"sqlite+aiosqlite:///{ready}"
    await migrate.upgrade(url)
    database, file = Database(url), ready.with_suffix(".csv")
    file.write_bytes(content)
    with suppress(BadFile):
        vault = Vault.of(new_office_key())
        await staging.stage(database, vault, "roster", file, DONGS, datetime(2025, 7, 28, 1, tzinfo=UTC))
    await database.close()
