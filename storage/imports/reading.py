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
from storage.imports.tables import Document, Line, Sheet, document_of, read_sheets
from storage.labels import Labels, german_labels

_MARKS = " :*?\ufeff"
# Longer than that is no title, and more than that no table.
_LONGEST_TITLE = 60
_MOST_TITLES = 60


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
    document = document_of(file)
    return understand(document.name, read_sheets(document, delimiter=delimiter, encoding=encoding), labels=labels)


def understand(
    name: str, sheets: Sequence[Sheet], *, chosen: Mapping[str, str] | None = None, labels: Labels | None = None
) -> Intake:
    """Return what the sheets of a file hold; `chosen` says for columns of ours which of its titles are meant.

    An empty title means that a column is not to be used. Raises UnreadableTable when no column holds the texts.
    """
    words = labels or german_labels()
    known = [(sheet, _columns(sheet.columns, words, chosen or {})) for sheet in sheets]
    known = [(sheet, columns) for sheet, columns in known if "text" in columns]
    if not known:
        raise UnreadableTable("no_text", name=name, titles=", ".join(titles_of(sheets)) or "none")
    rows: list[IntakeRow] = []
    problems: list[Problem] = []
    for sheet, columns in known:
        for line in sheet.lines:
            if not _is_filler(line, words):
                row, said = read_row(line, columns, words)
                problems += said
                rows += [] if row is None else [row]
    return Intake(tuple(_told_apart(rows)), tuple(problems), dict(known[0][1]))


def titles_of(sheets: Iterable[Sheet]) -> list[str]:
    """Return the titles of columns, each once; what is too long or too much to be one is left out."""
    titles = dict.fromkeys(title for sheet in sheets for title in sheet.columns if 0 < len(title) <= _LONGEST_TITLE)
    return list(titles)[:_MOST_TITLES]


def _columns(titles: Sequence[str], words: Labels, chosen: Mapping[str, str]) -> dict[str, str]:
    taken = set(chosen.values())
    found = {name: title for name, title in recognise(titles, words).items() if title not in taken}
    found = {name: title for name, title in found.items() if name not in chosen}
    return {**found, **{name: title for name, title in chosen.items() if title in titles}}


def _is_filler(line: Line, words: Labels) -> bool:
    """Say whether this is the line that our workbooks write onto an empty sheet."""
    return [cell for cell in line.cells.values() if cell] == [words.workbook["empty"]]


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
