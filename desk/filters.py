"""Filters that live in the address: what the list shows can be sent to a colleague as a link.

Law of this file: an address that makes no sense is read as far as it does; nothing in it is an error.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import parse_qsl

from starlette.datastructures import QueryParams

from desk.words import choices_of
from nlp.district import districts
from storage.models.contribution import RECEIVED
from storage.models.desk import MODERATOR
from storage.staff import Account
from storage.worklist import NOBODY, Key, Order, Wanted

# The column each name of the address stands for.
COLUMNS: Mapping[str, str] = {
    "stand": "status",
    "feld": "field",
    "art": "kind",
    "bezirk": "district",
    "sprache": "language",
    "kanal": "channel",
    "von": "collector",
}
FIRST_VIEW = f"stand={RECEIVED}&folge={Order.UNCERTAIN}"
_ALL = "alle"
_LONGEST = 200
# Beyond them the calendar itself ends.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True, slots=True)
class View:
    """What a list shows: filters, order, where its page begins, and what it is similar to."""

    wanted: Wanted
    order: Order
    after: Key | None = None
    before: Key | None = None
    similar_to: str = ""
    typed: Mapping[str, str] = field(default_factory=dict, hash=False)


def options(name: str) -> tuple[str, ...]:
    """Return what can be chosen for a filter."""
    match COLUMNS[name]:
        case "district":
            return districts()
        case "language":
            return ("de", "en", "tr", "ar", "uk", "ru", "it", "pl", "el")
        case "channel":
            return ("telegram", "web", "paper", "phone", "stand", "workshop", "import")
        case column:
            return choices_of(column)


def view_of(query: QueryParams | str, account: Account) -> View:
    """Return the view that an address asks for, within what somebody may see."""
    asked = query if isinstance(query, QueryParams) else QueryParams(parse_qsl(query, keep_blank_values=False))
    wanted = Wanted(
        equal={column: _several(asked, name) for name, column in COLUMNS.items()},
        topic=_text(asked, "thema") or None,
        workshop=_number(asked, "workshop"),
        assignees=_assignees(asked, account),
        at_most=_share(asked, "sicherheit"),
        since=_day(asked, "ab"),
        until=_day(asked, "bis"),
        follow_up_until=_day(asked, "wiedervorlage"),
        words=_text(asked, "suche"),
        within=account.fields if account.role == MODERATOR else frozenset(),
    )
    order = asked.get("folge", "")
    return View(
        wanted,
        Order(order) if order in set(Order) else Order.NEWEST,
        _key(asked.get("nach", "")),
        _key(asked.get("vor", "")),
        _text(asked, "aehnlich"),
        dict(asked.items()),
    )


def whole(view: View) -> View:
    """Return a view from its beginning on."""
    return replace(view, after=None, before=None)


def written(key: Key) -> str:
    """Return a key as it stands in an address."""
    return f"{key.id}_{key.certainty}"


def _several(asked: QueryParams, name: str) -> frozenset[str]:
    return frozenset(value[:_LONGEST] for value in asked.getlist(name) if value and value != _ALL)


def _text(asked: QueryParams, name: str) -> str:
    return asked.get(name, "").strip()[:_LONGEST]


def _number(asked: QueryParams, name: str) -> int | None:
    value = asked.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None


def _assignees(asked: QueryParams, account: Account) -> frozenset[int]:
    """Return whose cases are asked for; mine are also those of whom I stand in for."""
    match asked.get("bei", ""):
        case "mir":
            return account.stands_in_for | {account.id}
        case "niemand":
            return frozenset({NOBODY})
        case _:
            number = _number(asked, "bei")
            return frozenset() if number is None else frozenset({number})


def _share(asked: QueryParams, name: str) -> float | None:
    value = _number(asked, name)
    return None if value is None else min(value, 100) / 100


def _day(asked: QueryParams, name: str) -> date | None:
    try:
        return min(max(date.fromisoformat(asked.get(name, "")), _FIRST_DAY), _LAST_DAY)
    except ValueError:
        return None


def _key(value: str) -> Key | None:
    row, _, certainty = value.partition("_")
    try:
        return Key(int(row[:18]), float(certainty or 0))
    except ValueError:
        return None
