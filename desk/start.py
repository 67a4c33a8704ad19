"""The first page: where somebody who comes in is led.

Law of this file: what waits is counted, never who did how much; no number goes further than a thousand.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import Connection
from starlette.responses import Response

from desk.doors import Door
from desk.filters import FIRST_VIEW, View, view_of
from desk.rights import Right
from desk.visit import Visit
from desk.worklist import LIST, MOST_COUNTED, today
from storage import absences, staff, worklist
from storage.models.contribution import RECEIVED


async def start(visit: Visit) -> Response:
    """Show what there is to do, and for whom somebody stands in."""
    found = await visit.desk.store.read(_waiting, visit, today(visit)) if visit.may(Right.REVIEW) else {}
    away = await visit.desk.store.read(_away, visit) if visit.who.stands_in_for else ()
    return visit.page("start.html", waiting=found, away=away, most=MOST_COUNTED)


def _waiting(connection: Connection, visit: Visit, day: date) -> Mapping[str, tuple[str, int]]:
    """Return for each view what leads there and how many it holds."""
    alarm = day - timedelta(days=visit.desk.choices.alarm_days)
    views = {
        "new": FIRST_VIEW,
        "mine": f"bei=mir&stand={RECEIVED}&folge=oldest",
        "follow_up": f"wiedervorlage={day}&folge=oldest",
        "old": f"stand={RECEIVED}&folge=oldest&bis={alarm}",
    }
    return {name: (f"{LIST}?{view}", _count(connection, view_of(view, visit.who))) for name, view in views.items()}


def _count(connection: Connection, view: View) -> int:
    return len(worklist.find(connection, view.wanted, order=view.order, limit=MOST_COUNTED))


def _away(connection: Connection, visit: Visit) -> list[tuple[str, date]]:
    """Return the names of those somebody stands in for, each with the last day."""
    noted = absences.absences(connection)
    return [
        (each.name, noted[each.id].until)
        for each in staff.accounts(connection)
        if each.id in visit.who.stands_in_for and each.id in noted
    ]


DOORS = (Door("GET", "/", start, Right.COME_IN),)
