"""The papers a teacher takes from the cockpit: the sheet for the wall, the result as PDF and as picture.

Law of this file: typesetting is done in a thread, outside any transaction; nothing is stored.
"""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from bot.school.papers import Form, paper
from bot.school.sheets import Values, poster_of, result_of
from bot.web.classes.cockpit import session_of
from bot.web.classes.pupil import voice_of
from bot.web.hall import Hall, hall_of
from storage import session_ideas
from storage.group_sessions import OpenSession
from storage.settings import BOT_NAME, read_setting

_TYPES = {"pdf": "application/pdf", "png": "image/png"}


async def poster(request: Request) -> Response:
    """Return the sheet with QR code, address and code."""
    hall, session = hall_of(request), await session_of(request)
    bot_name = await hall.store.read(read_setting, BOT_NAME) or ""
    values = poster_of(
        hall.book,
        code=session.code,
        topics=session.topics,
        voice=voice_of(hall, session).code,
        is_test=hall.settings.instance.kind == "test",
        bot_name=bot_name,
    )
    return await _typeset("aushang", values, "pdf", f"klasse-{session.code}")


async def result_pdf(request: Request) -> Response:
    """Return the result as PDF."""
    return await _result(request, "pdf")


async def result_png(request: Request) -> Response:
    """Return the result as a picture."""
    return await _result(request, "png")


async def _result(request: Request, form: Form) -> Response:
    hall, session = hall_of(request), await session_of(request)
    return await _typeset("ergebnis", await _values(hall, session), form, f"ergebnis-{session.code}")


async def _values(hall: Hall, session: OpenSession) -> Values:
    return result_of(
        hall.book,
        await hall.store.read(session_ideas.ideas_of, session.id),
        await hall.store.read(session_ideas.notes_of, session.id),
        code=session.code,
        topics=session.topics,
        voice=voice_of(hall, session).code,
        is_test=hall.settings.instance.kind == "test",
        now=hall.clock(),
    )


async def _typeset(name: str, values: Values, form: Form, file: str) -> Response:
    made = await asyncio.to_thread(paper, name, values, form=form)
    headers = {"Content-Disposition": f'inline; filename="{file}.{form}"', "Cache-Control": "no-store"}
    return Response(made, media_type=_TYPES[form], headers=headers)
