"""The page of somebody who takes part: join, write, vote, hand the device on.

Law of this file: what is written is kept before it is answered, an action once; what can't be taken stays in the field
with a sentence that says why. The cookie holds a random token that only the class's own salt makes anything of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.school import classroom, deeds
from bot.school.deeds import Place, Text
from bot.school.room import Room, room_at
from bot.school.scenes import Scene, scene_of
from bot.school.script import Kind
from bot.school.sheets import PARTS
from bot.web.classes.tickets import Ticket, ticket_of
from bot.web.forms import UNSTORABLE
from bot.web.hall import Hall, hall_of
from bot.web.pages import html
from bot.web.shield import is_ours, is_too_big
from bot.web.view import Voice, voice
from storage import group_sessions, session_ideas, session_votes
from storage.group_sessions import OpenSession
from storage.session_ideas import LONGEST, Idea

_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_LONGEST_TYPED = 40
# The page's script asks with this header for the part that changes.
FRAGMENT = "x-fragment"


@dataclass(frozen=True, slots=True)
class Told:
    """What is said beside a page: the key of a sentence, and the words that stay in the field of a form."""

    key: str = ""
    text: str = ""
    form: str = ""


async def entrance(request: Request) -> Response:
    """Ask for the code of a class, or lead to its page."""
    hall = hall_of(request)
    typed = request.query_params.get("code", "")[:_LONGEST_TYPED]
    if not typed:
        return html(hall, "class_entrance.html", voice(hall.book, "de-du"), told="", typed="")
    session = await _session(hall, typed)
    if session is None:
        return html(hall, "class_entrance.html", voice(hall.book, "de-du"), status=404, told="unknown", typed=typed)
    return RedirectResponse(f"/klasse/{session.code}", 303)


async def page(request: Request) -> Response:
    """Show the page of a class: the notice to who is new, the round to who takes part."""
    return await _shown(request, Told())


async def act(request: Request) -> Response:
    """Take what somebody in a class did."""
    hall = hall_of(request)
    if not is_ours(request.headers, hall.settings.web.public_url) or is_too_big(request.headers):
        return await _shown(request, Told("foreign"), status=403)
    async with request.form(max_files=0, max_fields=12) as form:
        return await _acted(request, hall, form)


async def _acted(request: Request, hall: Hall, form: FormData) -> Response:
    session, ticket = await _session(hall, request.path_params["code"]), ticket_of(hall, request)
    deed = _typed(form, "deed")
    if session is None:
        return RedirectResponse("/klasse", 303)
    if deed == "join" or (deed == "next_person" and await _has_acted(hall, session, ticket)):
        ticket = ticket.fresh(hall.fresh())
    key = classroom.participant_key(session, ticket.token) if ticket.token else None
    if key is None:
        return RedirectResponse(f"/klasse/{session.code}", 303)
    if hall.pace.take(key, hall.clock()):
        return await _shown(request, Told("too_many", _typed(form, "text"), _form(form)), status=429)
    told = await hall.store.write(_done, session, key, form, now=hall.clock())
    hall.scenes.forget(session.code)
    hall.ring()
    hall.gong.ring()
    return await _answered(request, session, ticket, told)


async def _has_acted(hall: Hall, session: OpenSession, ticket: Ticket) -> bool:
    """Say whether somebody did anything with this ticket: who presses on and on is still one participant."""
    key = classroom.participant_key(session, ticket.token)
    return key is not None and await hall.store.read(session_votes.has_acted, session.id, key)


async def _answered(request: Request, session: OpenSession, ticket: Ticket, told: Told) -> Response:
    if told.key:
        response = await _shown(request, told, ticket=ticket, status=422)
    elif FRAGMENT in request.headers:
        response = await _shown(request, told, ticket=ticket)
    else:
        response = RedirectResponse(_here(request, session), 303)
    ticket.keep(response, hall_of(request))
    return response


def _done(connection: Connection, session: OpenSession, key: str, form: FormData, *, now: datetime) -> Told:
    """Do what was asked and return what is to be said; nothing where the page says it by itself."""
    place = deeds.enter(connection, session, key, now=now)
    if place is None:
        return Told("round_over", _typed(form, "text"))
    idea = _number(form, "idea")
    match _typed(form, "deed"):
        case "write":
            return _written(connection, place, form, now)
        case "dot":
            return Told(deeds.give_dot(connection, place, idea))
        case "undot":
            deeds.take_dot(connection, place, idea)
        case "apart" if place.kind == Kind.SORT:
            session_ideas.pull_apart(connection, session.id, idea)
        case "together" if place.kind == Kind.SORT:
            session_ideas.lay_on(connection, session.id, [idea], _number(form, "pile"))
        case _:
            pass
    return Told()


def _written(connection: Connection, place: Place, form: FormData, now: datetime) -> Told:
    words = UNSTORABLE.sub("\ufffd", _typed(form, "text").replace("\r\n", "\n")).strip()
    action = _typed(form, "id")
    if words and len(words) <= LONGEST and not _ID.fullmatch(action):
        return Told("again", words, _form(form))
    text = Text(words, action, _typed(form, "topic"), _typed(form, "part"), _number(form, "idea"))
    said = deeds.write(connection, place, text, now=now)
    return Told(said, words, _form(form)) if said else Told()


async def news(request: Request) -> Response:
    """Return the part of the page that changes, or nothing when it has not (204)."""
    hall = hall_of(request)
    code = classroom.read_class_code(request.path_params["code"][:_LONGEST_TYPED])
    scene = await hall.scenes.look(code, now=hall.clock()) if code else None
    if scene is None:
        return Response(status_code=404)
    key = _key(hall, request, scene.session)
    if key and key not in scene.people:
        # Somebody who came after the others last looked.
        scene = await hall.store.read(scene_of, scene.session)
    room = room_at(scene, key=key, now=hall.clock())
    if request.query_params.get("seen") == room.glance:
        return Response(status_code=204)
    return _drawn(request, room, Told(), 200)


async def _shown(request: Request, told: Told, *, ticket: Ticket | None = None, status: int = 200) -> Response:
    hall = hall_of(request)
    scene = await seen_now(hall, request.path_params["code"])
    if scene is None:
        return html(hall, "class_entrance.html", voice(hall.book, "de-du"), status=404, told="unknown", typed="")
    key = _key(hall, request, scene.session, ticket)
    return _drawn(request, room_at(scene, key=key, now=hall.clock()), told, status)


async def seen_now(hall: Hall, typed: str) -> Scene | None:
    """Return the class of a code that somebody typed, as it stands now."""
    code = classroom.read_class_code(typed[:_LONGEST_TYPED])
    return await hall.scenes.look_again(code, now=hall.clock()) if code else None


def _key(hall: Hall, request: Request, session: OpenSession, ticket: Ticket | None = None) -> str | None:
    token = (ticket or ticket_of(hall, request)).token
    return classroom.participant_key(session, token) if token else None


def _drawn(request: Request, room: Room, told: Told, status: int) -> Response:
    hall, session = hall_of(request), room.session
    template = "class_news.html" if FRAGMENT in request.headers else "class.html"
    context = {"room": room, "told": told, "form_id": hall.fresh(), "longest": LONGEST, "parts_asked": PARTS}
    context |= {"chosen": chosen(room, request.query_params.get("idee", "")), "here": _here(request, session)}
    return html(hall, template, voice_of(hall, session), status=status, **context)


def chosen(room: Room, typed: str) -> Idea | None:
    """Return the top idea a team works on: the one it chose, or the only one."""
    found = [idea for idea in room.top if str(idea.id) == typed]
    return found[0] if found else room.top[0] if len(room.top) == 1 else None


def _here(request: Request, session: OpenSession) -> str:
    """Return the address of the page, with the idea that was chosen on it."""
    idea = request.query_params.get("idee", "")
    return f"/klasse/{session.code}" + (f"?idee={int(idea)}" if _is_number(idea) else "")


async def _session(hall: Hall, typed: str) -> OpenSession | None:
    code = classroom.read_class_code(typed[:_LONGEST_TYPED])
    return await hall.store.read(group_sessions.by_code, code) if code else None


def voice_of(hall: Hall, session: OpenSession) -> Voice:
    """Return the language and register of a class."""
    return voice(hall.book, classroom.voice_of(hall.book, session))


def _typed(form: FormData, name: str) -> str:
    value = form.get(name)
    return value if isinstance(value, str) else ""


def _form(form: FormData) -> str:
    """Return which of the page's forms this is, as its template names it."""
    return f"{_typed(form, 'part')}{_number(form, 'idea')}"


def _number(form: FormData, name: str) -> int:
    value = _typed(form, name)
    return int(value) if _is_number(value) else 0


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdecimal() and len(value) < 12
