"""Sample workshops for a demo: those of the city's process, on days that are still to come.

Law of this file: it adds samples only where no workshop is to come.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from bot.dialogue.model import Book
from storage import workshops
from storage.city import day_of
from storage.imports.workshops import read_workshops

FILE = Path(__file__).parent / "content" / "workshops.csv"


def add_samples(connection: Connection, book: Book, *, now: datetime) -> int:
    """Add the sample workshops, counted from the next Monday on, and return how many that were."""
    if workshops.listed(connection, since=now, limit=1):
        return 0
    today = day_of(now)
    monday = today + timedelta(days=7 - today.weekday())
    read = read_workshops(FILE, known_fields=book.dialogues, today=monday)
    dated = [replace(each, uid=f"{each.uid}-{monday:%Y%m%d}@talstimme") for each in read.workshops]
    return workshops.add(connection, dated, now=now)
