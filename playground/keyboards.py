"""The four kinds of `reply_markup`, checked as Telegram checks them."""

import re
from typing import Any

from .errors import Json, bad

KINDS = ("inline_keyboard", "keyboard", "remove_keyboard", "force_reply")
_ACTIONS = ("callback_data", "url", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
            "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay")  # fmt: skip
_GOOD_URL = re.compile(r"(?:https?://[^\s/.]+(?:\.[^\s/.]+)+(?:[/?#:]\S*)?|tg://\S+)", re.IGNORECASE)


def read_markup(markup: Any, *, inline_only: bool = False) -> Json | None:
    """Return the keyboard, None where there is none; `Refused` (400) for one Telegram would not take."""
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    kinds = [kind for kind in KINDS if markup.get(kind)]
    if len(kinds) > 1:
        raise bad("can't parse reply keyboard markup JSON object: only one kind of keyboard is allowed")
    if inline_only and kinds and kinds[0] != "inline_keyboard":
        raise bad("inline keyboard expected")
    if "inline_keyboard" in markup:
        return _inline(markup["inline_keyboard"])
    if "keyboard" in markup:
        return markup | {"keyboard": [[_reply_button(b) for b in row] for row in _rows(markup["keyboard"])]}
    return markup if kinds else None


def _rows(rows: Any) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('can\'t parse inline keyboard: field "inline_keyboard" must be an Array of Arrays')
    return [row for row in rows if row]


def _inline(rows: Any) -> Json | None:
    kept = [[_inline_button(button) for button in row] for row in _rows(rows)]
    if sum(map(len, kept)) > 100:
        raise bad("reply markup is too long")
    return {"inline_keyboard": kept} if kept else None


def _inline_button(button: Any) -> Json:
    if not isinstance(button, dict) or not str(button.get("text") or "").strip():
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    actions = [action for action in _ACTIONS if action in button]
    if not actions:
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad("can't parse inline keyboard button: exactly one optional field must be used")
    if "callback_data" in button and not 1 <= len(str(button["callback_data"]).encode()) <= 64:
        raise bad("BUTTON_DATA_INVALID")
    if "url" in button and not _GOOD_URL.fullmatch(str(button["url"])):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: Wrong HTTP URL")
    return button


def _reply_button(button: Any) -> Json:
    button = {"text": button} if isinstance(button, str) else button
    if not isinstance(button, dict) or not str(button.get("text") or "").strip():
        raise bad("can't parse keyboard button: Can't find field \"text\"")
    return button
