"""From a file to rows: which column is what, and what tells a row apart."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from storage.imports.problems import Problem, UnreadableTable
from storage.imports.rows import IntakeRow, read_row
from storage.imports.tables import Document, Sheet, document_of, read_sheets
from storage.labels import Labels, german_labels

_MARKS = " :*?\ufeff"


@dataclass(frozen=True, slots=True)
class Intake:
    """What a file holds: rows to add, a sentence for each cell that can't be used, and which column is what."""

    rows: tuple[IntakeRow, ...]
    problems: tuple[Problem, ...]
    columns: Mapping[str, str] = field(hash=False)


def read_file(
    file: Path | Document,
    *,
    delimiter: str | None = None,
    encoding: str | None = None,
    labels: Labels | None = None,
) -> Intake:
    """Read a CSV or XLSX file, detecting delimiter, encoding, decimal comma and columns.

    Raises UnreadableTable, with a sentence for the person who gave the file, when no column holds the texts.
    """
    words = labels or german_labels()
    document = document_of(file)
    sheets = read_sheets(document, delimiter=delimiter, encoding=encoding)
    known = [(sheet, columns) for sheet in sheets if "text" in (columns := recognise(sheet.columns, words))]
    if not known:
        raise UnreadableTable("no_text", name=document.name, titles=_titles(sheets))
    rows: list[IntakeRow] = []
    problems: list[Problem] = []
    for sheet, columns in known:
        for line in sheet.lines:
            row, said = read_row(line, columns, words)
            problems += said
            rows += [] if row is None else [row]
    return Intake(tuple(_told_apart(rows)), tuple(problems), dict(known[0][1]))


def recognise(titles: Sequence[str], labels: Labels) -> dict[str, str]:
    """Return which of the titles stands for which of our columns."""
    by_name = {_plain(title): title for title in reversed(titles)}
    found: dict[str, str] = {}
    for column, names in labels.names.items():
        title = next((by_name[name] for name in names if name in by_name), None)
        if title is not None and title not in found.values():
            found[column] = title
    return found


def _plain(title: str) -> str:
    return unicodedata.normalize("NFC", title).strip(_MARKS).casefold()


def _titles(sheets: Iterable[Sheet]) -> str:
    return ", ".join(title for sheet in sheets for title in sheet.columns if title) or "none"


def _told_apart(rows: Iterable[IntakeRow]) -> Iterator[IntakeRow]:
    """Give each row without a public number an id of its own, the same one whenever the same file is read.

    Rows without an id are known by their content; equal ones are counted, since two people may say the same.
    """
    met: Counter[str] = Counter()
    first: dict[str, str] = {}
    for row in rows:
        if row.number is not None:
            yield row
            continue
        name = row.origin_id or _digest(row)
        if row.origin_id is not None and first.setdefault(name, row.text) == row.text and met[name]:
            continue
        met[name] += 1
        yield replace(row, origin_id=name if met[name] == 1 else f"{name}#{met[name]}")


def _digest(row: IntakeRow) -> str:
    content = "\0".join(map(str, (row.text, row.created_at, row.latitude, row.longitude)))
    return hashlib.sha256(content.encode(errors="replace")).hexdigest()[:32]
