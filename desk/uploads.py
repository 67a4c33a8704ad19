"""Files that staff bring: read whole, kept on the tray until they are taken in, and what is wrong with them in words.

Law of this file: whatever is in a file, its reader gets a page with a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath

from desk.visit import Refused, Visit
from desk.words import Words
from storage.imports import Document, Problem, UnreadableTable
from storage.models.contribution import STATUSES

# So many problems of a file are told one by one.
TOLD = 50
_LONGEST_NAME = 120


async def brought(visit: Visit, name: str = "file") -> tuple[str, Document]:
    """Return the file of a form, new or from the tray, and its name there; refused where there is none."""
    sent = visit.file(name)
    if sent is None:
        kept = visit.typed("kept")
        document = visit.desk.tray.look(kept, visit.who.id, now=visit.now) if kept else None
        if document is None:
            raise Refused(400, "file_gone" if kept else "no_file")
        return kept, document
    # Browsers of old sent whole paths.
    named = PurePath((sent.filename or "").replace("\\", "/")).name[-_LONGEST_NAME:]
    document, kept = Document(named, await sent.read()), visit.desk.fresh()
    visit.desk.tray.lay(kept, visit.who.id, document, now=visit.now)
    return kept, document


def sentence(words: Words, unreadable: UnreadableTable) -> str:
    """Return why a file can't be read, in the reader's language."""
    return words(f"upload.unreadable.{unreadable.key}", **unreadable.values)


def problems(words: Words, found: Iterable[Problem]) -> list[str]:
    """Return what can't be used, line by line, in the reader's language."""
    return [_problem(words, each) for each in found]


def _problem(words: Words, each: Problem) -> str:
    key = "upload.line_of" if each.sheet else "upload.line"
    place = words(key, sheet=each.sheet, line=each.line)
    # An English list stands in the problem, for the command line.
    known = {"known": ", ".join(words.value("status", each) for each in STATUSES)} if each.key == "no_status" else {}
    named = {"column": words.maybe("upload.column", str(each.values["column"]))} if "column" in each.values else {}
    return words(f"upload.wrong.{each.key}", place=place, **{**each.values, **named, **known})
