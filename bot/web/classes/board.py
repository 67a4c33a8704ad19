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

from bot.school.room import Room, room_at
from bot.school.sheets import PARTS
from bot.web.classes.pupil import FRAGMENT, seen_now, voice_of
from bot.web.hall import Hall, hall_of
from bot.web.pages import html


async def page(request: Request) -> Response:
    """Show the board; its script asks for the part that changes."""
    return _drawn(request, await _room(request))


async def news(request: Request) -> Response:
    """Return the part that changes, or nothing when it has not (204)."""
    room = await _room(request)
    if request.query_params.get("seen") == room.stamp:
        return Response(status_code=204)
    return _drawn(request, room)


def _drawn(request: Request, room: Room) -> Response:
    hall = hall_of(request)
    template = "board_news.html" if FRAGMENT in request.headers else "board.html"
    return html(hall, template, voice_of(hall, room.session), room=room, parts_asked=PARTS, address=address_of(hall))


async def qr(request: Request) -> Response:
    """Return the way into the class as a QR code (ISO/IEC 18004)."""
    hall, session = hall_of(request), (await _room(request)).session
    drawn = io.BytesIO()
    made = segno.make(f"{hall.settings.web.public_url.rstrip('/')}/klasse/{session.code}", error="m")
    made.save(drawn, kind="svg", scale=8, border=4, dark="#000", light="#fff")
    return Response(drawn.getvalue(), media_type="image/svg+xml")


def address_of(hall: Hall) -> str:
    """Return the address a class types, without what a browser adds by itself."""
    parts = urlsplit(hall.settings.web.public_url)
    return f"{parts.netloc}{parts.path.rstrip('/')}/klasse"


async def _room(request: Request) -> Room:
    hall = hall_of(request)
    scene = await seen_now(hall, request.path_params["code"])
    if scene is None:
        raise HTTPException(404)
    return room_at(scene, now=hall.clock())
