"""The page of workshops: what is to come, narrowed down by field and district, with files for calendars.

Law of this file: nobody needs a conversation to read it; who wants a place is led into the chat.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.agenda import shown
from bot.dialogue import agenda
from bot.dialogue.events import Workshop as Shown
from bot.dialogue.scene import Scene
from bot.dialogue.state import State
from bot.dialogue.texts import Spans
from bot.web.chat import voice_of
from bot.web.hall import Hall, hall_of
from bot.web.pages import html
from storage import workshops
from storage.calendars import MIME, calendar
from storage.places import Attendance, attendance
from storage.workshops import Workshop

ALL = "alle"
SUFFIX = ".ics"


async def page(request: Request) -> Response:
    """Show the workshops to come."""
    hall, voice = hall_of(request), await voice_of(request)
    rows = await hall.store.read(_to_come, hall)
    every = [shown(each, counts, voice.code, now=hall.clock()) for each, counts in rows]
    field, district = request.query_params.get("feld", ""), request.query_params.get("bezirk", "")
    chosen = [each for each in every if field in ("", each.field) and district in ("", each.district)]
    scene = Scene(hall.book, State(language=voice.code), 0)
    return html(
        hall,
        "agenda.html",
        voice,
        workshops=chosen,
        when={each.code: _said(agenda.when(scene, each)) for each in chosen},
        standing={each.code: _said(agenda.standing(scene, each)) for each in chosen},
        fields=[key for key in hall.book.dialogues if key in _told(every, "field")],
        districts=[name for name in hall.book.districts if name in _told(every, "district")],
        field=field,
        district=district,
        everything=f"/termine/{ALL}{SUFFIX}",
    )


async def file(request: Request) -> Response:
    """Hand out one workshop, or all to come, for a calendar."""
    hall, voice = hall_of(request), await voice_of(request)
    name = request.path_params["name"]
    found = await hall.store.read(_named, hall, name)
    if not found and name != ALL:
        raise HTTPException(404)
    made = calendar(found, language=voice.code, address=hall.settings.web.public_url)
    headers = {"content-disposition": f'attachment; filename="{name}{SUFFIX}"', "cache-control": "no-cache"}
    return Response(made, media_type=MIME, headers=headers)


def _to_come(connection: Connection, hall: Hall) -> list[tuple[Workshop, Attendance]]:
    found = workshops.listed(connection, since=hall.clock())
    counts = attendance(connection, [each.id for each in found])
    return [(each, counts[each.id]) for each in found]


def _named(connection: Connection, hall: Hall, name: str) -> list[Workshop]:
    if name == ALL:
        return workshops.listed(connection, since=hall.clock())
    found = workshops.find(connection, name)
    return [found] if found else []


def _said(spans: Spans) -> str:
    return "".join(span.text for span in spans)


def _told(every: Collection[Shown], name: str) -> set[str]:
    return {value for each in every if (value := getattr(each, name))}
