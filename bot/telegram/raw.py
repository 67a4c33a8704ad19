"""The few things that must be known of a raw update before anybody tries to read it.

Law of this file: nothing here raises, whatever JSON comes in; nothing is changed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_WITH_TEXT = ("message", "edited_message")
# NUL has no place in PostgreSQL, half a surrogate pair none in UTF-8; Telegram's own apps send neither.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Migration:
    """A group that became a supergroup: its chat id before and after."""

    old: str
    new: str


def is_readable(raw: object) -> bool:
    """Say whether this is an object with an update id, the least that an update must be."""
    return update_id(raw) is not None


def update_id(raw: object) -> int | None:
    """Return the update's id, or None when there is no such number."""
    found = _field(raw, "update_id")
    return found if _is_number(found) else None


def external_id(raw: object) -> str:
    """Return what makes the update unique: its id, or a hash of it all when it has none."""
    number = update_id(raw)
    if number is not None:
        return str(number)
    return "sha256:" + hashlib.sha256(json.dumps(raw, sort_keys=True).encode()).hexdigest()


def chat_of(raw: object) -> str | None:
    """Return the id of the chat an update belongs to; for a tap without a message that of the person."""
    for content in _contents(raw):
        for place in (_field(content, "chat"), _field(_field(content, "message"), "chat"), _field(content, "from")):
            number = _field(place, "id")
            if _is_number(number):
                return str(number)
    return None


def text_of(raw: object) -> str | None:
    """Return the text or caption of a new or edited message, for the analyst; None when there is none."""
    for kind in _WITH_TEXT:
        message = _field(raw, kind)
        text = _field(message, "text") or _field(message, "caption")
        if isinstance(text, str):
            return storable(text) or None
    return None


def tap_of(raw: object) -> str | None:
    """Return the id by which a tap on a button is answered; None when the update is no tap."""
    found = _field(_field(raw, "callback_query"), "id")
    return found if isinstance(found, str) else None


def message_of(raw: object) -> str | None:
    """Return the id of the message on which a button was tapped."""
    found = _field(_field(_field(raw, "callback_query"), "message"), "message_id")
    return str(found) if _is_number(found) else None


def sender_of(raw: object) -> str | None:
    """Return the id of whoever wrote or tapped."""
    for kind in ("message", "edited_message", "callback_query"):
        found = _field(_field(_field(raw, kind), "from"), "id")
        if _is_number(found):
            return str(found)
    return None


def thread_of(raw: object) -> int | None:
    """Return the topic of a forum in which the update happened, so that the answer goes there."""
    for content in _contents(raw):
        for message in (content, _field(content, "message")):
            thread = _field(message, "message_thread_id")
            if _is_number(thread) and _field(message, "is_topic_message") is True:
                return int(thread)
    return None


def migration_of(raw: object) -> Migration | None:
    """Return from where to where a group moved; Telegram says it twice, in the old chat and in the new one."""
    message = _field(raw, "message")
    here = _field(_field(message, "chat"), "id")
    there, before = _field(message, "migrate_to_chat_id"), _field(message, "migrate_from_chat_id")
    if not _is_number(here):
        return None
    if _is_number(there):
        return Migration(str(here), str(there))
    return Migration(str(before), str(here)) if _is_number(before) else None


def storable(text: str) -> str:
    """Return a text without the few characters that no database takes."""
    return _UNSTORABLE.sub("", text)


def _contents(raw: object) -> list[object]:
    return [value for value in raw.values() if isinstance(value, Mapping)] if isinstance(raw, Mapping) else []


def _field(value: object, name: str) -> Any:
    return value.get(name) if isinstance(value, Mapping) else None


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
