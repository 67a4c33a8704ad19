"""The doors of the desk: each address with who may pass, and what stands before every one of them.

Law of this file: nobody passes unseen. A session is asked for, a form must be ours (origin and token), the role must
have the right; only then a page is made.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from desk.parts import Desk
from desk.rights import Right
from desk.visit import FORM_TOKEN, HOME, ROOT, Refused, Visit, texts_of
from storage import entering

Handle = Callable[[Visit], Awaitable[Response]]

LOGIN = f"{ROOT}/anmelden"
# A form of words alone, and one that brings a file (bytes).
FORM_BYTES = 1_000_000
FILE_BYTES = 20_000_000
_FIELDS = 2_000
# A browser shows our sentence only when it could send all it wanted to; beyond this many bytes nobody means well.
_DRAINED_BYTES = 100_000_000
_LENGTH_REQUIRED = 411
_TOO_LARGE = 413


@dataclass(frozen=True, slots=True)
class Door:
    """An address below the desk and who may pass: None means strangers too. `takes_file` lets larger forms in."""

    method: str
    path: str
    handle: Handle
    right: Right | None
    takes_file: bool = False


def routes(desk: Desk, doors: Iterable[Door]) -> list[BaseRoute]:
    """Return the doors as routes, relative to the desk's root."""
    return [Route(door.path, _endpoint(desk, door), methods=[door.method]) for door in doors]


def _endpoint(desk: Desk, door: Door) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        visit = await _met(desk, request)
        try:
            return await _pass(visit, door)
        except Refused as refused:
            return refusal(visit, refused.status, refused.key)

    return endpoint


async def _pass(visit: Visit, door: Door) -> Response:
    if door.method == "POST":
        if not visit.desk.is_ours(visit.request.headers):
            raise Refused(403, "foreign")
        visit = replace(visit, fields=await _form(visit.request, door))
    try:
        return await _answered(visit, door)
    finally:
        await visit.fields.close()


async def _answered(visit: Visit, door: Door) -> Response:
    if door.right is None:
        return await door.handle(visit)
    if visit.account is None:
        return _to_login(visit)
    if door.method == "POST" and not hmac.compare_digest(visit.form_token, visit.typed(FORM_TOKEN)):
        return visit.page("refused.html", status=403, key="stale", kept=texts_of(visit.fields))
    if not visit.may(door.right):
        raise Refused(403, "role")
    try:
        return await door.handle(visit)
    except Refused as refused:
        return refusal(visit, refused.status, refused.key)


async def _met(desk: Desk, request: Request) -> Visit:
    """Return who asks, by the session's cookie."""
    token = request.cookies.get(cookie_name(desk), "")
    now = desk.clock()
    lasting = desk.choices.lasting
    found = await desk.store.read(entering.session_of, token, now=now, lasting=lasting) if token else None
    if found is None:
        return Visit(desk, request)
    account, seen_at = found
    if now - seen_at >= entering.SEEN_EVERY:
        await desk.store.write(entering.note_seen, token, now=now)
    return Visit(desk, request, account, token)


def cookie_name(desk: Desk) -> str:
    """Return the cookie's name; `__Host-` binds it to this very host where https allows it (RFC 6265bis 4.1.3.2)."""
    return "__Host-talstimme-desk" if desk.choices.is_secure else "talstimme-desk"


def refusal(visit: Visit, status: int, key: str) -> Response:
    """Return the page that says why not, with what the reader wrote."""
    return visit.page("refused.html", status=status, key=key, kept=texts_of(visit.fields))


def _to_login(visit: Visit) -> Response:
    """Ask a stranger to log in; what they wrote in a form whose session has ended is shown once more."""
    if visit.request.method == "POST":
        return refusal(visit, 403, "ended")
    return visit.go(LOGIN if visit.here == HOME else f"{LOGIN}?weiter={quote(visit.here, safe='')}")


async def _form(request: Request, door: Door) -> FormData:
    length = request.headers.get("content-length", "")
    if not (length.isascii() and length.isdecimal()):
        raise Refused(_LENGTH_REQUIRED, "too_large")
    if int(length) > (FILE_BYTES if door.takes_file else FORM_BYTES):
        if int(length) <= _DRAINED_BYTES:
            async for _ in request.stream():
                pass
        raise Refused(_TOO_LARGE, "too_large")
    try:
        return await request.form(max_files=1, max_fields=_FIELDS, max_part_size=FORM_BYTES)
    except HTTPException:
        raise Refused(400, "broken_form") from None
