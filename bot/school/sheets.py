"""What stands on the papers of a class: plain values for the templates of bot/content/schule.

Law of this file: a paper shows what the board shows, and the configuration; nothing that was held back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.dialogue.model import Book
from bot.school.links import telegram_link
from bot.school.papers import qr_of
from storage.models.school import SHOWN
from storage.session_ideas import Idea, Note

BERLIN = ZoneInfo("Europe/Berlin")
# What a team says of a top idea.
PARTS = ("what", "for_whom", "needed")

Values = Mapping[str, Any]


def pack_of(book: Book, *, is_test: bool) -> Values:
    """Return what stands in the pack for a school: who is responsible, who reads, how long backups are kept."""
    return {**book.names, "test": is_test}


def poster_of(
    book: Book, *, code: str, topics: tuple[str, ...], voice: str, is_test: bool, bot_name: str = ""
) -> Values:
    """Return what stands on the sheet for the wall: address, code, QR code, topics, and the way by Telegram if any."""
    address = f"{book.names['web_address'].rstrip('/')}/klasse"
    return {
        "test": is_test,
        "code": code,
        "page": address.removeprefix("https://").removeprefix("http://"),
        "qr": qr_of(f"{address}/{code}"),
        "telegram": telegram_link(bot_name, code).removeprefix("https://"),
        "topics": _topics(book, topics, voice),
    }


def result_of(
    book: Book,
    ideas: list[Idea],
    notes: list[Note],
    *,
    code: str,
    topics: tuple[str, ...],
    voice: str,
    is_test: bool,
    now: datetime,
) -> Values:
    """Return what stands on the result: ideas by votes, what teams said of them, the day in Berlin."""
    tops = [idea for idea in ideas if idea.pile is None and idea.state == SHOWN]
    ranked = sorted(tops, key=lambda idea: (-idea.votes, idea.id))
    return {
        "test": is_test,
        "code": code,
        "topics": _topics(book, topics, voice),
        "day": now.astimezone(BERLIN).strftime("%d.%m.%Y"),
        "web_address": book.names["web_address"].rstrip("/"),
        "ideas": [
            {"text": idea.text, "votes": idea.votes, "parts": _parts(book, idea, notes, voice)} for idea in ranked
        ],
    }


def _parts(book: Book, idea: Idea, notes: list[Note], voice: str) -> list[dict[str, Any]]:
    said = {part: [note.text for note in notes if _is_of(note, idea, part)] for part in PARTS}
    questions = {part: book.texts.plain(voice, f"class.{part}") for part in PARTS}
    return [{"question": questions[part], "answers": answers} for part, answers in said.items() if answers]


def _is_of(note: Note, idea: Idea, part: str) -> bool:
    return note.idea == idea.id and note.part == part and note.state == SHOWN


def _topics(book: Book, topics: tuple[str, ...], voice: str) -> str:
    return " · ".join(book.texts.plain(voice, f"{topic}.name") for topic in topics)
