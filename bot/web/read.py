"""A raw web update becomes an event.

Law of this file: pure; a raw update is what `bot/web/forms.py` wrote, one of
`{"command", "payload"}`, `{"text", "id"}`, `{"tap"}`, `{"place": [latitude, longitude]}`,
`{"photo": {"file", "size"}, "text"}`; anything else raises `Unreadable`, whose message never
holds what a citizen wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from bot.dialogue.events import NOTHING, Commanded, Event, Located, Pressed, Said, Sent, Understanding

DistrictAt = Callable[[float, float], str | None]

# Shared places are kept to about 100 m: three decimals of a degree.
PLACE_DECIMALS = 3
# What is typed with a slash is a command here too, so that the words of the Telegram bot work everywhere.
_COMMAND = re.compile(r"/(?P<name>\w{1,64})(?:\s+(?P<payload>.*))?", re.S)


class Unreadable(Exception):
    """A raw update that no page of ours made; the message says what is wrong, without its content."""


def nowhere(latitude: float, longitude: float) -> str | None:
    """Return None: no place lies in a known district."""
    del latitude, longitude
    return None


def read(
    raw: Mapping[str, Any],
    *,
    seq: int,
    receipt: str = "",
    understanding: Understanding = NOTHING,
    district_at: DistrictAt = nowhere,
) -> Event | None:
    """Return the event a raw update tells of; `district_at` names the Stadtbezirk of a place. Raises `Unreadable`."""
    match raw:
        case {"command": str(name)}:
            return Commanded(seq, name, str(raw.get("payload", "")), receipt)
        case {"tap": str(tap)}:
            return Pressed(seq, tap, receipt)
        case {"photo": {"file": str(file), "size": int(size)}}:
            return Sent(seq, "photo", file, size, str(raw.get("text", "")), understanding)
        case {"text": str(text)}:
            return _said(seq, text, str(raw.get("id", "")), receipt, understanding)
        case {"place": [float() | int() as latitude, float() | int() as longitude]}:
            near = round(float(latitude), PLACE_DECIMALS), round(float(longitude), PLACE_DECIMALS)
            return Located(seq, *near, district=district_at(*near))
        case _:
            raise Unreadable("none of the web chat's own updates")


def _said(seq: int, text: str, message: str, receipt: str, understanding: Understanding) -> Event:
    if found := _COMMAND.fullmatch(text.strip()):
        return Commanded(seq, found["name"].lower(), (found["payload"] or "").strip(), receipt)
    return Said(seq, text, receipt, message, understanding)


def text_of(raw: Mapping[str, Any]) -> str | None:
    """Return the citizen's own words in a raw update, or None where there are none to analyse."""
    text = raw.get("text")
    if not isinstance(text, str) or not text.strip() or _COMMAND.fullmatch(text.strip()):
        return None
    return text
