"""Long texts become several messages, cut where a reader would pause.

Law of this file: pure; put together again, the parts are the whole text but for white space at the cuts.
Lengths count UTF-16 code units, as Telegram's entities do: the unit of its 4096 is undocumented, this is the stricter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from bot.dialogue.texts import Spans

# Where a cut is sought, the best first: between paragraphs, lines, words.
_PAUSES = ("\n\n", "\n", " ")
# A part that is shorter than this share of a message is not worth a better place for the cut.
_SHORTEST_SHARE = 0.25
_JOINER = "\u200d"


def units(text: str) -> int:
    """Return the length of a text in UTF-16 code units."""
    return len(text) + sum(1 for letter in text if letter > "\uffff")


def parts(spans: Spans, most: int) -> tuple[Spans, ...]:
    """Cut spans into parts of at most `most` units each; parts of white space alone are left out."""
    return tuple(part for part in _parts(spans, most) if any(span.text.strip() for span in part))


def _parts(spans: Spans, most: int) -> Iterator[Spans]:
    text = "".join(span.text for span in spans)
    start = 0
    while start < len(text):
        end = _end(text, start, most)
        yield _slice(spans, start, end)
        start = end


def _end(text: str, start: int, most: int) -> int:
    furthest = _reach(text, start, most)
    if furthest == len(text):
        return furthest
    earliest = start + int((furthest - start) * _SHORTEST_SHARE)
    for pause in _PAUSES:
        found = text.rfind(pause, earliest, furthest)
        if found > start:
            return found + len(pause)
    return _between_signs(text, start, furthest)


def _reach(text: str, start: int, most: int) -> int:
    if 2 * (len(text) - start) <= most:  # no sign has more than two units
        return len(text)
    left = most
    for place in range(start, len(text)):
        left -= units(text[place])
        if left < 0:
            return place
    return len(text)


def _between_signs(text: str, start: int, end: int) -> int:
    """Return a place near `end` that parts no sign from what belongs to it (accents, joined emoji)."""
    place = end
    while place > start + 1 and _belongs_to_before(text, place):
        place -= 1
    return place if place > start + 1 else end


def _belongs_to_before(text: str, place: int) -> bool:
    return _JOINER in text[place - 1 : place + 1] or unicodedata.category(text[place]) in ("Mn", "Me", "Sk")


def _slice(spans: Spans, start: int, end: int) -> Spans:
    cut, place = [], 0
    for span in spans:
        text = span.text[max(0, start - place) : max(0, end - place)]
        if text:
            cut.append(replace(span, text=text))
        place += len(span.text)
    return tuple(cut)
