"""How a contribution becomes a row of cells, and how a cell is kept from being read as a formula.

Source: https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

from storage.listing import Listed, Place

SEPARATOR = " | "

# The first ones in this order: others read them by position (design, contract of commands).
COLUMNS = (
    "number",
    "created_at",
    "channel",
    "language",
    "field",
    "kind",
    "status",
    "text",
    "places",
    "district",
    "topics",
    "supports",
    "theme",
    "keyphrases",
    "moderation",
    "latitude",
    "longitude",
    "dialogue",
    "length",
    "collector",
    "source",
    "licence",
    "status_reason",
    "decided_at",
    "origin",
    "origin_id",
    "publishing",
    "translation",
    "translation_source",
    "translated_by",
    "handed_over_at",
)
ORIGINAL = "original"

# What spreadsheets take for the beginning of a formula, the full-width forms included; guards before it count too.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")

Cell = str | int | float | datetime | None


def columns(*, original: bool) -> tuple[str, ...]:
    """Return the columns of an export."""
    return (*COLUMNS, ORIGINAL) if original else COLUMNS


def cells(row: Listed, *, original: bool) -> list[Cell]:
    """Return the cells of a contribution in the order of `columns`."""
    return [_cell(getattr(row, name)) for name in columns(original=original)]


def guarded(text: str) -> str:
    """Return the text with an apostrophe before what would be read as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that `guarded` was given."""
    return text[1:] if _GUARDED.match(text) else text


def plain_row(row: Listed, *, original: bool, moment: Callable[[datetime], str]) -> list[str]:
    """Return the cells as the texts of a CSV; `moment` writes dates."""
    return [_plain(cell, moment) for cell in cells(row, original=original)]


def iso(moment: datetime) -> str:
    """Return the moment as 2026-09-14T08:30:00Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _cell(value: object) -> Cell:
    match value:
        case tuple():
            return SEPARATOR.join(part.name if isinstance(part, Place) else str(part) for part in value)
        case None | str() | int() | float() | datetime():
            return value
        case _:
            raise TypeError(type(value).__name__)


def _plain(cell: Cell, moment: Callable[[datetime], str]) -> str:
    match cell:
        case None:
            return ""
        case str():
            return guarded(cell)
        case datetime():
            return moment(cell)
        case _:
            return str(cell)
