"""Counting what happened on a day without knowing to whom."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select

from storage.models import Count
from storage.upsert import insert_or_add


@dataclass(frozen=True, slots=True, order=True)
class Happening:
    """What is counted: a name (asked, language, source …) and what it belongs to."""

    name: str
    dialogue: str = ""
    step: str = ""


def count(connection: Connection, happenings: Iterable[Happening], *, now: datetime) -> None:
    """Count the happenings on this day; the same one several times counts as often."""
    # In one order everywhere, so that two writers never wait for each other in a circle.
    numbers = sorted(Counter(happenings).items())
    rows = [
        {"day": now.date(), "name": what.name, "dialogue": what.dialogue, "step": what.step, "number": number}
        for what, number in numbers
    ]
    insert_or_add(connection, Count, rows, unique=("day", "name", "dialogue", "step"), column="number")


def totals(connection: Connection, *, since: date | None = None, until: date | None = None) -> dict[Happening, int]:
    """Return how often each happening was counted from a day to a day, both included."""
    query = select(Count.name, Count.dialogue, Count.step, func.sum(Count.number))
    if since is not None:
        query = query.where(Count.day >= since)
    if until is not None:
        query = query.where(Count.day <= until)
    rows = connection.execute(query.group_by(Count.name, Count.dialogue, Count.step))
    return {Happening(name, dialogue, step): int(number) for name, dialogue, step, number in rows}
