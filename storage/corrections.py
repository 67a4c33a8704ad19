"""What people said of contributions against or beside the model: training data with provenance.

Law of this file: only redacted texts leave, so that nobody's personal data is learned.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, select

from storage.models import Contribution, Tag
from storage.models.labels import FIELD, KIND

CITIZEN = "citizen"
STAFF = "staff"
BY_PEOPLE = (CITIZEN, STAFF)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A redacted text and the label that a person gave it; `type` is field or kind, `source` citizen or staff."""

    text: str
    type: str
    label: str
    source: str


def corrections(connection: Connection, *, sources: Collection[str] = BY_PEOPLE) -> list[Corrected]:
    """Return every field and kind that people gave to analysed contributions, oldest first."""
    query = (
        select(Contribution.redacted_text, Tag.label_type, Tag.value, Tag.source)
        .join(Tag, Tag.contribution_id == Contribution.id)
        .where(Tag.source.in_(sources), Tag.label_type.in_((FIELD, KIND)), Contribution.redacted_text.is_not(None))
        .order_by(Tag.id)
    )
    return [Corrected(text or "", *rest) for text, *rest in connection.execute(query)]
