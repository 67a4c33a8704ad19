"""Rules on what the bot may send which the typed models don't know: lengths, ranges, keyboards.

Law: each number comes from telegram.constants; a number that stands there nowhere is named here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import urlsplit

from telegram.constants import (
    BotCommandLimit,
    CallbackQueryLimit,
    ChatAction,
    InlineKeyboardButtonLimit,
    InlineKeyboardMarkupLimit,
    LocationLimit,
    MediaGroupLimit,
    MessageLimit,
    ReplyLimit,
)

from tests.emulator.entities import utf16_length
from tests.emulator.errors import CAPTION_TOO_LONG, TEXT_EMPTY, TEXT_TOO_LONG, Json, broken_rule

_APPEARANCE: Final = {"text", "icon_custom_emoji_id", "style"}
_COMMAND: Final = re.compile(r"[a-z0-9_]{1,32}")
_SCHEMES: Final = {"http", "https", "tg", "ton"}


def check_text(text: str) -> None:
    """1 to 4096 UTF-16 units after parsing; the unit is undocumented, so the stricter one."""
    if not text:
        raise broken_rule(TEXT_EMPTY.removeprefix("Bad Request: "))
    if utf16_length(text) > MessageLimit.MAX_TEXT_LENGTH:
        raise broken_rule(TEXT_TOO_LONG.removeprefix("Bad Request: "))


def check_caption(caption: str) -> None:
    """At most 1024 units after parsing."""
    if utf16_length(caption) > MessageLimit.CAPTION_LENGTH:
        raise broken_rule(CAPTION_TOO_LONG.removeprefix("Bad Request: "))


def check_markup(markup: Any, *, chat_kind: str) -> None:
    """Keyboards: size, labels, one action per button, callback data of 1 to 64 bytes."""
    match markup:
        case {"inline_keyboard": rows}:
            _check_size(rows)
            for button in _each(rows):
                _check_inline_button(button, chat_kind)
        case {"keyboard": rows}:
            _check_size(rows)
            for button in _each(rows):
                _require(bool(_label(button)), "KEYBOARD_BUTTON_TEXT_EMPTY")
    placeholder = (markup or {}).get("input_field_placeholder")
    if placeholder is not None:
        _in_range(len(placeholder), ReplyLimit, "INPUT_FIELD_PLACEHOLDER", "placeholder")


def _each(rows: list[list[Any]]) -> Iterator[Any]:
    for row in rows:
        yield from row


def _label(button: Any) -> str:
    return str(button if isinstance(button, str) else button["text"]).strip()


def _check_size(rows: list[list[Any]]) -> None:
    _require(all(rows), "Can't parse keyboard: a row is empty")
    wide = max((len(row) for row in rows), default=0)
    total = sum(len(row) for row in rows)
    _require(wide <= InlineKeyboardMarkupLimit.BUTTONS_PER_ROW, "Reply markup is too long")
    _require(total <= InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER, "Reply markup is too long")


def _check_inline_button(button: Json, chat_kind: str) -> None:
    wrong = "Can't parse inline keyboard button: "
    actions = set(button) - _APPEARANCE
    _require(bool(_label(button)), "BUTTON_TEXT_INVALID")
    _require(bool(actions), wrong + "Text buttons are unallowed in the inline keyboard")
    _require(len(actions) == 1, wrong + "exactly one action is allowed")
    match button:
        case {"callback_data": str(text)}:
            size = len(text.encode("utf-8"))
            limit = InlineKeyboardButtonLimit
            fits = limit.MIN_CALLBACK_DATA <= size <= limit.MAX_CALLBACK_DATA
            _require(fits, "BUTTON_DATA_INVALID")
        case {"url": str(url)}:
            _require(urlsplit(url).scheme in _SCHEMES, "BUTTON_URL_INVALID")
        case {"copy_text": {"text": str(text)}}:
            _in_range(len(text), InlineKeyboardButtonLimit, "COPY_TEXT", "BUTTON_COPY_TEXT_INVALID")
        case {"web_app": {"url": str(url)}}:
            _require(urlsplit(url).scheme == "https", "BUTTON_URL_INVALID")
            _require(chat_kind == "private", "BUTTON_TYPE_INVALID")


def check_answer(fields: Json) -> None:
    """The toast on a tap has at most 200 characters."""
    text = fields.get("text") or ""
    fits = len(text) <= CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH
    _require(fits, "MESSAGE_TOO_LONG")


def check_place(fields: Json) -> None:
    """Latitude, longitude, and an accuracy of at most 1500 m."""
    right = abs(fields["latitude"]) <= 90 and abs(fields["longitude"]) <= 180
    _require(right, "Wrong latitude or longitude specified")
    accuracy = fields.get("horizontal_accuracy") or 0
    _require(0 <= accuracy <= LocationLimit.HORIZONTAL_ACCURACY, "Wrong horizontal accuracy")


def check_action(action: str) -> None:
    """Only the chat actions that Telegram knows."""
    _require(action in set(ChatAction), "Wrong parameter action in request")


def check_album(media: list[Any]) -> None:
    """2 to 10 parts."""
    _in_range(len(media), MediaGroupLimit, "MEDIA_LENGTH", "Invalid number of media in the album")


def check_commands(commands: list[Json]) -> None:
    """Up to 100 commands, names of a-z 0-9 _, descriptions of 1 to 256 characters."""
    _require(len(commands) <= BotCommandLimit.MAX_COMMAND_NUMBER, "BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        named = _COMMAND.fullmatch(command["command"].removeprefix("/"))
        _require(bool(named), "BOT_COMMAND_INVALID")
        length = len(command["description"])
        _in_range(length, BotCommandLimit, "DESCRIPTION", "BOT_COMMAND_DESCRIPTION_INVALID")


def check_length(text: str, most: int, what: str) -> None:
    """At most `most` characters; `what` is Telegram's word for the field."""
    _require(len(text) <= most, f"{what} is too long")


def _in_range(value: int, limits: Any, name: str, rule: str) -> None:
    _require(limits[f"MIN_{name}"] <= value <= limits[f"MAX_{name}"], rule)


def _require(is_kept: bool, rule: str) -> None:
    if not is_kept:
        raise broken_rule(rule)
