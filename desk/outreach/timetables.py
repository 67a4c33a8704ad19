"""Workshops from a file of the city: looked at first, then taken in.

Law of this file: nothing is written before its reader has seen what would happen to each line.
"""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import Response

from desk import uploads
from desk.doors import Door
from desk.rights import Right
from desk.uploads import TOLD
from desk.visit import ROOT, Visit
from desk.words import choices_of
from storage.city import day_of
from storage.imports import UnreadableTable
from storage.imports.workshops import bring_in, foreseen, read_workshops


async def form(visit: Visit) -> Response:
    """Show the form."""
    return _page(visit)


async def take(visit: Visit) -> Response:
    """Show what a file would do, or do it."""
    kept, document = await uploads.brought(visit)
    today = day_of(visit.now)
    try:
        # A workbook may take seconds, in which the loop serves everybody else.
        read = await asyncio.to_thread(read_workshops, document, known_fields=choices_of("field"), today=today)
    except UnreadableTable as unreadable:
        return _page(visit, status=400, name=document.name, wrong=uploads.sentence(visit.words, unreadable))
    if visit.typed("deed") == "take":
        await visit.desk.store.write(bring_in, read.workshops, visit.actor, now=visit.now)
        visit.desk.tray.drop(kept)
        return visit.go(f"{ROOT}/workshops")
    found = await visit.desk.store.read(foreseen, read.workshops)
    told = uploads.problems(visit.words, read.problems[:TOLD])
    more = max(0, len(read.problems) - TOLD)
    return _page(visit, kept=kept, name=document.name, found=found, problems=told, more=more)


def _page(visit: Visit, *, status: int = 200, **seen: Any) -> Response:
    nothing = {"kept": "", "name": "", "found": [], "problems": [], "more": 0, "wrong": ""}
    return visit.page("timetable.html", status=status, **{**nothing, **seen})


DOORS = (
    Door("GET", "/workshops/einlesen", form, Right.OUTREACH),
    Door("POST", "/workshops/einlesen", take, Right.OUTREACH, takes_file=True),
)
