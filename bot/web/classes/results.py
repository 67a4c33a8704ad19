"""A year later: what became of the ideas of a class, by the code it kept.

Law of this file: a wrong code says only that it is wrong; nobody who asks is remembered.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.codes import read_code
from bot.school import classroom
from bot.web.classes.pupil import voice_of
from bot.web.hall import Hall, hall_of
from bot.web.pages import html
from bot.web.shield import is_ours, is_too_big
from bot.web.view import voice
from storage import session_ends
from storage.group_sessions import OpenSession

_LONGEST_TYPED = 40


async def page(request: Request) -> Response:
    """Ask for the code of the results."""
    return await _shown(hall_of(request), None, "", 200)


async def act(request: Request) -> Response:
    """Show what became of the ideas."""
    hall = hall_of(request)
    if not is_ours(request.headers, hall.settings.web.public_url) or is_too_big(request.headers):
        return await _shown(hall, None, "foreign", 403)
    async with request.form(max_files=0, max_fields=2) as form:
        typed = str(form.get("code", ""))[:_LONGEST_TYPED]
    code = read_code(typed)
    if code is None:
        return await _shown(hall, None, "wrong_results", 422)
    if hall.tries.take(code, hall.clock()):
        return await _shown(hall, None, "too_many", 429)
    session = await hall.store.read(classroom.of_results, hall.keys, code)
    return await _shown(hall, session, "" if session else "wrong_results", 200 if session else 403)


async def _shown(hall: Hall, session: OpenSession | None, told: str, status: int) -> Response:
    spoken = voice_of(hall, session) if session else voice(hall.book, "de-du")
    outcomes = await hall.store.read(session_ends.outcomes, session.id) if session else []
    return html(hall, "class_results.html", spoken, status=status, session=session, outcomes=outcomes, told=told)
