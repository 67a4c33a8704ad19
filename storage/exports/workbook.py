"""The workbook for the strategy team: a sheet per action field, a codebook, real dates, ready to print on A4.

Law of this file: text stays text, rows stream through, and what a cell can't hold is said in the cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from storage.city import CITY_TIME
from storage.exports.cells import LINK, SEPARATOR, Cell, Layout, cells
from storage.labels import Labels
from storage.listing import Listed

_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "default_date_format": "dd.mm.yyyy hh:mm",
}
_A4 = 9  # Excel's number of the paper
_CELL_HOLDS = 32_767
_NAME_HOLDS = 31
# Excel refuses these in names of sheets; the middle dot is the other way to write Bürger:innen.
_NOT_IN_NAMES = str.maketrans({":": "·", **dict.fromkeys("[]*?/\\'", " ")})
_WIDTHS = {"number": 14, "created_at": 15, "text": 70, "original": 70, "places": 24, "topics": 24, "keyphrases": 28}
_WIDTH = 14
_WRAPPED = ("text", "original", "places", "topics", "keyphrases", "status_reason")
_CODEBOOK_WIDTHS = (26, 24, 90)
# Columns whose values are keys with a word in the labels.
_KEYED = ("channel", "field", "kind", "status", "moderation", "length", "dialogue")


@dataclass(frozen=True, slots=True)
class _Looks:
    """The formats of cells."""

    heading: Format
    wrapped: Format
    top: Format
    moment: Format


def write_workbook(rows: Iterable[Listed], file: Path, layout: Layout) -> int:
    """Write the workbook and return how many contributions it holds; OSError when the file can't be written."""
    try:
        with Workbook(str(file), _OPTIONS) as book:
            return _write(book, rows, layout)
    except FileCreateError as error:
        raise OSError(f"The workbook can't be written: {error}") from error


def _write(book: Workbook, rows: Iterable[Listed], layout: Layout) -> int:
    labels = layout.labels
    book.set_properties({"title": labels.workbook["title"]})
    looks = _Looks(
        heading=book.add_format({"bold": True, "bg_color": "#D9E8F5", "text_wrap": True, "valign": "top", "border": 1}),
        wrapped=book.add_format({"text_wrap": True, "valign": "top"}),
        top=book.add_format({"valign": "top"}),
        moment=book.add_format({"valign": "top", "num_format": "dd.mm.yyyy hh:mm"}),
    )
    sheets = _Sheets(book, layout, looks)
    for row in rows:
        sheets.add(row)
    sheets.finish()
    _write_codebook(book, labels, layout.columns, looks)
    if layout.notes:
        _write_counting(book, layout, looks)
    return sum(sheets.lengths.values())


class _Sheets:
    """The sheets of the action fields, all open at once: streams, not values, hence a class that changes."""

    def __init__(
        self,
        book: Workbook,
        layout: Layout,
        looks: _Looks,
    ) -> None:
        self.lengths: dict[str, int] = {}
        self._open: dict[str, Worksheet] = {}
        self._book, self._layout, self._looks = book, layout, looks
        self._labels, self._names = layout.labels, layout.columns
        labels = layout.labels
        for word in (*labels.values["field"].values(), labels.workbook["no_field"]):
            self._sheet(word)

    def add(self, row: Listed) -> None:
        """Write a contribution below the others of its field."""
        word = self._labels.value("field", row.field) or self._labels.workbook["no_field"]
        sheet = self._sheet(word)
        self.lengths[word] += 1
        for column, (name, cell) in enumerate(zip(self._names, cells(row, self._layout), strict=True)):
            self._write(sheet, self.lengths[word], column, name, cell)

    def finish(self) -> None:
        """Set the filters, which need the last row."""
        for word, sheet in self._open.items():
            sheet.autofilter(0, 0, max(1, self.lengths[word]), len(self._names) - 1)
            if not self.lengths[word]:
                sheet.write_string(1, 0, self._labels.workbook["empty"], self._looks.top)

    def _sheet(self, word: str) -> Worksheet:
        if word not in self._open:
            self._open[word] = self._new_sheet(word)
            self.lengths[word] = 0
        return self._open[word]

    def _new_sheet(self, word: str) -> Worksheet:
        sheet = self._book.add_worksheet(word.translate(_NOT_IN_NAMES)[:_NAME_HOLDS])
        _lay_out(sheet, self._labels)
        for column, name in enumerate(self._names):
            sheet.set_column(column, column, _WIDTHS.get(name, _WIDTH))
            sheet.write_string(0, column, self._labels.columns[name], self._looks.heading)
        return sheet

    def _write(self, sheet: Worksheet, row: int, column: int, name: str, cell: Cell) -> None:
        match cell:
            case None | "":
                return
            case str() if name == LINK:
                # A formula of ours, since Excel takes no more than 65,530 links of the other kind on a sheet.
                sheet.write_formula(row, column, f'=HYPERLINK("{cell}")', self._looks.top, cell)
            case str():
                word = self._word(name, cell)
                look = self._looks.wrapped if name in _WRAPPED else self._looks.top
                sheet.write_string(row, column, _fitting(word, self._labels), look)
            case datetime():
                sheet.write_datetime(row, column, cell.astimezone(CITY_TIME).replace(tzinfo=None), self._looks.moment)
            case bool():
                sheet.write_string(row, column, self._labels.workbook["yes" if cell else "no"], self._looks.top)
            case _:
                sheet.write_number(row, column, cell, self._looks.top)

    def _word(self, name: str, cell: str) -> str:
        """Return what people read for a cell: words for keys, one by one where there are several."""
        if name == "topics":
            return SEPARATOR.join(self._labels.value(name, key) or key for key in cell.split(SEPARATOR))
        return (self._labels.value("field" if name == "dialogue" else name, cell) or cell) if name in _KEYED else cell


def _lay_out(sheet: Worksheet, labels: Labels) -> None:
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_footer(f"&L{labels.workbook['title']}&C&A&R{labels.workbook['page']}")


def _fitting(text: str, labels: Labels) -> str:
    note: str = labels.workbook["shortened"]
    return text if len(text) <= _CELL_HOLDS else text[: _CELL_HOLDS - len(note)] + note


def _write_codebook(book: Workbook, labels: Labels, names: tuple[str, ...], looks: _Looks) -> None:
    sheet = book.add_worksheet(labels.workbook["codebook"])
    _lay_out(sheet, labels)
    for column, (title, width) in enumerate(zip(labels.workbook["code_heading"], _CODEBOOK_WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, looks.heading)
    for row, line in enumerate(_codes(labels, names), 1):
        for column, text in enumerate(line):
            sheet.write_string(row, column, text, looks.wrapped)


def _write_counting(book: Workbook, layout: Layout, looks: _Looks) -> None:
    """Say on a sheet of its own what was counted, up to when, under which filter and by which rules."""
    sheet = book.add_worksheet(layout.labels.workbook["counting"])
    _lay_out(sheet, layout.labels)
    for column, (title, width) in enumerate(zip(layout.labels.workbook["counting_heading"], (26, 12, 90), strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, looks.heading)
    for row, (name, number, rule) in enumerate(layout.counts, 1):
        sheet.write_string(row, 0, name, looks.wrapped)
        sheet.write_number(row, 1, number, looks.top)
        sheet.write_string(row, 2, rule, looks.wrapped)
    for row, note in enumerate(layout.notes, len(layout.counts) + 2):
        sheet.write_string(row, 0, note, looks.top)


def _codes(labels: Labels, names: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    values: Mapping[str, str]
    for name in names:
        yield labels.columns[name], "", labels.explanations[name]
        values = labels.values.get(name, {})
        for key, word in values.items():
            yield labels.columns[name], word, f"{key} (Schlüssel in den anderen Formaten)"
