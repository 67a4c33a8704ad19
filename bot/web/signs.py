"""Emoji at the beginning of a label become the page's own pictures, which look the same on every device.

Law of this file: pure; the words of a label stay as they are, and no meaning hangs on a picture.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# Emoji of the book -> symbol in static/icons.svg. An emoji that is not listed is shown as it is.
ICONS = {
    "🙋": "person",
    "🏘": "homes",
    "🌳": "tree",
    "🚋": "tram",
    "🏛": "hall",
    "🛠": "work",
    "📚": "book",
    "🏙": "city",
    "🌍": "globe",
    "🌐": "globe",
    "🎒": "bag",
    "✅": "check",
    "✏": "pencil",
    "🗑": "bin",
    "➕": "plus",
    "◀": "back",
    "▶": "forward",
    "💬": "speech",
    "↩": "undo",
    "📝": "note",
    "📍": "pin",
    "📷": "photo",
}
_SIGNED = re.compile(r"(?P<sign>[^\w\s(„“\"'«]+)\s+(?P<words>\S.*)", re.S)
# Says that the character before it is meant as a picture (Unicode Technical Standard 51).
_AS_PICTURE = "\ufe0f"


@dataclass(frozen=True, slots=True)
class Signed:
    """A label taken apart: the name of its picture or else its emoji, and its words; both may be empty."""

    words: str
    icon: str = ""
    emoji: str = ""


def signed(label: str) -> Signed:
    """Take a label apart."""
    found = _SIGNED.fullmatch(label)
    if found is None:
        return Signed(label)
    sign = found["sign"].replace(_AS_PICTURE, "")
    icon = ICONS.get(sign, "")
    return Signed(found["words"], icon, "" if icon else found["sign"])
