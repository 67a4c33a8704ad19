"""The teacher's cockpit: by link, without account. It leads the class and sees numbers, never who wrote what.

Law of this file: the secret in the address is the only key, tries are counted, and every press can come twice.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.school import classroom
from bot.school.links import telegram_link
from bot.school.room import room_of
from bot.web.classes.pupil import FRAGMENT, voice_of
from bot.web.hall import Hall, hall_of
from bot.web.pages import html
from bot.web.shield import is_ours, is_too_big
from storage import group_sessions, session_ideas, session_signals
from storage.group_sessions import OpenSession
from storage.settings import BOT_NAME, read_setting

# What "more time" gives (seconds).
MORE = 120
_LONGEST_TYPED = 40
# Under this name wrong secrets are counted.
_GUESSES = "lehrkraft"


async def page(request: Request) -> Response:
    """Show the cockpit; its script asks for the part that changes."""
    return await _shown(request, await session_of(request))


async def news(request: Request) -> Response:
    """Return the part that changes, or nothing when it has not (204)."""
    session = await session_of(request)
    if request.query_params.get("seen") == f"{session.position}.{session.seen}":
        return Response(status_code=204)
    return await _shown(request, session)


async def act(request: Request) -> Response:
    """Do what the teacher pressed."""
    hall = hall_of(request)
    session = await session_of(request)
    if not is_ours(request.headers, hall.settings.web.public_url) or is_too_big(request.headers):
        return await _shown(request, session, told="foreign", status=403)
    async with request.form(max_files=0, max_fields=8) as form:
        if form.get("deed") == "delete":
            return await _deleted(request, hall, session, form)
        if form.get("deed") == "end" and not form.get("sure"):
            return await _shown(request, session, told="finish_sure", status=422)
        await hall.store.write(_done, session, form, now=hall.clock())
        hall.scenes.forget(session.code)
    hall.ring()
    hall.gong.ring()
    return RedirectResponse(request.url.path, 303)


async def session_of(request: Request) -> OpenSession:
    """Return the class of the secret in an address; raises 404 where there is none, 429 after many wrong ones.

    Wrong ones are counted together, so that a stranger can't shut a teacher out; sixty bits are guessed by nobody.
    """
    hall = hall_of(request)
    secret = request.path_params["secret"][:_LONGEST_TYPED]
    session = await hall.store.read(classroom.of_teacher, hall.keys, secret)
    if session is None:
        raise HTTPException(429 if hall.tries.take(_GUESSES, hall.clock()) else 404)
    return session


def _done(connection: Connection, session: OpenSession, form: FormData, *, now: datetime) -> None:
    session = group_sessions.by_id(connection, session.id) or session
    idea, other, is_note = _number(form, "idea"), _number(form, "pile"), form.get("note") == "yes"
    match form.get("deed"):
        case "next" if classroom.has_next(session):
            classroom.press_next(connection, session, seen=_number(form, "seen"), now=now)
        case "pause":
            classroom.press_pause(connection, session, now=now)
        case "resume":
            classroom.press_resume(connection, session, now=now)
        case "more":
            classroom.give_time(connection, session, seconds=MORE, now=now)
        case "hide":
            session_ideas.set_hidden(connection, session.id, idea, hidden=True, is_note=is_note)
        case "show":
            session_ideas.set_hidden(connection, session.id, idea, hidden=False, is_note=is_note)
        case "apart":
            session_ideas.pull_apart(connection, session.id, idea)
        case "together":
            session_ideas.lay_on(connection, session.id, [idea], other)
        case "let_through":
            session_ideas.let_through(connection, session.id, idea, is_note=is_note)
        case "signals":
            session_signals.confirm_signals(connection, session.id, now=now)
        case "end":
            classroom.end_class(connection, session, now=now)
        case _:
            pass


async def _deleted(request: Request, hall: Hall, session: OpenSession, form: FormData) -> Response:
    if not form.get("sure"):
        return await _shown(request, session, told="delete_sure", status=422)
    await hall.store.write(classroom.delete_class, session, now=hall.clock())
    hall.scenes.forget(session.code)
    hall.ring()
    hall.gong.ring()
    return html(hall, "class_entrance.html", voice_of(hall, session), told="deleted", typed="")


async def _shown(request: Request, session: OpenSession, *, told: str = "", status: int = 200) -> Response:
    hall = hall_of(request)
    room = await hall.store.read(room_of, session, now=hall.clock())
    bot_name = await hall.store.read(read_setting, BOT_NAME)
    return html(
        hall,
        "cockpit_news.html" if FRAGMENT in request.headers else "cockpit.html",
        voice_of(hall, session),
        status=status,
        room=room,
        told=told,
        here=f"/lehrkraft/{request.path_params['secret']}",
        ideas=await hall.store.read(session_ideas.all_ideas, session.id),
        notes=await hall.store.read(session_ideas.all_notes, session.id),
        signals=await hall.store.read(session_signals.signals_of, session.id),
        helplines=_helplines(hall, session),
        checks=hall.settings.nlp.enabled,
        telegram=telegram_link(bot_name or "", session.code),
    )


def _helplines(hall: Hall, session: OpenSession) -> list[str]:
    """Return the lines of the sentence for despair that name a telephone number."""
    lines = hall.book.texts.plain(classroom.voice_of(hall.book, session), "care.despair").split("\n")
    return [line for line in lines if any(sign.isdecimal() for sign in line)]


def _number(form: FormData, name: str) -> int:
    value = form.get(name)
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 12 else 0
