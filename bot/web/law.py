"""The pages that law asks for, and the page for what is not there.

Law of this file: they can be read without a conversation, and every sentence stands in the book.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.web import view
from bot.web.blocks import blocks
from bot.web.chat import voice_of
from bot.web.hall import hall_of
from bot.web.pages import html
from storage.accounts import Rows, account_of, citizen_of

PAGES = {
    "/datenschutz": "privacy.text",
    "/impressum": "imprint.text",
    "/barrierefreiheit": "accessibility.text",
    "/widerruf": "rights.revoke",
    "/widerspruch": "rights.object",
}

Endpoint = Callable[[Request], Awaitable[Response]]


def page_of(key: str) -> Endpoint:
    """Return the endpoint of a page of law: its first paragraph is the heading."""

    async def page(request: Request) -> Response:
        hall = hall_of(request)
        spoken = await voice_of(request)
        first, *rest = blocks(hall.book.texts.spans(spoken.code, key, **hall.book.names_in(spoken.code)))
        heading = "".join(span.text for span in first.spans)
        return html(hall, "page.html", spoken, heading=heading, parts_of=view.headed(rest))

    return page


async def account(request: Request) -> Response:
    """Hand out everything that is stored of the conversation of this very browser, as a file (Art. 15 DSGVO)."""
    hall = hall_of(request)
    guest = hall.sessions.known(request)
    rows = await hall.store.read(_rows_of, hall.key(guest.chat), guest.chat) if guest else {}
    text = json.dumps(rows, ensure_ascii=False, indent=2)
    headers = {"content-disposition": 'attachment; filename="meinedaten.json"', "cache-control": "no-store"}
    return Response(text, media_type="application/json", headers=headers)


def _rows_of(connection: Connection, key: str, chat: str) -> dict[str, Rows]:
    citizen = citizen_of(connection, key)
    return {} if citizen is None else account_of(connection, citizen, chats=[chat])


async def robots(request: Request) -> Response:
    """Let search engines find the chat's first page of a production instance, and nothing of a test."""
    is_test = hall_of(request).settings.instance.kind == "test"
    rules = ("Disallow: /",) if is_test else ("Allow: /$", "Disallow: /")
    return PlainTextResponse("\n".join(("User-agent: *", *rules, "")))


async def wrong(request: Request, error: Exception) -> Response:
    """Return the page for what is not there or not asked for in this way."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    response = await sorry(request, status, "not_found" if status == 404 else "broken")
    response.headers.update(headers or {})
    return response


async def sorry(request: Request, status: int, key: str) -> Response:
    """Return a page that says what went wrong, in German: the database may be what broke."""
    hall = hall_of(request)
    return html(hall, "sorry.html", view.voice(hall.book, None), status=status, key=key)
