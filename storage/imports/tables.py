"""Reading tables from elsewhere: CSV of any delimiter and encoding, and workbooks, as rows of texts.

Law of this file: what can't be read is said in one sentence that tells what to change.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO, StringIO
from itertools import islice
from pathlib import Path

from charset_normalizer import from_bytes

from storage.imports.problems import UnreadableTable
from storage.imports.workbooks import MOST_ROWS, records_of

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


@dataclass(frozen=True, slots=True)
class Document:
    """A file as it came: its name and what it holds."""

    name: str
    content: bytes = field(repr=False)

    @property
    def ending(self) -> str:
        """The end of its name, in small letters, with its dot."""
        return Path(self.name).suffix.lower()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a table: where it stands, its cells by column name, and how many stand beside the table.

    Lines are records; they count from 1, the heading included.
    """

    sheet: str
    number: int
    cells: Mapping[str, str] = field(hash=False)
    surplus: int = 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with a heading; `name` is empty for CSV."""

    name: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def document_of(file: Path | Document) -> Document:
    """Return a file with what it holds; raises UnreadableTable."""
    if isinstance(file, Document):
        return file
    try:
        return Document(file.name, file.read_bytes())
    except OSError as error:
        raise UnreadableTable("not_readable", name=file.name, why=error.strerror) from error


def read_sheets(file: Path | Document, *, delimiter: str | None = None, encoding: str | None = None) -> list[Sheet]:
    """Return the tables of a CSV file or workbook; raises UnreadableTable."""
    document = document_of(file)
    if not document.content.strip():
        raise UnreadableTable("empty", name=document.name)
    if document.ending in _WORKBOOKS or zipfile.is_zipfile(BytesIO(document.content)):
        return [sheet_of(*each) for each in records_of(document.name, document.content)]
    if b"\0" in document.content and not document.content.startswith(tuple(_BYTE_ORDER_MARKS)) and not encoding:
        raise UnreadableTable("no_table", name=document.name)
    text = _decoded(document.content, encoding)
    return [sheet_of("", _few(document.name, _records(text, delimiter or _delimiter(text))))]


def _few(name: str, records: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    found = list(islice(records, MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise UnreadableTable("too_many_rows", name=name, most=MOST_ROWS)
    return found


def _decoded(content: bytes, encoding: str | None) -> str:
    for name in (encoding,) if encoding else _encodings(content):
        try:
            return content.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    named = f" as {encoding}" if encoding else ""
    raise UnreadableTable("encoding", named=named)


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
        raise UnreadableTable("no_csv", line=reader.line_num, why=error) from error


def sheet_of(name: str, records: list[tuple[str, ...]]) -> Sheet:
    """Return a table whose first record is its heading."""
    if not records:
        return Sheet(name, (), ())
    heading = tuple(title.strip() for title in records[0])
    lines = [
        Line(name, number, dict(zip(heading, record, strict=False)), len(record[len(heading) :]))
        for number, record in enumerate(records[1:], 2)
        if any(cell.strip() for cell in record)
    ]
    return Sheet(name, heading, tuple(lines))
