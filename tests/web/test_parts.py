"""The pure parts: reading, rendering, pace, gong."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue.events import Commanded, Event, Located, Pressed, Said, Sent
from bot.dialogue.texts import Look, Span
from bot.web.blocks import blocks
from bot.web.gong import Gong
from bot.web.pace import Pace
from bot.web.read import Unreadable, read, text_of
from bot.web.signs import signed

NOW = datetime(2026, 9, 14, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("raw", "event"),
    [
        ({"command": "start", "payload": "plakat7"}, Commanded(7, "start", "plakat7", "T-1")),
        ({"text": "Mehr Bänke", "id": "abc"}, Said(7, "Mehr Bänke", "T-1", "abc")),
        ({"text": " /Hilfe jetzt ", "id": "abc"}, Commanded(7, "hilfe", "jetzt", "T-1")),
        ({"text": "5/7 der Busse", "id": "abc"}, Said(7, "5/7 der Busse", "T-1", "abc")),
        ({"tap": "go:send@3"}, Pressed(7, "go:send@3", "T-1")),
        ({"place": [51.25643, 7]}, Located(7, 51.256, 7.0, "Elberfeld")),
        ({"photo": {"file": "web:1", "size": 5}, "text": "Treppe"}, Sent(7, "photo", "web:1", 5, "Treppe")),
    ],
)
def test_each_raw_update_tells_its_event(raw: dict[str, object], event: Event) -> None:
    assert read(raw, seq=7, receipt="T-1", district_at=lambda *_: "Elberfeld") == event


_WORDS = st.text("a/ \0\n", max_size=6)
_JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | _WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["file", "size", "x"]), inner),
    max_leaves=6,
)
_KEYS = st.sampled_from(["command", "tap", "text", "photo", "place", "payload", "id"])


@given(st.dictionaries(_KEYS, _JSON))
def test_whatever_lies_in_the_inbox_is_read_or_refused_without_quoting_it(raw: dict[str, object]) -> None:
    stored = json.loads(json.dumps(raw))
    text_of(stored)
    told = ""
    try:
        event = read(stored, seq=1)
    except Unreadable as error:
        event, told = None, str(error)
    assert event is not None or told == "none of the web chat's own updates"


_SPANS = st.lists(st.builds(Span, st.text("ab\n \t", max_size=12), st.sampled_from(Look)), max_size=8)


@given(_SPANS)
def test_no_word_gets_lost_between_spans_and_paragraphs(spans: list[Span]) -> None:
    shown = "".join(span.text for block in blocks(spans) for span in block.spans)
    assert "".join(shown.split()) == "".join("".join(span.text for span in spans).split())


def test_paragraphs_and_quotes_are_parted() -> None:
    spans = [Span("Titel", Look.STRONG), Span("\n"), Span("Meine\n\nWorte", Look.QUOTE), Span("\n\nStimmt das?")]
    found = [(block.quoted, "".join(span.text for span in block.spans)) for block in blocks(spans)]
    assert found == [(False, "Titel"), (True, "Meine\n\nWorte"), (False, "Stimmt das?")]


@pytest.mark.parametrize(
    ("label", "words", "icon", "emoji"),
    [
        ("✏️ Ort", "Ort", "pencil", ""),
        ("◀️ Zurück", "Zurück", "back", ""),
        ("🦄 Einhorn", "Einhorn", "", "🦄"),
        ("Nein, etwas anderes", "Nein, etwas anderes", "", ""),
        ("„Ja“ sagen", "„Ja“ sagen", "", ""),
        ("العربية", "العربية", "", ""),
    ],
)
def test_a_label_keeps_its_words(label: str, words: str, icon: str, emoji: str) -> None:
    found = signed(label)
    assert (found.words, found.icon, found.emoji) == (words, icon, emoji)


@given(st.lists(st.integers(0, 30), max_size=80), st.integers(1, 5))
def test_no_minute_holds_more_messages_than_allowed(steps: list[int], per_minute: int) -> None:
    pace, now, taken = Pace(per_minute), NOW, []
    for step in steps:
        now += timedelta(seconds=step)
        wait = pace.take("chat", now)
        if wait == 0:
            taken.append(now)
        else:
            assert pace.take("chat", now + timedelta(seconds=wait)) == 0
            now += timedelta(seconds=wait)
            taken.append(now)
    for first in taken:
        assert sum(first <= each < first + timedelta(minutes=1) for each in taken) <= per_minute


def test_a_quiet_conversation_is_forgotten() -> None:
    pace = Pace(5)
    pace.take("one", NOW)
    pace.take("two", NOW + timedelta(minutes=2))
    assert list(pace.times) == ["two"]


async def test_a_gong_wakes_everybody_who_listened_before_it_rang() -> None:
    gong = Gong()
    first, second = gong.listen(), gong.listen()
    gong.ring()
    await asyncio.gather(first(60), second(60))
    late = asyncio.ensure_future(gong.listen()(60))
    await asyncio.sleep(0)
    assert not late.done()
    gong.ring()
    await late
