"""Who works on which contribution, by number."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, select

from storage.models import Contribution


def assignees(connection: Connection, numbers: Collection[str]) -> dict[str, int | None]:
    """Return who each contribution is assigned to; None where nobody is."""
    query = select(Contribution.number, Contribution.assignee_id).where(Contribution.number.in_(numbers))
    return {row.number: row.assignee_id for row in connection.execute(query)}
