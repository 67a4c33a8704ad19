"""What the analyst found in contributions, written beside what people said.

Law of this file: the machine fills gaps and replaces its own earlier words, never those of a citizen or of staff.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, func, select, update

from storage.contributions import NewPlace, NewTag, add_places, add_tags
from storage.models import Contribution, ContributionPlace, Tag
from storage.models.labels import FIELD, KIND

MODEL = "model:"

# What a citizen or staff said of these stands; the analyst only fills them where they are empty.
_GAPS = ("field", "kind", "district", "latitude", "longitude")


@dataclass(frozen=True, slots=True)
class Analysed:
    """What was found in one contribution; the sources of its tags and places begin with "model:".

    `embedding` holds float16 numbers, as in NumPy's `tobytes()`.
    """

    id: int
    redacted_text: str | None
    language: str | None = None
    field: str | None = None
    kind: str | None = None
    district: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    tags: Sequence[NewTag] = ()
    places: Sequence[NewPlace] = ()
    embedding: bytes | None = None


@dataclass(frozen=True, slots=True)
class Embedded:
    """A contribution with its embedding, for finding similar ones; `text` is the redacted text."""

    id: int
    number: str
    field: str | None
    text: str
    embedding: bytes


def note_analysis(connection: Connection, analyses: Sequence[Analysed], *, now: datetime) -> None:
    """Write what was found; an earlier analysis of the same contributions is replaced."""
    if not analyses:
        return
    _drop_earlier(connection, [each.id for each in analyses])
    add_tags(connection, [(each.id, tag) for each in analyses for tag in each.tags], now=now)
    add_places(connection, [(each.id, place) for each in analyses for place in each.places])
    connection.execute(_FOUND.values(analysed_at=now), [_row(each) for each in analyses])


def analyse_again(connection: Connection) -> None:
    """Let the analyst look at every contribution again, as after a change of the model."""
    connection.execute(update(Contribution).values(analysed_at=None, version=Contribution.version))


def embeddings(connection: Connection, statuses: Collection[str]) -> list[Embedded]:
    """Return the embeddings of contributions in one of the statuses, oldest first."""
    query = select(
        Contribution.id, Contribution.number, Contribution.field, Contribution.redacted_text, Contribution.embedding
    ).where(
        Contribution.status.in_(statuses), Contribution.embedding.is_not(None), Contribution.redacted_text.is_not(None)
    )
    rows = connection.execute(query.order_by(Contribution.id))
    return [Embedded(row.id, row.number, row.field, row.redacted_text or "", row.embedding or b"") for row in rows]


_FOUND = (
    update(Contribution)
    .where(Contribution.id == bindparam("id_"))
    .values(
        # What somebody has confirmed is not redacted anew by the machine.
        redacted_text=case(
            (Contribution.confirmed_at.is_(None), bindparam("redacted_text_", type_=Contribution.redacted_text.type)),
            else_=Contribution.redacted_text,
        ),
        certainty=bindparam("certainty_"),
        embedding=bindparam("embedding_"),
        language=func.coalesce(bindparam("language_", type_=Contribution.language.type), Contribution.language),
        **{
            name: func.coalesce(column, bindparam(f"{name}_", type_=column.type))
            for name, column in ((name, Contribution.__table__.c[name]) for name in _GAPS)
        },
    )
)


def _row(analysed: Analysed) -> dict[str, Any]:
    names = ("id", "redacted_text", "embedding", "language", *_GAPS)
    return {f"{name}_": getattr(analysed, name) for name in names} | {"certainty_": _certainty(analysed.tags)}


def _certainty(tags: Sequence[NewTag]) -> float:
    """Return how sure the model is of the less sure one of field and kind; 0 where it says nothing."""
    best = (max((tag.score or 0.0 for tag in tags if tag.label_type == kind), default=0.0) for kind in (FIELD, KIND))
    return round(min(best), 4)


def _drop_earlier(connection: Connection, ids: Collection[int]) -> None:
    connection.execute(delete(Tag).where(Tag.contribution_id.in_(ids), Tag.source.startswith(MODEL)))
    connection.execute(
        delete(ContributionPlace).where(
            ContributionPlace.contribution_id.in_(ids), ContributionPlace.source.startswith(MODEL)
        )
    )
