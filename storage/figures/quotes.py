"""Words of citizens and themes for reports: of what was counted, only what may be shown to everybody.

Law of this file: a quote is publishable (released, redacted, its author consented), and whole or cut where it says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, func, select

from storage.consents import publishable
from storage.models import Contribution, Reaction, Theme, ThemeMember
from storage.models.reactions import AGREED

NONE = "none"
_LONGEST = 320
_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Quote:
    """A citizen's words with their number."""

    number: str
    text: str
    supports: int


@dataclass(frozen=True, slots=True)
class ThemeLine:
    """A theme with the number of its contributions that were counted."""

    name: str
    number: int


def quotes_of(connection: Connection, ids: Sequence[int], *, limit: int) -> dict[str, list[Quote]]:
    """Return quotes by field: those that represent a theme first, then those with most support."""
    found: dict[str, list[tuple[tuple[bool, int, int], Quote]]] = defaultdict(list)
    for row in _rows(connection, ids, _quotable()):
        quote = Quote(row.number, _cut(row.redacted_text), row.supports)
        found[row.field or NONE].append(((not row.quoted, -row.supports, row.id), quote))
    return {
        field: [quote for _, quote in sorted(pairs, key=lambda pair: pair[0])[:limit]] for field, pairs in found.items()
    }


def themes_of(connection: Connection, ids: Sequence[int], *, limit: int) -> dict[str, list[ThemeLine]]:
    """Return the largest themes by field."""
    numbers: dict[tuple[str, int, str], int] = defaultdict(int)
    named: Any = select(Theme.field, Theme.id, Theme.name, func.count().label("number"))
    query = named.join(ThemeMember, ThemeMember.theme_id == Theme.id).group_by(Theme.field, Theme.id, Theme.name)
    for row in _rows(connection, ids, query, column=ThemeMember.contribution_id):
        numbers[row.field or NONE, row.id, row.name] += row.number
    found: dict[str, list[ThemeLine]] = defaultdict(list)
    for (field, _, name), number in sorted(numbers.items(), key=lambda pair: (-pair[1], pair[0])):
        if len(found[field]) < limit:
            found[field].append(ThemeLine(name, number))
    return found


def _quotable() -> Select[Any]:
    supports = select(func.count()).where(Reaction.contribution_id == Contribution.id, Reaction.value == AGREED)
    quoted = select(func.count()).where(ThemeMember.contribution_id == Contribution.id, ThemeMember.quoted)
    names = ("id", "number", "field", "redacted_text")
    query: Select[Any] = select(
        *(Contribution.__table__.c[name] for name in names),
        supports.scalar_subquery().label("supports"),
        quoted.scalar_subquery().label("quoted"),
    )
    return query.where(publishable(), Contribution.redacted_text != "")


def _rows(
    connection: Connection, ids: Sequence[int], query: Select[Any], *, column: Any = Contribution.id
) -> Iterator[Any]:
    for start in range(0, len(ids), _AT_A_TIME):
        some: Collection[int] = ids[start : start + _AT_A_TIME]
        yield from connection.execute(query.where(column.in_(some)))


def _cut(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST].rsplit(' ', 1)[0]} […]"
