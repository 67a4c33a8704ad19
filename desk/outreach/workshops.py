"""Workshops at the desk: listed, planned, changed, moved, cancelled; who comes, by number; their papers.

Law of this file: whoever is registered is told of a move and a cancellation, never of anything else; what people need
is health data: it opens by a button, and each look is noted.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection
from starlette.responses import Response

from desk.doors import Door
from desk.filters import options
from desk.outreach import meeting
from desk.outreach.meeting import Typed
from desk.papers import sign_paper
from desk.rights import Right
from desk.visit import ROOT, Refused, Visit
from storage import needs, registrations, workshops
from storage.audits import note_deed
from storage.calendars import MIME, calendar, file_name
from storage.models.meetings import CANCELLED, CHECKED_IN, OFFERED, REGISTERED, STANDING, WAITING
from storage.needs import Needed
from storage.places import Attendance, attendance, hold
from storage.registrations import Registered
from storage.workshops import KINDS, Workshop

WORKSHOPS = f"{ROOT}/workshops"
_CONFLICT = 409
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Whole:
    """A workshop with who comes to it, in their order, and how many told what they need."""

    it: Workshop
    counts: Attendance
    line: Sequence[Registered] = field(hash=False)
    by_status: Mapping[str, int] = field(hash=False)
    needs: int
    moves: Sequence[workshops.Move] = field(hash=False)


async def show(visit: Visit) -> Response:
    """List the workshops: those to come first, then those that are over."""
    found, counts, needed = await visit.desk.store.read(_listed)
    coming = [each for each in found if each.ends_at > visit.now]
    over = [each for each in reversed(found) if each.ends_at <= visit.now]
    return visit.page("workshops.html", coming=coming, over=over, counts=counts, needed=needed)


async def form(visit: Visit) -> Response:
    """Show an empty form."""
    return _form(visit, Typed(), card=visit.desk.fresh())


async def create(visit: Visit) -> Response:
    """Keep a new workshop; the same form sent twice is one."""
    said = meeting.typed(visit, visit.desk.herald.languages)
    card = visit.typed("card")[:64] or visit.desk.fresh()
    if wrong := meeting.faults(said, with_time=True):
        return _form(visit, said, card=card, faults=wrong, status=400)
    code = await visit.desk.store.write(_create, visit, said, f"{card}@talstimme")
    return visit.go(f"{WORKSHOPS}/{code}")


async def one(visit: Visit) -> Response:
    """Show a workshop."""
    return _one(visit, await _reached(visit))


async def act(visit: Visit) -> Response:
    """Change, move or cancel a workshop; who saw an older one sees what there is now, and loses nothing."""
    found = await _reached(visit)
    said = meeting.typed(visit, visit.desk.herald.languages)
    deed = visit.typed("deed")
    if deed not in ("change", "move", "cancel"):
        raise Refused(400, "incomplete")
    wrong = {"change": lambda: meeting.faults(said, with_time=False), "move": lambda: meeting.time_faults(said)}
    if told := wrong.get(deed, list)():
        return _one(visit, found, said=said, faults=told, status=400)
    if not await visit.desk.store.write(_act, visit, found.it.id, said, deed):
        return _one(visit, await _reached(visit), said=said, faults=["stale"], status=_CONFLICT)
    return visit.go(f"{WORKSHOPS}/{found.it.code}")


async def open_needs(visit: Visit) -> Response:
    """Show what people need, by the number of their registration; the look is noted."""
    found = await _reached(visit)
    told = await visit.desk.store.write(_open_needs, visit, found.it.id)
    return _one(visit, found, told=told)


async def roll(visit: Visit) -> Response:
    """Show the list for the door, to be printed: numbers alone, since names are not stored."""
    found = await _reached(visit)
    coming = [each for each in found.line if each.status in STANDING]
    return visit.page("roll.html", found=found, line=coming)


async def poster(visit: Visit) -> Response:
    """Hand out the poster of a workshop."""
    found = await _reached(visit)
    return await _paper(visit, found.it, "poster", f"w-{found.it.code}")


async def door_sign(visit: Visit) -> Response:
    """Hand out the sign for the door, by which people check in."""
    found = await _reached(visit)
    return await _paper(visit, found.it, "sign", f"c-{found.it.site_code}")


async def event(visit: Visit) -> Response:
    """Hand out a workshop as a calendar file."""
    it = (await _reached(visit)).it
    headers = {"content-disposition": f'attachment; filename="{file_name(it)}"'}
    return Response(calendar([it], address=visit.desk.choices.chat_url), media_type=MIME, headers=headers)


async def _paper(visit: Visit, it: Workshop, name: str, payload: str) -> Response:
    address = f"{visit.desk.choices.chat_url}/?start={payload}"
    test = visit.words("desk.test") if visit.desk.choices.is_test else ""
    made = await asyncio.to_thread(sign_paper, visit.words, it, name, address=address, test=test)
    headers = {"content-disposition": f'inline; filename="{name}-{it.code}.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)


async def _reached(visit: Visit) -> Whole:
    found = await visit.desk.store.read(_whole, visit.request.path_params["code"])
    if found is None:
        raise Refused(404, "missing")
    return found


def _form(visit: Visit, said: Typed, *, card: str, faults: Sequence[str] = (), status: int = 200) -> Response:
    return visit.page("workshop_new.html", status=status, said=said, card=card, faults=faults, **_chosen(visit))


def _one(
    visit: Visit,
    found: Whole,
    *,
    said: Typed | None = None,
    faults: Sequence[str] = (),
    told: Sequence[Needed] | None = None,
    status: int = 200,
) -> Response:
    return visit.page(
        "workshop.html",
        status=status,
        found=found,
        said=said or meeting.of(found.it),
        seen=meeting.digest(found.it),
        faults=faults,
        told=told,
        is_over=found.it.ends_at <= visit.now,
        is_cancelled=found.it.status == CANCELLED,
        link=f"{visit.desk.choices.chat_url}/?start=w-{found.it.code}",
        statuses=(REGISTERED, OFFERED, WAITING, CHECKED_IN, CANCELLED),
        **_chosen(visit),
    )


def _chosen(visit: Visit) -> dict[str, object]:
    return {"languages": visit.desk.herald.languages, "kinds": KINDS, "districts": options("bezirk")}


def _listed(connection: Connection) -> tuple[list[Workshop], dict[int, Attendance], dict[int, int]]:
    found = workshops.listed(connection)
    ids = [each.id for each in found]
    return found, attendance(connection, ids), needs.counted(connection, ids)


def _whole(connection: Connection, code: str) -> Whole | None:
    it = workshops.find(connection, code)
    if it is None:
        return None
    line = registrations.of_workshop(connection, it.id)
    counts = attendance(connection, [it.id])[it.id]
    needed = needs.counted(connection, [it.id]).get(it.id, 0)
    by_status = Counter(each.status for each in line)
    return Whole(it, counts, line, by_status, needed, workshops.moves_of(connection, it.id))


def _create(connection: Connection, visit: Visit, said: Typed, uid: str) -> str:
    if workshops.add(connection, [meeting.new(said, uid)], now=visit.now):
        number = workshops.by_uids(connection, [uid])[uid].id
        note_deed(connection, visit.actor, "workshop_added", f"workshop:{number}", now=visit.now)
    return workshops.code_of(uid)


def _act(connection: Connection, visit: Visit, number: int, said: Typed, deed: str) -> bool:
    """Do it unless somebody changed the workshop since the page was opened."""
    # Who changes it at the same moment waits, and sees then that it was changed.
    hold(connection, [number])
    found = workshops.by_ids(connection, [number])[number]
    if visit.typed("seen") != meeting.digest(found):
        return False
    reason = visit.typed("reason")[:_LONGEST] or None
    match deed:
        case "change":
            now = meeting.columns(said)
            # Another place is a move, of which people are told.
            names = [name for name in now if name not in ("place", "address")]
            values = {name: now[name] for name in names if now[name] != getattr(found, name)}
            if values:
                workshops.change(connection, number, visit.actor, now=visit.now, **values)
        case "move":
            _move(connection, visit, found, said, reason)
        case _:
            workshops.cancel(connection, number, visit.actor, reason=reason, now=visit.now)
    return True


def _move(connection: Connection, visit: Visit, found: Workshop, said: Typed, reason: str | None) -> None:
    begins, ends = meeting.span(said)
    to = {"place": said.get("place") or None, "address": said.get("address") or None}
    workshops.move(
        connection, found.id, visit.actor, starts_at=begins, ends_at=ends, **to, reason=reason, now=visit.now
    )


def _open_needs(connection: Connection, visit: Visit, number: int) -> list[Needed]:
    note_deed(connection, visit.actor, "needs_opened", f"workshop:{number}", now=visit.now)
    return needs.of_workshop(connection, number)


DOORS = (
    Door("GET", "/workshops", show, Right.OUTREACH),
    Door("GET", "/workshops/neu", form, Right.OUTREACH),
    Door("POST", "/workshops/neu", create, Right.OUTREACH),
    Door("GET", "/workshops/{code}", one, Right.OUTREACH),
    Door("POST", "/workshops/{code}", act, Right.OUTREACH),
    Door("POST", "/workshops/{code}/bedarf", open_needs, Right.OUTREACH),
    Door("GET", "/workshops/{code}/liste", roll, Right.OUTREACH),
    Door("GET", "/workshops/{code}/plakat.pdf", poster, Right.OUTREACH),
    Door("GET", "/workshops/{code}/eingang.pdf", door_sign, Right.OUTREACH),
    Door("GET", "/workshops/{code}/termin.ics", event, Right.OUTREACH),
)
