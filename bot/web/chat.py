"""The chat: the page, what is posted to it, and what came after.

Law of this file: an action is committed before it is answered; the same action posted twice happens once.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot import photos, workshop_notices
from bot.agenda import agenda_of
from bot.dialogue.engine import current
from bot.dialogue.replies import Reply
from bot.dialogue.state import State
from bot.dialogue.texts import FALLBACK
from bot.dialogue.workshops import OPEN_LINK
from bot.notices import tell_visitor
from bot.web import talk, view
from bot.web.forms import Action, Refusal, action_of, payload_of
from bot.web.hall import Hall, hall_of
from bot.web.names import CHANNEL
from bot.web.pages import html, words
from bot.web.session import Guest
from bot.web.shield import is_ours, is_too_big
from bot.web.talk import Progress, Transcript

# Other processes ring no gong here: look at least so often (seconds).
LOOK_EVERY = 1.0
# No citizen has this number.
_NOBODY = 0
# A page's script asks with this header for the new messages alone.
FRAGMENT = "x-fragment"


async def page(request: Request) -> Response:
    """Show the conversation, or to a stranger how it would begin; a link opens its dialogue at once."""
    hall = hall_of(request)
    guest, payload = hall.sessions.known(request), payload_of(request.query_params.get("start", ""))
    if guest is None or not payload:
        return await _page(request, hall)
    await _opened(hall, guest, payload)
    # Without the payload, so that the page can be loaded again and opens nothing a second time.
    return RedirectResponse("/#latest", 303)


async def messages(request: Request) -> Response:
    """Show what came after a message, for the page's script."""
    hall = hall_of(request)
    guest = hall.sessions.known(request)
    after = request.query_params.get("after", "0")
    if guest is None or not (after.isascii() and after.isdecimal()):
        return Response(status_code=204)
    return await _fragment(hall, guest, int(after[:18]))


async def say(request: Request) -> Response:
    """Take what a citizen wrote or tapped, wait for the answer and show it."""
    hall = hall_of(request)
    if not is_ours(request.headers, hall.settings.web.public_url):
        return await refused(request, Refusal(403, "foreign", {}))
    if is_too_big(request.headers):
        return await refused(request, Refusal(413, "photo_too_big", {"megabytes": photos.MEGABYTES}))
    async with request.form(max_files=1, max_fields=16) as form:
        return await _said(request, hall, form)


async def leave(request: Request) -> Response:
    """Ask whether the conversation shall end on this device, and end it."""
    hall = hall_of(request)
    if request.method != "POST":
        return html(hall, "leave.html", await voice_of(request))
    response = RedirectResponse("/", 303)
    if is_ours(request.headers, hall.settings.web.public_url):
        hall.sessions.leave(response)
    return response


async def _said(request: Request, hall: Hall, form: FormData) -> Response:
    guest = hall.sessions.known(request) or hall.sessions.admitted(str(form.get("visit", "")))
    if guest is None:
        return RedirectResponse("/", 303)
    action = await action_of(form)
    if isinstance(action, Action) and hall.pace.take(guest.chat, hall.clock()):
        action = Refusal(429, "too_many", {}, str(form.get("text", "")))
    match action:
        case Refusal():
            return await refused(request, action)
        case None:
            return RedirectResponse("/", 303)
        case Action():
            return await _answered(request, hall, guest, action, form)


async def _answered(request: Request, hall: Hall, guest: Guest, action: Action, form: FormData) -> Response:
    external_id = await _accept(hall, guest, action, payload_of(str(form.get("start", ""))))
    progress = await _heard(hall, external_id)
    if progress is Progress.PARKED:
        response = await refused(request, Refusal(500, "broken", {}))
    elif FRAGMENT in request.headers:
        after = str(form.get("after", "0"))
        response = await _fragment(hall, guest, int(after[:18]) if after.isascii() and after.isdecimal() else 0)
    else:
        response = RedirectResponse("/#latest", 303)
    hall.sessions.keep(response, guest)
    return response


async def _opened(hall: Hall, guest: Guest, payload: str) -> None:
    update = talk.opened(guest.chat, hall.fresh(), payload)
    if not hall.pace.take(guest.chat, hall.clock()):
        await hall.store.write(talk.accept, [update], None, now=hall.clock(), patience=hall.settings.patience)
        hall.ring()
        await _heard(hall, update.external_id)


async def _accept(hall: Hall, guest: Guest, action: Action, payload: str) -> str:
    update, photo = talk.put(action, guest.chat)
    updates = [update] if guest.met else [talk.start_of(guest.chat, payload), update]
    await hall.store.write(talk.accept, updates, photo, now=hall.clock(), patience=hall.settings.patience)
    hall.ring()
    return update.external_id


async def _heard(hall: Hall, external_id: str) -> Progress:
    """Wait until the worker has taken its turn, at most the hall's patience."""
    progress = Progress.OPEN
    with suppress(TimeoutError):
        async with asyncio.timeout(hall.patience):
            while progress is Progress.OPEN:
                heard = hall.gong.listen()
                progress = await hall.store.read(talk.progress, external_id)
                if progress is Progress.OPEN:
                    await heard(LOOK_EVERY)
    return progress


async def _transcript(hall: Hall, guest: Guest, after: int = 0) -> Transcript:
    return await hall.store.read(talk.transcript, key=hall.key(guest.chat), chat=guest.chat, after=after)


async def _fragment(hall: Hall, guest: Guest, after: int) -> Response:
    found = await _transcript(hall, guest, after)
    state = found.state or State(channel=CHANNEL)
    return html(
        hall,
        "news.html",
        view.voice(hall.book, state.language),
        entries=[view.entry(hall.book, row) for row in found.entries],
        rows=view.choices_of(hall.book, found.entries, state),
        last=found.entries[-1].id if found.entries else after,
        is_working=found.is_working,
        form_id=hall.fresh(),
        visit="",
        payload="",
    )


async def _page(request: Request, hall: Hall, refusal: Refusal | None = None) -> Response:
    guest = hall.sessions.known(request)
    if guest:
        key = hall.key(guest.chat)
        await tell_visitor(hall.store, hall.book, key=key, chat=guest.chat, clock=hall.clock)
        await workshop_notices.tell_visitor(hall.store, hall.book, key=key, chat=guest.chat, clock=hall.clock)
    found = await _transcript(hall, guest) if guest else Transcript(None, (), (), is_working=False)
    state = found.state or State(channel=CHANNEL)
    spoken = view.voice(hall.book, state.language)
    payload = payload_of(request.query_params.get("start", ""))
    first = await _greeting(hall, payload) if found.state is None else current(hall.book, state)
    entries = [view.entry(hall.book, row) for row in found.entries] or [view.shown(hall.book, first)]
    return html(
        hall,
        "chat.html",
        spoken,
        status=refusal.status if refusal else 200,
        entries=entries,
        rows=view.choices_of(hall.book, found.entries, state) if found.entries else view.choices(first.rows),
        last=entries[-1].id,
        waiting=found.waiting,
        is_working=found.is_working,
        menu=view.menu(hall.book),
        notice=words(hall, spoken)(refusal.key, **refusal.values) if refusal else "",
        text=refusal.text if refusal else "",
        form_id=hall.fresh(),
        visit="" if guest else hall.sessions.visit(),
        payload=payload,
        met=guest is not None,
    )


async def _greeting(hall: Hall, payload: str) -> Reply:
    if not payload.startswith(OPEN_LINK):
        return view.greeting(hall.book, payload)
    seen = await hall.store.read(agenda_of, {_NOBODY: FALLBACK}, now=hall.clock())
    return view.greeting(hall.book, payload, seen[_NOBODY])


async def refused(request: Request, refusal: Refusal) -> Response:
    """Return a sentence to the page's script, or the page with the sentence and the words kept in the input."""
    hall = hall_of(request)
    if FRAGMENT not in request.headers:
        return await _page(request, hall, refusal)
    sentence = words(hall, await voice_of(request))(refusal.key, **refusal.values)
    return PlainTextResponse(sentence, refusal.status)


async def voice_of(request: Request) -> view.Voice:
    """Return the language of the conversation that a request belongs to, German for strangers."""
    hall = hall_of(request)
    guest = hall.sessions.known(request)
    if guest is None:
        return view.voice(hall.book, None)
    state = await hall.store.read(talk.state_of, hall.key(guest.chat))
    return view.voice(hall.book, state.language if state else None)
