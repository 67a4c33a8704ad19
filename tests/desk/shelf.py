"""Contributions to begin with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, update

from storage import contributions, items
from storage.contributions import NewContribution, NewTag
from storage.items import Item
from storage.models import Contribution
from storage.numbers import public_number
from tests.desk.site import DeskSite

WORDS = "Die Ampel am Döppersberg ist zu kurz grün."


def numbers(count: int) -> list[str]:
    """Return the public numbers of the first so many contributions."""
    return [public_number(serial) for serial in range(1, count + 1)]


def rows(count: int, now: datetime, **more: Any) -> list[NewContribution]:
    """Make contributions that are analysed; each has words of its own."""
    return [
        NewContribution(
            number,
            f"{WORDS} ({serial}) Frau Geheim",
            "web",
            draft=str(serial),
            redacted_text=f"{WORDS} ({serial}) [Person]",
            language="de",
            created_at=now - timedelta(hours=count - serial),
            tags=[
                NewTag("field", "mobility", "model:1", 0.4),
                NewTag("kind", "problem", "model:1", 0.6),
                NewTag("topic", "signals_flow", "model:1"),
            ],
            **{"field": "mobility", "kind": "problem", **more},
        )
        for serial, number in enumerate(numbers(count), 1)
    ]


async def fill(desk: DeskSite, count: int = 3, **more: Any) -> list[str]:
    """Put contributions onto a desk and return their numbers."""
    await desk.store.write(_fill, rows(count, desk.clock(), **more), desk.clock())
    return numbers(count)


def _fill(connection: Connection, made: Sequence[NewContribution], now: datetime) -> None:
    contributions.add(connection, made, now=now)
    connection.execute(update(Contribution).values(analysed_at=now, version=Contribution.version))


async def item(desk: DeskSite, number: str) -> Item:
    """Return a contribution as it is now."""
    found = await desk.store.read(items.item, number)
    assert found is not None
    return found
