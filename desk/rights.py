"""Which role may do what.

Law of this file: a right that no role has here nobody has; who may do it in which field is asked beside (`works_on`).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from storage.models.desk import ADMIN, MODERATOR, STRATEGIST


class Right(StrEnum):
    """Something a role may do."""

    COME_IN = "come_in"  # whoever is logged in
    READ = "read"  # redacted texts, figures
    REVIEW = "review"  # decide, tag, answer, open originals
    ENTER = "enter"  # cards, calls, workshop notes
    SHAPE = "shape"  # themes, strategy, reports
    OUTREACH = "outreach"  # announcements, workshops, classes
    MANAGE = "manage"  # accounts, audit


RIGHTS: Mapping[str, frozenset[Right]] = {
    MODERATOR: frozenset({Right.COME_IN, Right.READ, Right.REVIEW, Right.ENTER}),
    STRATEGIST: frozenset({Right.COME_IN, Right.READ, Right.SHAPE, Right.OUTREACH}),
    ADMIN: frozenset(Right),
}


def may(role: str, right: Right) -> bool:
    """Tell whether a role has a right."""
    return right in RIGHTS.get(role, frozenset())
