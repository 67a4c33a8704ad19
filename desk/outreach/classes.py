"""Classes at the desk: opened, listed, ended, deleted, answered.

Law of this file: the teacher's link and the results code are shown once, to whoever opened the class; what a class
writes is not shown here.
"""

from __future__ import annotations

import asyncio

from sqlalchemy import Connection
from starlette.responses import Response

from desk.doors import Door
from desk.parts import ClassCodes, NewClass
from desk.rights import Right
from desk.visit import ROOT, Refused, Visit
from storage import group_sessions
from storage.audits import note_deed
from storage.group_sessions import OpenSession
from storage.settings import BOT_NAME, read_setting

CLASSES = f"{ROOT}/klassen"
VOTES = range(1, 11)
_USUAL_VOTES = 3
_LONGEST = 4000


async def show(visit: Visit) -> Response:
    """List the classes, the newest first, and offer to open one."""
    return await _page(visit)


async def open_class(visit: Visit) -> Response:
    """Open a class and show its codes, once."""
    school, minutes, votes = visit.desk.school, visit.typed("minutes"), visit.typed("votes")
    topics = [each for each in school.topics if each in visit.picked("topics")]
    language = visit.typed("language")
    shortest, _, longest = school.minutes
    right = minutes.isascii() and minutes.isdecimal() and len(minutes) < 4 and shortest <= int(minutes) <= longest
    if not (topics and right and votes in map(str, VOTES) and language in visit.desk.herald.languages):
        raise Refused(400, "class_incomplete")
    new = NewClass(topics, int(minutes), int(votes), language)
    codes = await visit.desk.store.write(school.open, new, visit.actor, visit.now)
    return await _page(visit, codes)


async def one(visit: Visit) -> Response:
    """Show a class: how many take part, where it stands, the city's answer."""
    found = await _reached(visit)
    joined, wrote = await visit.desk.store.read(group_sessions.count_participants, found.id)
    round_ = visit.desk.school.round_of(found)
    return visit.page("class.html", each=found, joined=joined, wrote=wrote, round=round_, longest=_LONGEST)


async def act(visit: Visit) -> Response:
    """End a class, delete it with everything, or answer it."""
    found = await _reached(visit)
    school = visit.desk.school
    match visit.typed("deed"):
        case "end" if found.closed_at is None:
            await visit.desk.store.write(_end, visit, found)
        case "delete" if visit.typed("sure"):
            await visit.desk.store.write(school.delete, found, visit.actor, visit.now)
            return visit.go(CLASSES)
        case "answer" if visit.typed("text"):
            words = visit.typed("text")[:_LONGEST]
            await visit.desk.store.write(group_sessions.set_answer, found.id, words, actor=visit.actor, now=visit.now)
        case _:
            raise Refused(400, "incomplete")
    return visit.go(f"{CLASSES}/{found.code}")


async def poster(visit: Visit) -> Response:
    """Hand out the sheet for the wall of a class."""
    found = await _reached(visit)
    bot_name = await visit.desk.store.read(read_setting, BOT_NAME) or ""
    return _pdf(await asyncio.to_thread(visit.desk.school.poster, found, bot_name), f"aushang-{found.code}")


async def pack(visit: Visit) -> Response:
    """Hand out the pack for a school."""
    return _pdf(await asyncio.to_thread(visit.desk.school.pack), "mappe")


def _pdf(made: bytes, name: str) -> Response:
    headers = {"content-disposition": f'inline; filename="{name}.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)


async def _page(visit: Visit, codes: ClassCodes | None = None) -> Response:
    found = await visit.desk.store.read(_listed)
    rounds = {each.id: visit.desk.school.round_of(each) for each, _ in found}
    votes = {"choices": VOTES, "usual": _USUAL_VOTES}
    return visit.page("classes.html", found=found, rounds=rounds, codes=codes, votes=votes, school=visit.desk.school)


async def _reached(visit: Visit) -> OpenSession:
    found = await visit.desk.store.read(group_sessions.by_code, visit.request.path_params["code"])
    if found is None:
        raise Refused(404, "missing")
    return found


def _listed(connection: Connection) -> list[tuple[OpenSession, int]]:
    found = group_sessions.newest(connection)
    joined = group_sessions.joined(connection, [each.id for each in found])
    return [(each, joined.get(each.id, 0)) for each in found]


def _end(connection: Connection, visit: Visit, found: OpenSession) -> None:
    visit.desk.school.end(connection, found, visit.now)
    note_deed(connection, visit.actor, "end", f"school:{found.id}", now=visit.now)


DOORS = (
    Door("GET", "/klassen", show, Right.OUTREACH),
    Door("POST", "/klassen", open_class, Right.OUTREACH),
    Door("GET", "/klassen/mappe.pdf", pack, Right.OUTREACH),
    Door("GET", "/klassen/{code}", one, Right.OUTREACH),
    Door("POST", "/klassen/{code}", act, Right.OUTREACH),
    Door("GET", "/klassen/{code}/aushang.pdf", poster, Right.OUTREACH),
)
