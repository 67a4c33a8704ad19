"""Contributions from elsewhere: workshop notes, other platforms, our own exports that come back.

Law of this package: a row comes in once, however often its file is read; a row that can't come in is named.
"""

from storage.imports.adding import Brought, add_rows, known_rows
from storage.imports.problems import Problem, UnreadableTable
from storage.imports.reading import Intake, read_file, titles_of, understand
from storage.imports.rows import IntakeRow
from storage.imports.tables import Document, read_sheets

__all__ = [
    "Brought",
    "Document",
    "Intake",
    "IntakeRow",
    "Problem",
    "UnreadableTable",
    "add_rows",
    "known_rows",
    "read_file",
    "read_sheets",
    "titles_of",
    "understand",
]
