"""The first page: where somebody who comes in is led.

Law of this file: what waits is counted, never who did how much; no number goes further than a thousand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Connection
from starlette.responses import Response

from desk.doors import Door
from desk.filters import FIRST_VIEW, View, view_of
from desk.rights import Right
from desk.visit import ROOT, Visit
from desk.worklist import LIST, MOST_COUNTED, today
from storage import absences, announcements, staff, worklist, workshops
from storage.models.announcing import DRAFT
from storage.models.contribution import RECEIVED
from storage.models.desk import ADMIN, MODERATOR, STRATEGIST
from storage.models.meetings import CANCELLED

# Where each role goes of its own accord: the name of the text and the address.
WAYS: Mapping[str, Sequence[tuple[str, str]]] = {
    MODERATOR: (("read", "/beitraege?folge=newest"), ("enter", "/erfassen"), ("count", "/zahlen")),
    STRATEGIST: (("count", "/zahlen"), ("themes", "/themen"), ("announce", "/ankuendigungen/neu")),
    ADMIN: (("read", "/beitraege?folge=newest"), ("count", "/zahlen"), ("team", "/team")),
}

Waiting = Mapping[str, tuple[str, int]]


async def start(visit: Visit) -> Response:
    """Show what there is to do, and for whom somebody stands in; where nothing waits, say so."""
    found: Waiting = {}
    if visit.may(Right.REVIEW):
        found = await visit.desk.store.read(_cases, visit, today(visit))
    if visit.may(Right.OUTREACH):
        found = {**found, **await visit.desk.store.read(_outreach, visit.now)}
    away = await visit.desk.store.read(_away, visit) if visit.who.stands_in_for else ()
    nothing = not any(number for _, number in found.values())
    ways = WAYS[visit.who.role]
    return visit.page("start.html", waiting=found, nothing=nothing, ways=ways, away=away, most=MOST_COUNTED)


def _cases(connection: Connection, visit: Visit, day: date) -> Waiting:
    """Return for each view, by the key of its text, what leads there and how many it holds."""
    alarm = day - timedelta(days=visit.desk.choices.alarm_days)
    views = {
        "list.view_new": FIRST_VIEW,
        "list.view_mine": f"bei=mir&stand={RECEIVED}&folge=oldest",
        "list.view_follow_up": f"wiedervorlage={day}&folge=oldest",
        "list.view_old": f"stand={RECEIVED}&folge=oldest&bis={alarm}",
    }
    return {key: (f"{LIST}?{view}", _count(connection, view_of(view, visit.who))) for key, view in views.items()}


def _outreach(connection: Connection, now: datetime) -> Waiting:
    drafts = sum(each.status == DRAFT for each in announcements.listed(connection))
    coming = sum(each.ends_at > now and each.status != CANCELLED for each in workshops.listed(connection))
    return {
        "start.drafts": (f"{ROOT}/ankuendigungen", drafts),
        "start.coming": (f"{ROOT}/workshops", coming),
    }


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
