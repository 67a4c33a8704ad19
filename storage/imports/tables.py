"""Reading tables from elsewhere: CSV of any delimiter and encoding, and workbooks, as rows of texts.

Law of this file: what can't be read is said in one sentence that tells what to change.
"""

from __future__ import annotations

import csv
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
from charset_normalizer import from_bytes
from openpyxl.utils.exceptions import InvalidFileException

DELIMITERS = (";", ",", "\t", "|")
# Encodings of European offices; detection among all of the world's goes wrong on short files.
_LIKELY = ["utf_8", "cp1252", "iso8859_15", "cp1250", "cp1254", "cp1251", "cp1253", "utf_16", "mac_roman"]
_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_SAMPLE_RECORDS = 50
# A table of one column has no delimiter; its texts shall not be torn at their commas.
_NO_DELIMITER = "\x1f"
_ONE_COLUMN = (0.0, 0)
_LONGEST_CELL = 10_000_000
_WORKBOOKS = (".xlsx", ".xlsm")


class UnreadableTable(ValueError):
    """The file can't be read as a table of contributions; the text says what to change."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: where it stands, its cells by column name, and how many stand beside the table.

    Lines are records; they count from 1, the heading included.
    """

    place: str
    cells: Mapping[str, str] = field(hash=False)
    surplus: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a heading; `name` is empty for CSV."""

    name: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def read_sheets(file: Path, *, delimiter: str | None = None, encoding: str | None = None) -> list[Sheet]:
    """Return the tables of a CSV file or workbook; raises UnreadableTable."""
    content = _content(file)
    if file.suffix.lower() in _WORKBOOKS or zipfile.is_zipfile(file):
        return _workbook(file, content)
    text = _decoded(content, encoding)
    return [_sheet("", list(_records(text, delimiter or _delimiter(text))))]


def _content(file: Path) -> bytes:
    try:
        content = file.read_bytes()
    except OSError as error:
        raise UnreadableTable(f"{file.name} can't be read: {error.strerror}.") from error
    if not content.strip():
        raise UnreadableTable(f"{file.name} is empty.")
    return content


def _decoded(content: bytes, encoding: str | None) -> str:
    for name in (encoding,) if encoding else _encodings(content):
        try:
            return content.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    named = f" as {encoding}" if encoding else ""
    raise UnreadableTable(f"The file can't be decoded{named}: save it as UTF-8 or name its encoding.")


def _encodings(content: bytes) -> Iterator[str]:
    for mark, name in _BYTE_ORDER_MARKS.items():
        if content.startswith(mark):
            yield name
    yield "utf-8"
    best = from_bytes(content, cp_isolation=_LIKELY).best()
    if best is not None:
        yield best.encoding
    yield "cp1252"


def _delimiter(text: str) -> str:
    """Return the delimiter that makes the most columns of the same number in the first records."""
    best = max(DELIMITERS, key=lambda delimiter: _evenness(text, delimiter))
    return best if _evenness(text, best) > _ONE_COLUMN else _NO_DELIMITER


def _evenness(text: str, delimiter: str) -> tuple[float, int]:
    records = _records(text, delimiter)
    widths = [len(record) for _, record in zip(range(_SAMPLE_RECORDS), records, strict=False)]
    if not widths or widths[0] < 2:
        return _ONE_COLUMN
    return (widths.count(widths[0]) / len(widths), widths[0])


def _records(text: str, delimiter: str) -> Iterator[tuple[str, ...]]:
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    try:
        yield from (tuple(record) for record in reader)
    except csv.Error as error:
        raise UnreadableTable(f"Line {reader.line_num} is no CSV: {error}.") from error


def _workbook(file: Path, content: bytes) -> list[Sheet]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # workbooks of other programs lack styles, which nobody needs here
        try:
            book = openpyxl.load_workbook(BytesIO(content), read_only=True, data_only=True)
        except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError) as error:
            raise UnreadableTable(f"{file.name} is no workbook that can be read: save it as .xlsx.") from error
        sheets = [
            _sheet(sheet.title, [tuple(map(_text, row)) for row in sheet.iter_rows(values_only=True)])
            for sheet in book.worksheets
        ]
        book.close()
    return sheets


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


def _sheet(name: str, records: list[tuple[str, ...]]) -> Sheet:
    if not records:
        return Sheet(name, (), ())
    heading = tuple(title.strip() for title in records[0])
    prefix = f"{name}, " if name else ""
    lines = [
        Line(f"{prefix}line {number}", dict(zip(heading, record, strict=False)), len(record[len(heading) :]))
        for number, record in enumerate(records[1:], 2)
        if any(cell.strip() for cell in record)
    ]
    return Sheet(name, heading, tuple(lines))
