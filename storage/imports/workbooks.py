"""Reading workbooks of others: what their archive would unpack to is looked at before anything is unpacked.

Law of this file: nothing that a file says of itself is believed; rows and columns are counted, not announced.
"""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import ParseError

from storage.imports.problems import UnreadableTable

# A hundred thousand contributions of the benchmark have 13 MB as this program writes them, unpacked 106 MB.
MOST_BYTES = 30_000_000
_MOST_UNPACKED = 400_000_000
_MOST_PARTS = 2_000
# Tables shrink to a tenth or a twentieth of their size; what shrinks so much more holds nothing.
_MOST_RATIO = 250
_SMALL_PART = 1_000_000
MOST_ROWS = 200_000
MOST_COLUMNS = 500
_MEGABYTE = 1_000_000

Record = tuple[str, ...]

# What openpyxl says to archives and parts that are none.
_BROKEN: tuple[type[Exception], ...] = (
    *(zipfile.BadZipFile, ParseError, KeyError, ValueError, TypeError, EOFError),
    *(AttributeError, IndexError, OSError, NotImplementedError, RuntimeError),
)


def records_of(name: str, content: bytes) -> Iterator[tuple[str, list[Record]]]:
    """Return the sheets of a workbook as (name, rows of texts); raises UnreadableTable."""
    import openpyxl  # 20 MB, and few ever bring a workbook

    _refuse_bombs(name, content)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # workbooks of other programs lack styles, which nobody needs here
        try:
            book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
            found = [(sheet.title, _records(name, sheet)) for sheet in book.worksheets]
            book.close()
        except UnreadableTable:
            raise
        except _BROKEN as error:
            raise UnreadableTable("no_workbook", name=name) from error
    yield from found


def _refuse_bombs(name: str, content: bytes) -> None:
    if len(content) > MOST_BYTES:
        sizes = {"megabytes": len(content) // _MEGABYTE, "most": MOST_BYTES // _MEGABYTE}
        raise UnreadableTable("too_large", name=name, **sizes)
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableTable("no_workbook", name=name) from error
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise UnreadableTable("bomb", name=name)
    large = [part for part in parts if part.file_size > _SMALL_PART]
    if any(part.file_size > _MOST_RATIO * max(1, part.compress_size) for part in large):
        raise UnreadableTable("bomb", name=name)


def _records(name: str, sheet: Any) -> list[Record]:
    # What a sheet says of its own size may be a million rows of nothing.
    sheet.reset_dimensions()
    found: list[Record] = []
    for at, row in enumerate(sheet.iter_rows(values_only=True)):
        if at > MOST_ROWS:
            raise UnreadableTable("too_many_rows", name=name, most=MOST_ROWS)
        if len(row) > MOST_COLUMNS:
            raise UnreadableTable("too_many_columns", name=name, most=MOST_COLUMNS)
        found.append(tuple(map(_text, row)))
    return found


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case datetime():
            return cell.isoformat(sep=" ")
        case float() if cell.is_integer():
            return str(int(cell))
        case _:
            return str(cell)
