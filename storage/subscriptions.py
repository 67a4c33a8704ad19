"""Who wants to hear of what: yes or no, by category.

Law of this file: what somebody said last counts; who said nothing hears only of the process itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from storage.models import Subscription
from storage.models.announcing import CATEGORIES, UNASKED
from storage.upsert import insert_or_replace


def choose(connection: Connection, chosen: Iterable[tuple[int, str, bool]], *, now: datetime) -> None:
    """Note as (citizen, category, wanted) what citizens want to hear of from now on; the last word of a set counts."""
    last = {(citizen, category): wanted for citizen, category, wanted in chosen}
    rows = [
        {"citizen_id": citizen, "category": category, "wanted": wanted, "changed_at": now}
        for (citizen, category), wanted in last.items()
    ]
    insert_or_replace(connection, Subscription, rows, unique=("citizen_id", "category"))


def wanted_by(connection: Connection, citizens: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Return the categories that each of these citizens hears of, in the order of the categories."""
    query = select(Subscription.citizen_id, Subscription.category, Subscription.wanted)
    said = connection.execute(query.where(Subscription.citizen_id.in_(citizens))).all()
    told = {(row.citizen_id, row.category): row.wanted for row in said}
    return {
        citizen: tuple(each for each in CATEGORIES if told.get((citizen, each), each in UNASKED))
        for citizen in citizens
    }
