"""Released contributions as other citizens may read them: by number, one after another, and as vectors.

Law of this file: nobody is shown anything that is not publishable now (released, redacted and consented to), or that
is their own.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, not_, or_, select

from storage.consents import publishable
from storage.models import Contribution, Reaction, Tag
from storage.models.contribution import ANSWERED, RELEASED
from storage.models.labels import TOPIC
from storage.supports import supports_of

MODEL = "model:%"
# Knuth's multiplicative hash: spreads consecutive ids over all of 32 bits.
_SPREAD = 2654435761
_BITS = 1 << 32
# So many ids fit into one query of either database.
_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Idea:
    """A released contribution with its redacted text and the number of those who support it."""

    number: str
    text: str
    supports: int
    field: str | None
    district: str | None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which ideas somebody wants to read; None stands for all."""

    field: str | None = None
    district: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Census:
    """What changes with nearly everything that is released: how many there are, and when staff last decided."""

    count: int
    decided_at: datetime | None


def ideas_of(connection: Connection, numbers: Collection[str], *, citizen: int) -> list[Idea]:
    """Return the ideas of these numbers that this citizen may be shown, in the order of the numbers."""
    rows = connection.execute(_shown(citizen).where(Contribution.number.in_(numbers))).all() if numbers else []
    found = {each.number: each for each in _ideas(connection, rows)}
    return [found[number] for number in numbers if number in found]


def next_idea(connection: Connection, chosen: Chosen, *, citizen: int, without: Collection[str] = ()) -> Idea | None:
    """Return an idea this citizen has not reacted to yet, None when there is none.

    Everybody begins elsewhere in the row, so that each idea gets its share of readers.
    """
    wanted = _shown(citizen).where(~_reacted(citizen), Contribution.number.not_in(without), *_choice(chosen))
    newest = connection.scalar(select(func.max(Contribution.id))) or 0
    start = citizen * _SPREAD % _BITS * newest // _BITS + 1
    for side in (Contribution.id <= start, Contribution.id > start):
        row = connection.execute(wanted.where(side).order_by(Contribution.id.desc()).limit(1)).one_or_none()
        if row is not None:
            return _ideas(connection, [row])[0]
    return None


def census(connection: Connection) -> Census:
    """Return what tells cheaply whether `ids` has to be asked again."""
    counted = select(func.count()).select_from(Contribution).where(Contribution.status.in_((RELEASED, ANSWERED)))
    return Census(connection.scalar(counted) or 0, connection.scalar(select(func.max(Contribution.decided_at))))


def ids(connection: Connection) -> dict[int, datetime | None]:
    """Return the released contributions that have a vector, each with the moment it was analysed."""
    query = select(Contribution.id, Contribution.analysed_at).where(_IS_FOUND)
    return {row[0]: row[1] for row in connection.execute(query)}


def vectors(connection: Connection, wanted: Sequence[int]) -> Iterator[tuple[int, bytes]]:
    """Yield the vectors of contributions, as `Analysed.embedding` holds them."""
    for start in range(0, len(wanted), _AT_A_TIME):
        some = wanted[start : start + _AT_A_TIME]
        query = select(Contribution.id, Contribution.embedding).where(Contribution.id.in_(some), _IS_FOUND)
        yield from ((row[0], row[1] or b"") for row in connection.execute(query))


def words_of(connection: Connection, wanted: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return number and redacted text of released contributions by id."""
    query = select(Contribution.id, Contribution.number, Contribution.redacted_text)
    rows = connection.execute(query.where(Contribution.id.in_(wanted), _IS_RELEASED))
    return {row[0]: (row[1], row[2] or "") for row in rows}


def _shown(citizen: int) -> Select[Any]:
    names = ("id", "number", "redacted_text", "field", "district")
    query: Select[Any] = select(*(Contribution.__table__.c[name] for name in names))
    return query.where(_IS_RELEASED, Contribution.citizen_id.is_distinct_from(citizen))


def _reacted(citizen: int) -> ColumnElement[bool]:
    return exists().where(Reaction.contribution_id == Contribution.id, Reaction.citizen_id == citizen)


def _choice(chosen: Chosen) -> Iterator[ColumnElement[bool]]:
    if chosen.field is not None:
        yield Contribution.field == chosen.field
    if chosen.district is not None:
        yield Contribution.district == chosen.district
    if chosen.topic is not None:
        yield _has_topic(chosen.topic)


def _has_topic(topic: str) -> ColumnElement[bool]:
    # What people said counts; the model's word only where nobody said anything.
    named = select(Tag.contribution_id).where(Tag.label_type == TOPIC, Tag.value == topic)
    by_people = named.where(Tag.source.not_like(MODEL))
    said = exists().where(Tag.contribution_id == Contribution.id, Tag.label_type == TOPIC, Tag.source.not_like(MODEL))
    return and_(Contribution.id.in_(named), or_(Contribution.id.in_(by_people), not_(said)))


def _ideas(connection: Connection, rows: Sequence[Any]) -> list[Idea]:
    supports = supports_of(connection, [row.id for row in rows])
    return [Idea(row.number, row.redacted_text, supports.get(row.id, 0), row.field, row.district) for row in rows]


_IS_RELEASED = and_(publishable(), Contribution.redacted_text != "")
_IS_FOUND = and_(_IS_RELEASED, Contribution.embedding.is_not(None))
