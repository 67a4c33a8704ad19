"""A turn becomes entries of the transcript: an echo of what the citizen did, what the bot says, a short notice.

Law of this file: pure; an entry holds plain JSON values and no markup.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from bot.dialogue.engine import current
from bot.dialogue.model import Book
from bot.dialogue.parse import Verb
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.texts import FALLBACK
from bot.dialogue.turn import Turn
from storage.inbox import Update

SAY = "say"
ECHO = "echo"
TOAST = "toast"

Requests = list[tuple[str, dict[str, Any], bool]]


def renderer(book: Book) -> Callable[[Update, State, Turn], Requests]:
    """Return the `render` of the web channel: (method, parameters, paced) in the order of the page."""

    def render(update: Update, before: State, turn: Turn) -> Requests:
        language = turn.replies[0].language if turn.replies else before.language or FALLBACK
        raw = json.loads(update.raw)
        echoed = echo(book, raw, before)
        entries: list[tuple[str, dict[str, Any]]] = []
        if echoed:
            # What somebody wrote is shown as it is; the sign of a button they tapped is the page's to draw.
            spoken = before.language or language
            entries.append((ECHO, {"text": echoed, "language": spoken, "tapped": "text" not in raw or "photo" in raw}))
        entries += [(SAY, said(reply)) for reply in turn.replies]
        if turn.toast:
            entries.append((TOAST, {"text": turn.toast, "language": language}))
        return [(method, params, False) for method, params in entries]

    return render


def said(reply: Reply) -> dict[str, Any]:
    """Return a reply as plain JSON values: spans, rows, language and what it wants; a file is linked in its words."""
    return {name: value for name, value in asdict(reply).items() if name != "enclosed"}


def echo(book: Book, raw: Mapping[str, Any], before: State) -> str:
    """Return how the page shows what the citizen did; empty for what nobody did by hand and for buttons long gone."""
    match raw:
        case {"photo": _}:
            photo = _plain(book, before, "web.photo_sent")
            return "\n".join(part for part in (f"📷 {photo}", str(raw.get("text", "")).strip()) if part)
        case {"text": str(text)}:
            return text.strip()
        case {"tap": str(tap)}:
            return label_of(current(book, before), tap)
        case {"place": _}:
            return f"📍 {_plain(book, before, 'web.place_sent')}"
        case {"command": str(name)} if name in tuple(Verb) and name != Verb.START:
            return _plain(book, before, f"commands.{name}")
        case _:
            return ""


def label_of(reply: Reply, tap: str) -> str:
    """Return the label of the button that carries this tap, or nothing."""
    return next((button.label for row in reply.rows for button in row if button.tap == tap), "")


def _plain(book: Book, state: State, key: str) -> str:
    language = state.language or FALLBACK
    return book.texts.plain(language, key, **book.names_in(language))
