"""Defects and cases of need for the service centre: what waits to be handed over, as a file, and what was noted.

Law of this file: a hand-over is noted by whoever did it; a moderator hands over what is in their own fields.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection
from starlette.responses import Response

from desk.doors import Door
from desk.rights import Right
from desk.visit import ROOT, Refused, Visit
from storage import handovers
from storage.audits import note_deed
from storage.city import day_of
from storage.exports.cases import workbook_of
from storage.handovers import Case
from storage.numbers import read_number

HANDOVERS = f"{ROOT}/uebergabe"
MOST_AT_ONCE = 500
# What was handed over is shown for so long.
SHOWN_FOR = timedelta(days=30)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def show(visit: Visit) -> Response:
    """List what waits, oldest first, and what was handed over lately."""
    waiting = await visit.desk.store.read(handovers.cases)
    done = await visit.desk.store.read(handovers.handed_over, since=visit.now - SHOWN_FOR)
    return visit.page("handovers.html", waiting=_theirs(visit, waiting), done=_theirs(visit, done)[::-1])


async def note(visit: Visit) -> Response:
    """Note that what was marked was received by the service centre."""
    numbers = [number for each in visit.picked("numbers") if (number := read_number(each))]
    if not 0 < len(numbers) <= MOST_AT_ONCE:
        raise Refused(400, "none_marked")
    await visit.desk.store.write(_note, visit, numbers)
    return visit.go(HANDOVERS)


def _note(connection: Connection, visit: Visit, numbers: Sequence[str]) -> None:
    theirs = {each.number for each in _theirs(visit, handovers.cases_of(connection, numbers))}
    if not set(numbers) <= theirs:
        raise Refused(403, "field")
    handovers.note_handed_over(connection, numbers, visit.actor, now=visit.now)


async def file(visit: Visit) -> Response:
    """Hand out what waits as a workbook for the service centre."""
    found = _theirs(visit, await visit.desk.store.read(handovers.cases))
    await visit.desk.store.write(_note_taken, visit, len(found))
    made = await asyncio.to_thread(workbook_of, found)
    day = day_of(visit.now)
    headers = {"content-disposition": f'attachment; filename="uebergabe-{day}.xlsx"'}
    return Response(made, media_type=_XLSX, headers=headers)


def _theirs(visit: Visit, found: Sequence[Case]) -> list[Case]:
    return [each for each in found if visit.who.works_on(each.field)]


def _note_taken(connection: Connection, visit: Visit, number: int) -> None:
    note_deed(connection, visit.actor, "exported", "handovers", now=visit.now, detail={"cases": number})


DOORS = (
    Door("GET", "/uebergabe", show, Right.REVIEW),
    Door("POST", "/uebergabe", note, Right.REVIEW),
    Door("GET", "/uebergabe/liste.xlsx", file, Right.REVIEW),
)
