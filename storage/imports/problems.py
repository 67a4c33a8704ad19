"""What is wrong with a file, as values: the command line says it in English, the desk in its reader's language.

Law of this file: every sentence says what to change, and none quotes a citizen's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

# The whole file can't be read.
UNREADABLE: Mapping[str, str] = {
    "not_readable": "{name} can't be read: {why}.",
    "empty": "{name} is empty.",
    "encoding": "The file can't be decoded{named}: save it as UTF-8 or name its encoding.",
    "no_csv": "Line {line} is no CSV: {why}.",
    "no_workbook": "{name} is no workbook that can be read: save it as .xlsx.",
    "no_calendar": "{name} is no calendar that can be read: save it as .ics anew.",
    "no_text": "{name} has no column with the texts: call one column 'text'. Its columns are: {titles}.",
    "no_table": "{name} is no table: save it as CSV or XLSX.",
    "too_large": "{name} has {megabytes} MB; a workbook may have {most} MB, so save its sheets as several files.",
    "bomb": "{name} unpacks to far more than a table needs: save the sheet in a new workbook.",
    "too_many_rows": "{name} has more than {most} rows: cut it into several files.",
    "too_many_columns": "{name} has more than {most} columns: delete those that are not needed.",
}
# One cell or line can't be used.
WRONG: Mapping[str, str] = {
    "surplus": "{place} has more cells than the heading.",
    "no_text": "{place} has no text.",
    "no_date": "{place}: {column} is no date: write 2026-09-14 or 14.09.2026.",
    "no_number": "{place}: {column} is no number.",
    "no_whole_number": "{place}: {column} is no whole number.",
    "out_of_range": "{place}: {column} is not between -{most} and {most}.",
    "no_status": "{place}: status is none of {known}.",
    "no_title": "{place}: has no title; fill the column title.",
    "ends_early": "{place}: ends before it begins; correct starts_at or ends_at.",
    "no_moment": "{place}: has no {column}; write a day with its hour, such as 2027-05-16 17:00.",
    "bad_moment": "{place}: {column} is “{value}”; write a day with its hour, such as 2027-05-16 17:00.",
    "unknown": "{place}: {column} is “{value}”; use one of {known}.",
    "bad_count": "{place}: {column} is “{value}”; write a whole number from 1 on, or nothing.",
    "bad_reminders": "{place}: remind_before is “{value}”; write times such as 7d 1d 2h.",
}


class UnreadableTable(ValueError):
    """The file can't be read as a table; the text says what to change, `key` and `values` say it again as values."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(UNREADABLE[key].format_map(values))
        self.key = key
        self.values = values


class Wrong(ValueError):
    """A value that can't be read: `key` names the sentence of `WRONG`, `values` stand in it."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values


@dataclass(frozen=True, slots=True)
class Problem:
    """What can't be used of a line: where it stands (its sheet, empty for CSV), and what is wrong."""

    sheet: str
    line: int
    key: str
    values: Mapping[str, object] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        """Return the English sentence."""
        return WRONG[self.key].format_map({"place": place(self.sheet, self.line), **self.values})


def place(sheet: str, line: int) -> str:
    """Return where a line stands, in English."""
    return f"{sheet}, line {line}" if sheet else f"line {line}"
