"""Keyboards that Telegram takes and those it does not."""

from typing import Any

import pytest

from playground.errors import Refused
from playground.keyboards import read_markup


def inline(**button: Any) -> dict[str, Any]:
    return {"inline_keyboard": [[button]]}


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        (inline(text="x", callback_data="가" * 22), "BUTTON_DATA_INVALID"),
        (inline(text="x", callback_data=""), "BUTTON_DATA_INVALID"),
        (inline(text="x"), "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (inline(text=" ", callback_data="x"), "can't parse inline keyboard button: Can't find field \"text\""),
        (inline(text="x", url="http://localhost"),
         "inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL"),
        (inline(text="x", callback_data="1", url="https://x.kr"),
         "can't parse inline keyboard button: exactly one optional field must be used"),
        (inline(text="x", callback_data="1") | {"keyboard": [["x"]]},
         "can't parse reply keyboard markup JSON object: only one kind of keyboard is allowed"),
    ],
)  # fmt: skip
def test_a_wrong_keyboard_is_refused(markup: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused) as refusal:
        read_markup(markup)
    assert refusal.value.description == f"Bad Request: {reason}"


def test_64_bytes_of_data_and_a_real_address_pass() -> None:
    assert read_markup(inline(text="x", callback_data="a" * 64))
    assert read_markup(inline(text="x", url="https://seo.incheon.kr/a"))


def test_edits_take_inline_keyboards_only() -> None:
    with pytest.raises(Refused, match="inline keyboard expected"):
        read_markup({"keyboard": [["x"]]}, inline_only=True)
