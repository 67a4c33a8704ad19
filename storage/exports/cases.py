"""Cases for the service centre as cells, CSV or workbook.

Law of this file: no cell is read as a formula; moments are those of the city's clock.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from storage.city import german_moment
from storage.exports.cells import SEPARATOR, guarded
from storage.handovers import Case

COLUMNS = ("number", "created_at", "kind", "care", "district", "places", "text", "files", "handed_over_at")


def cells_of(case: Case, *, iso: bool = False) -> tuple[str | int, ...]:
    """Return the cells of a case in the order of `COLUMNS`; `iso` writes moments for programs."""
    return (
        case.number,
        _moment(case.created_at, iso=iso),
        case.kind or "",
        case.care or "",
        case.district or "",
        SEPARATOR.join(case.places),
        case.text,
        case.files,
        _moment(case.handed_over_at, iso=iso),
    )


def write_csv(cases: Iterable[Case], file: Path) -> None:
    """Write the cases for a German Excel."""
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(COLUMNS)
        writer.writerows([guarded(str(cell)) for cell in cells_of(case)] for case in cases)


def workbook_of(cases: Iterable[Case]) -> bytes:
    """Return the cases as a workbook."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]  # slow to load

    made = io.BytesIO()
    with Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([COLUMNS, *map(cells_of, cases)]):
            sheet.write_row(row, 0, cells)
    return made.getvalue()


def _moment(moment: datetime | None, *, iso: bool) -> str:
    if moment is None:
        return ""
    return moment.isoformat() if iso else german_moment(moment)
