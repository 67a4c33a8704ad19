"""Contributions to count: as many as a test asks for, of every state, field and place."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, insert, select, update

from nlp.district import districts
from storage import contributions
from storage.contributions import NewContribution, NewTag
from storage.models import Citizen, Contribution
from storage.models.contribution import RELEASED
from storage.numbers import public_number

FIELDS = ("mobility", "living", "environment", "mobility", None)
KINDS = ("idea", "problem", "opinion", "idea", "question")
WORDS = "Mehr Bänke <script>alert(1)</script> & Bäume; =1+1"


def fill(connection: Connection, /, number: int, now: datetime, *, start: int = 1, **changes: Any) -> list[str]:
    """Keep so many contributions, an hour apart up to `now`, and return their public numbers."""
    serials = range(start, start + number)
    rows = [_contribution(serial, now - timedelta(hours=serials[-1] - serial), **changes) for serial in serials]
    contributions.add(connection, rows, now=now)
    return [row.number for row in rows]


def id_of(connection: Connection, number: str) -> int:
    """Return the id of a contribution."""
    return connection.execute(select(Contribution.id).where(Contribution.number == number)).scalar_one()


def _contribution(serial: int, at: datetime, **changes: Any) -> NewContribution:
    fields: dict[str, Any] = {
        "text": f"{WORDS} {serial}",
        "redacted_text": f"{WORDS} {serial}",
        "channel": "web" if serial % 2 else "telegram",
        "field": FIELDS[serial % 5],
        "kind": KINDS[serial % 5],
        "language": ("de", "tr", "ar")[serial % 3],
        "district": (*districts(), None)[serial % 11],
        "dialogue": "mobility",
        "revision": "7",
        "draft": str(serial),
        "publishing": "1",
        "status": RELEASED,
        "tags": [NewTag("moderation", "ok", "model:5", 0.7)],
    }
    return NewContribution(public_number(serial), created_at=at, **fields | changes)


def change(connection: Connection, /, number: str, **values: Any) -> None:
    """Change a contribution's columns."""
    connection.execute(update(Contribution).where(Contribution.number == number).values(**values))


def author(connection: Connection, /, numbers: list[str], now: datetime, **said: Any) -> int:
    """Give contributions an author who said this of themselves, and return their id."""
    row = {
        "key": f"k{numbers[0]}",
        "channel": "web",
        "created_at": now,
        "seen_on": now.date(),
        "reachable": True,
        **said,
    }
    citizen: int = connection.execute(insert(Citizen).values(**row).returning(Citizen.id)).scalar_one()
    connection.execute(update(Contribution).where(Contribution.number.in_(numbers)).values(citizen_id=citizen))
    return citizen
