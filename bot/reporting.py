"""A report as a file on this machine.

Law of this file: an earlier file is replaced only when the new one is whole, and nobody waits while it is drawn.
"""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection

from desk.figures.papers import PAPERS
from desk.figures.report import Report, build_report
from desk.parts import Choices
from desk.words import GERMAN, words_of
from storage.figures.snapshots import Taken


def report_of(connection: Connection, taken: Taken, choices: Choices) -> Report:
    """Return the report on a snapshot, in German."""
    words = words_of(GERMAN)
    title = words("report.title", city=choices.city)
    return build_report(connection, taken, words, title=title, residents=choices.residents, is_test=choices.is_test)


def write_report(report: Report, file: Path) -> None:
    """Write the report in the form that the file's name ends with; KeyError for another one."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        unfinished.write_bytes(PAPERS[file.suffix.lower()](report, words_of(GERMAN)))
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
