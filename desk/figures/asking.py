"""Which contributions a page of figures is about, as its address says: the names are those of the list's filters.

Law of this file: an address that makes no sense is read as far as it does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from starlette.datastructures import QueryParams

from desk.words import choices_of
from nlp.district import districts
from storage.worklist import Wanted

# The column each name of the address stands for.
COLUMNS: Mapping[str, str] = {
    "stand": "status",
    "feld": "field",
    "art": "kind",
    "bezirk": "district",
    "sprache": "language",
    "kanal": "channel",
}
_LONGEST = 200
# Beyond them the calendar itself ends.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)


def wanted_of(asked: QueryParams) -> Wanted:
    """Return the filter of an address."""
    return Wanted(
        equal={column: _several(asked, name) for name, column in COLUMNS.items() if _several(asked, name)},
        topic=asked.get("thema", "").strip()[:_LONGEST] or None,
        since=_day(asked, "ab"),
        until=_day(asked, "bis"),
        words=asked.get("suche", "").strip()[:_LONGEST],
    )


def options(column: str) -> tuple[str, ...]:
    """Return what can be chosen for a column."""
    match column:
        case "district":
            return districts()
        case "language":
            return ("de", "en", "tr", "ar", "uk", "ru", "it", "pl", "el")
        case "channel":
            return ("telegram", "web", "paper", "phone", "stand", "workshop", "import")
        case _:
            return choices_of(column)


def _several(asked: QueryParams, name: str) -> frozenset[str]:
    return frozenset(value[:_LONGEST] for value in asked.getlist(name) if value)


def _day(asked: QueryParams, name: str) -> date | None:
    try:
        return min(max(date.fromisoformat(asked.get(name, "")), _FIRST_DAY), _LAST_DAY)
    except ValueError:
        return None
