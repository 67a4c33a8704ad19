"""How a contribution becomes a row of cells, and how a cell is kept from being read as a formula.

Source: https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from storage.labels import Labels
from storage.listing import Listed, Place

SEPARATOR = " | "

ORIGINAL = "original"
# These are said by the layout of an export, not by the contribution.
SNAPSHOT, LINK = "snapshot", "link"

# Where a row and what is said of it come from; it is true of this database alone and no import takes it over.
PROVENANCE = ("adds_to", "revision", "model", "confirmed", SNAPSHOT, LINK)

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
    *PROVENANCE,
)

# What spreadsheets take for the beginning of a formula, the full-width forms included; guards before it count too.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")

Cell = str | int | float | datetime | None


@dataclass(frozen=True, slots=True)
class Layout:
    """What an export looks like: its columns by name, and what is said of it as a whole.

    `snapshot` is the number of the figures it belongs to, `notes` and `counts` (name, number, rule) say how these were
    counted, `desk_url` leads back to the desk.
    """

    labels: Labels
    columns: tuple[str, ...] = COLUMNS
    snapshot: int | None = None
    notes: tuple[str, ...] = ()
    counts: tuple[tuple[str, int, str], ...] = ()
    desk_url: str = ""


def cells(row: Listed, layout: Layout) -> list[Cell]:
    """Return the cells of a contribution in the order of the layout's columns."""
    return [_cell(value_of(row, name, layout)) for name in layout.columns]


def value_of(row: Listed, name: str, layout: Layout) -> Any:
    """Return what a column holds for a contribution."""
    match name:
        case "snapshot":
            return layout.snapshot
        case "link":
            return f"{layout.desk_url}/beitrag/{row.number}" if layout.desk_url else None
        case _:
            return getattr(row, name)


def guarded(text: str) -> str:
    """Return the text with an apostrophe before what would be read as a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that `guarded` was given."""
    return text[1:] if _GUARDED.match(text) else text


def plain_row(row: Listed, layout: Layout, *, moment: Callable[[datetime], str]) -> list[str]:
    """Return the cells as the texts of a CSV; `moment` writes dates."""
    return [_plain(cell, moment) for cell in cells(row, layout)]


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
        case bool():
            return "true" if cell else "false"
        case _:
            return str(cell)
