"""Tables that staff bring in: notes of workshops, lists from elsewhere, and our own exports that come back corrected.

Law of this file: everything is shown before anything is written; nothing that comes in may be shown to citizens unless
somebody says so; a number that is not here brings nothing in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from desk import uploads
from desk.deeds import Reason, hand_of, note_words
from desk.doors import Door
from desk.filters import options
from desk.rights import Right
from desk.uploads import TOLD
from desk.visit import ROOT, Visit
from desk.words import choices_of
from desk.worklist import done
from storage import changing, planning, workshops
from storage.audits import note_deed
from storage.changing import Hand, Tags
from storage.imports import (
    Brought,
    Document,
    Intake,
    IntakeRow,
    UnreadableTable,
    add_rows,
    known_rows,
    read_sheets,
    titles_of,
    understand,
)
from storage.imports.returning import ACTION, Returned, compare, correct
from storage.reviews import Outcome

HERE = f"{ROOT}/einlesen"
# What somebody can say of a column; the others are recognised by their names alone.
COLUMNS = (
    *("text", "title", "origin_id", "created_at", "field", "kind", "language", "district", "places", "topics"),
    *("collector", "publishing"),
)
Columns = Mapping[str, Any]
SHOWN = 8
_AT_ONCE = 1000
_LONGEST_ORIGIN = 120


@dataclass(frozen=True, slots=True)
class Found:
    """What a file comes to, beside what is here: rows that are new and known, and corrections that came back."""

    intake: Intake
    new: int
    known: int
    returned: Returned
    sample: Sequence[IntakeRow] = field(hash=False)


async def form(visit: Visit) -> Response:
    """Show the form, and what the last file brought."""
    asked = visit.request.query_params
    counts = {name: number for name in ("neu", "da", "berichtigt") if (number := asked.get(name, "")[:9]).isdecimal()}
    said = _empty() | await _chosen(visit) | await done(visit)
    return visit.page("importing.html", counts=counts, **said)


async def take(visit: Visit) -> Response:
    """Show what a file would do, or do it."""
    kept, document = await uploads.brought(visit)
    try:
        titles, intake = await asyncio.to_thread(_read, document, _mapping(visit))
    except UnreadableTable as unreadable:
        return await _unreadable(visit, kept, document, unreadable)
    meetings = {str(each.id): each.id for each in await visit.desk.store.read(workshops.listed)}
    brought = Brought(
        visit.typed("origin")[:_LONGEST_ORIGIN] or PurePath(document.name).stem,
        workshop_id=meetings.get(visit.typed("workshop")),
        is_publishable=bool(visit.typed("publishable")),
    )
    if visit.typed("deed") == "take":
        hand = hand_of(visit)
        added, known, corrected = await visit.desk.store.write(_take, visit, intake, brought, hand)
        visit.desk.tray.drop(kept)
        visit.desk.ring()
        undo = f"&getan={hand.batch}" if corrected else ""
        return visit.go(f"{HERE}?neu={added}&da={known}&berichtigt={corrected}{undo}")
    found = await visit.desk.store.read(_found, visit, intake, brought.origin)
    return await _preview(visit, kept, document, titles, found, brought)


def _read(document: Document, mapping: Mapping[str, str]) -> tuple[list[str], Intake]:
    sheets = read_sheets(document)
    return titles_of(sheets), understand(document.name, sheets, chosen=mapping)


def _titles(document: Document) -> list[str]:
    return titles_of(read_sheets(document))


def _mapping(visit: Visit) -> dict[str, str]:
    named = {name: f"column:{name}" for name in COLUMNS}
    return {name: visit.typed(asked) for name, asked in named.items() if asked in visit.fields}


async def _unreadable(visit: Visit, kept: str, document: Document, unreadable: UnreadableTable) -> Response:
    """Say why a file can't be read; where only its columns are not understood, let them be chosen."""
    more = _empty() | {"wrong": uploads.sentence(visit.words, unreadable)}
    if unreadable.key == "no_text":
        titles = await asyncio.to_thread(_titles, document)
        more |= {"kept": kept, "name": document.name, "titles": titles, "mapped": _mapping(visit)}
    return visit.page("importing.html", status=400, **more, **await _chosen(visit), batch="", deed=None, counts={})


async def _preview(
    visit: Visit, kept: str, document: Document, titles: Sequence[str], found: Found, brought: Brought
) -> Response:
    problems = found.intake.problems
    more = _empty() | {
        "kept": kept,
        "name": document.name,
        "titles": titles,
        "mapped": found.intake.columns,
        "found": found,
        "brought": brought,
        "problems": uploads.problems(visit.words, problems[:TOLD]),
        "more": max(0, len(problems) - TOLD),
    }
    return visit.page("importing.html", **more, **await _chosen(visit), batch="", deed=None, counts={})


def _empty() -> dict[str, Any]:
    nothing: dict[str, Any] = {"kept": "", "name": "", "titles": [], "mapped": {}, "found": None}
    return nothing | {"brought": None, "problems": [], "more": 0, "wrong": ""}


async def _chosen(visit: Visit) -> dict[str, Any]:
    names = {name: visit.words(f"upload.column.{name}") for name in COLUMNS}
    meetings = await visit.desk.store.read(workshops.listed)
    return {"names": names, "meetings": list(reversed(meetings)), "shown": SHOWN, "told": TOLD}


def _found(connection: Connection, visit: Visit, intake: Intake, origin: str) -> Found:
    foreign = [row for row in intake.rows if row.number is None]
    known = sum(known_rows(connection, part, origin=origin) for part in _parts(foreign))
    return Found(intake, len(foreign) - known, known, _returned(connection, visit, intake), foreign[:SHOWN])


def _returned(connection: Connection, visit: Visit, intake: Intake) -> Returned:
    ours = [row for row in intake.rows if row.number is not None]

    def may(field_: str | None) -> bool:
        return visit.may(Right.REVIEW) and visit.who.works_on(field_)

    known = {
        **{name: choices_of(name) for name in ("field", "kind", "topics")},
        "district": options("bezirk"),
        "language": options("sprache"),
    }
    parts = [compare(connection, part, known=known, may=may) for part in _parts(ours)]
    return Returned(
        tuple(each for part in parts for each in part.corrections),
        sum(part.same for part in parts),
        tuple(number for part in parts for number in part.strange),
    )


def _take(connection: Connection, visit: Visit, intake: Intake, brought: Brought, hand: Hand) -> tuple[int, int, int]:
    foreign = [row for row in intake.rows if row.number is None]
    added = sum(add_rows(connection, part, origin=brought, now=visit.now) for part in _parts(foreign))
    decide = _planned if visit.desk.choices.four_eyes else _decided
    corrected = correct(connection, _returned(connection, visit, intake).edits, hand, decide)
    detail = {"added": added, "corrected": corrected, "publishable": brought.is_publishable}
    note_deed(connection, visit.actor, "imported", f"import:{brought.origin}", now=visit.now, detail=detail)
    return added, len(foreign) - added, corrected


def _decided(
    connection: Connection, number: str, status: str, reason: str | None, hand: Hand, beside: Columns, tags: Tags
) -> Outcome:
    outcome = changing.decide(connection, number, status, reason, hand, beside=beside, tags=tags)
    return note_words(connection, number, Reason(reason, {}), hand, outcome)


def _planned(
    connection: Connection, number: str, status: str, reason: str | None, hand: Hand, beside: Columns, tags: Tags
) -> Outcome:
    """Let a second person agree; what is no decision counts at once."""
    if beside or tags:
        changing.change(connection, number, hand, ACTION, values=beside, tags=tags)
    outcome = planning.plan(connection, number, status, reason, hand, due_at=None)
    return note_words(connection, number, Reason(reason, {}), hand, outcome)


def _parts(rows: Sequence[IntakeRow]) -> Iterator[Sequence[IntakeRow]]:
    """Return rows in portions that a query can name one by one."""
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


DOORS = (
    Door("GET", "/einlesen", form, Right.ENTER),
    Door("POST", "/einlesen", take, Right.ENTER, takes_file=True),
)
