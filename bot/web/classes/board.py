"""The board of a class, for the projector.

Law of this file: it only shows, and only what was checked; it needs no cookie and sets none.
"""

from __future__ import annotations

import io
from urllib.parse import urlsplit

import segno
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.school import classroom
from bot.school.room import room_of
from bot.school.sheets import PARTS
from bot.web.classes.pupil import FRAGMENT, voice_of
from bot.web.hall import Hall, hall_of
from bot.web.pages import html
from storage import group_sessions
from storage.group_sessions import OpenSession

_LONGEST_TYPED = 40


async def page(request: Request) -> Response:
    """Show the board; its script asks for the part that changes."""
    hall = hall_of(request)
    session = await _session(hall, request)
    room = await hall.store.read(room_of, session, now=hall.clock())
    template = "board_news.html" if FRAGMENT in request.headers else "board.html"
    spoken = voice_of(hall, session)
    return html(hall, template, spoken, room=room, parts_asked=PARTS, address=address_of(hall))


async def news(request: Request) -> Response:
    """Return the part that changes, or nothing when it has not (204)."""
    session = await _session(hall_of(request), request)
    if request.query_params.get("seen") == f"{session.position}.{session.seen}":
        return Response(status_code=204)
    return await page(request)


async def qr(request: Request) -> Response:
    """Return the way into the class as a QR code (ISO/IEC 18004)."""
    hall = hall_of(request)
    session = await _session(hall, request)
    drawn = io.BytesIO()
    made = segno.make(f"{hall.settings.web.public_url.rstrip('/')}/klasse/{session.code}", error="m")
    made.save(drawn, kind="svg", scale=8, border=4, dark="#000", light="#fff")
    return Response(drawn.getvalue(), media_type="image/svg+xml")


def address_of(hall: Hall) -> str:
    """Return the address a class types, without what a browser adds by itself."""
    parts = urlsplit(hall.settings.web.public_url)
    return f"{parts.netloc}{parts.path.rstrip('/')}/klasse"


async def _session(hall: Hall, request: Request) -> OpenSession:
    code = classroom.read_class_code(request.path_params["code"][:_LONGEST_TYPED])
    session = await hall.store.read(group_sessions.by_code, code) if code else None
    if session is None:
        raise HTTPException(404)
    return session
