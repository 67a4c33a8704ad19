"""The list staff work on: contributions by filters, newest or least certain first, page by page.

Law of this file: a page is found by the key of the last row, never by counting, and a filter looks at a narrow index,
never at the long rows; so the hundred-thousandth contribution costs what the first one does.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, or_, select, tuple_
from sqlalchemy.orm import aliased

from storage.analyses import MODEL
from storage.city import midnight
from storage.models import Contribution, Tag
from storage.models.labels import TOPIC
from storage.searching import ids_with

# Filters whose column holds exactly what is asked for.
COLUMNS = ("status", "field", "kind", "district", "language", "channel", "collector")
NOBODY = 0
# So few contributions of a topic are found one by one faster than by looking at each row.
_RARE = 1000


class Order(StrEnum):
    """What comes first."""

    UNCERTAIN = "uncertain"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which contributions: `equal` holds values by column; None and empty mean all. Days are the city's, both included.

    `within` are the fields somebody works on; what has no field yet is everybody's. `assignees` are accounts;
    0 among them means nobody's.
    """

    equal: dict[str, frozenset[str]] = field(default_factory=dict, hash=False)
    topic: str | None = None
    workshop: int | None = None
    assignees: frozenset[int] = frozenset()
    at_most: float | None = None
    since: date | None = None
    until: date | None = None
    follow_up_until: date | None = None
    words: str = ""
    merged_into: int | None = None
    within: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page begins: after this row."""

    id: int
    certainty: float = 0.0


def find(
    connection: Connection, wanted: Wanted, *, order: Order, after: Key | None = None, limit: int, back: bool = False
) -> list[Key]:
    """Return the keys of the wanted contributions after a row, or before it (`back`, nearest first)."""
    columns: Any = select(Contribution.id, Contribution.certainty)
    query = columns.where(*conditions(connection, wanted))
    if after is not None:
        query = query.where(_beyond(order, after, back))
    query = _ordered(query, order, back).limit(limit)
    return [Key(row.id, row.certainty) for row in connection.execute(query)]


def conditions(connection: Connection, wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return what a contribution must be to be wanted."""
    found = [_one_of(column, values) for column, values in wanted.equal.items() if values]
    if wanted.within:
        found.append(or_(Contribution.field.is_(None), Contribution.field.in_(wanted.within)))
    if wanted.topic:
        found.append(_has_topic(connection, wanted.topic))
    if wanted.words and (ids := ids_with(connection, wanted.words)) is not None:
        found.append(Contribution.id.in_(ids))
    return [*found, *_by_number(wanted), *_by_day(wanted)]


def _by_number(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = []
    if wanted.workshop is not None:
        found.append(Contribution.workshop_id == wanted.workshop)
    if wanted.merged_into is not None:
        found.append(Contribution.merged_into_id == wanted.merged_into)
    if wanted.at_most is not None:
        found.append(Contribution.certainty <= wanted.at_most)
    if NOBODY in wanted.assignees:
        found.append(Contribution.assignee_id.is_(None))
    elif wanted.assignees:
        found.append(Contribution.assignee_id.in_(wanted.assignees))
    return found


def _by_day(wanted: Wanted) -> list[ColumnElement[bool]]:
    found = []
    if wanted.since is not None:
        found.append(Contribution.created_at >= midnight(wanted.since))
    if wanted.until is not None:
        found.append(Contribution.created_at < midnight(wanted.until + timedelta(days=1)))
    if wanted.follow_up_until is not None:
        found.append(Contribution.follow_up_on <= wanted.follow_up_until)
    return found


def _one_of(column: str, values: Collection[str]) -> ColumnElement[bool]:
    asked = Contribution.__table__.c[column]
    named = [value for value in values if value != "none"]
    wanted: ColumnElement[bool] = asked.in_(named)
    return or_(wanted, asked.is_(None)) if "none" in values else wanted


def _has_topic(connection: Connection, topic: str) -> ColumnElement[bool]:
    """Tell whether a contribution has a topic: what people say counts, the model's word where nobody said any.

    A common topic is asked of each row on the way, so that a page is full before all of its contributions are found;
    of a rare one all are found at once.
    """
    said, about = aliased(Tag), aliased(Tag)
    by_people = exists().where(
        said.contribution_id == about.contribution_id, said.label_type == TOPIC, ~said.source.startswith(MODEL)
    )
    wanted = (about.label_type == TOPIC, about.value == topic, or_(~about.source.startswith(MODEL), ~by_people))
    if _is_rare(connection, topic):
        return Contribution.id.in_(select(about.contribution_id).where(*wanted))
    return exists().where(about.contribution_id == Contribution.id, *wanted)


def _is_rare(connection: Connection, topic: str) -> bool:
    found = select(Tag.id).where(Tag.label_type == TOPIC, Tag.value == topic).limit(_RARE)
    return len(connection.execute(found).all()) < _RARE


_BY_ARRIVAL = "ix_contribution_by_arrival"
_BY_CERTAINTY = "ix_contribution_by_certainty"


def _ordered(query: Select[Any], order: Order, back: bool) -> Select[Any]:
    """Walk along an index that holds all that is filtered by; left alone SQLite walks along the long rows."""
    index = _BY_CERTAINTY if order is Order.UNCERTAIN else _BY_ARRIVAL
    columns: Sequence[Any] = (Contribution.id,)
    if order is Order.UNCERTAIN:
        columns = (Contribution.certainty, Contribution.id)
    descending = (order is Order.NEWEST) != back
    query = query.with_hint(Contribution, f"INDEXED BY {index}", "sqlite")
    return query.order_by(*(column.desc() if descending else column for column in columns))


def _beyond(order: Order, key: Key, back: bool) -> ColumnElement[bool]:
    if order is Order.UNCERTAIN:
        here, there = tuple_(Contribution.certainty, Contribution.id), tuple_(key.certainty, key.id)
        return here < there if back else here > there
    return Contribution.id < key.id if (order is Order.NEWEST) != back else Contribution.id > key.id
