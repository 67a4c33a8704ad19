"""Contributions as files: csv, csv-excel, xlsx, jsonl, geojson.

Law of this package: a file is whole or not there; no cell is ever read as a formula; what goes out
as CSV comes back unchanged.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

from storage.exports.cells import ORIGINAL, Layout
from storage.exports.plain import write_csv, write_excel_csv, write_geojson, write_jsonl
from storage.exports.workbook import write_workbook
from storage.labels import german_labels
from storage.listing import Listed

_Writer = Callable[[Iterable[Listed], Path, Layout], int]

_WRITERS: dict[str, _Writer] = {
    "csv": write_csv,
    "csv-excel": write_excel_csv,
    "xlsx": write_workbook,
    "jsonl": write_jsonl,
    "geojson": write_geojson,
}
FORMATS = tuple(_WRITERS)


def export(
    rows: Iterable[Listed], file: Path, file_format: str, *, original: bool = False, layout: Layout | None = None
) -> int:
    """Write the contributions in one of FORMATS and return how many they were; KeyError for another format.

    An earlier file of this name is replaced only when the new one is complete.
    """
    writer = _WRITERS[file_format]
    layout = layout or Layout(german_labels())
    if original and ORIGINAL not in layout.columns:
        layout = replace(layout, columns=(*layout.columns, ORIGINAL))
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        number = writer(rows, unfinished, layout)
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return number
