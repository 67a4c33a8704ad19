"""The API as an application; whoever mounts it does so at `/api`.

Law of this file: it only reads; nothing leaves that citizens could not be shown; what is asked wrongly is answered with
a sentence (RFC 9457), never with a traceback.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from desk.api.description import CURSOR_DIGITS, MOST, description
from desk.store import Store
from storage import api_tokens, published
from storage.numbers import read_number
from storage.published import Chosen, Published

ROOT = "/api"
_DEFAULT = 50
# Nothing was sent before or will be after; beyond them the calendar itself ends.
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)
_PROBLEM = "application/problem+json"
_FILTERS = ("field", "kind", "district", "language")
_PARAMETERS = {*_FILTERS, "since", "until", "cursor", "limit"}

Answer = Callable[[Request, Store], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Wrong(Exception):
    """What was asked can't be answered; `detail` says what to change."""

    status: int
    detail: str


def build_api(
    *, store: Store, version: str, tries: Callable[[str, datetime], float], clock: Callable[[], datetime],
    middleware: Sequence[Middleware] = (),
) -> Starlette:  # fmt: skip
    """Return the API. `tries` counts the requests of a token and returns the seconds to wait."""

    def guarded(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                await _admit(request, store, tries, clock())
                return await answer(request, store)
            except Wrong as wrong:
                return problem(wrong.status, wrong.detail)

        return endpoint

    async def describe(request: Request) -> Response:
        del request
        return JSONResponse(description(version))

    routes = [
        Route("/openapi.json", describe, methods=["GET"]),
        Route("/contributions", guarded(_contributions), methods=["GET"]),
        Route("/contributions/{number}", guarded(_contribution), methods=["GET"]),
        Route("/themes", guarded(_themes), methods=["GET"]),
    ]
    return Starlette(routes=routes, middleware=list(middleware), exception_handlers={HTTPException: _missing})


def problem(status: int, detail: str) -> Response:
    """Return a sentence about what went wrong (RFC 9457)."""
    headers = {"WWW-Authenticate": 'Bearer realm="talstimme"'} if status == 401 else {}
    return JSONResponse(
        {"type": "about:blank", "status": status, "detail": detail}, status, headers=headers, media_type=_PROBLEM
    )


async def _missing(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    answer = problem(status, "This address does not exist, or not for this method; see /api/openapi.json.")
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


async def _admit(request: Request, store: Store, tries: Callable[[str, datetime], float], now: datetime) -> None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    reader = None
    if scheme.lower() == "bearer" and token.strip():
        reader = await store.read(api_tokens.reader_of, token.strip())
    if reader is None:
        raise Wrong(401, "Send the header Authorization: Bearer with a token of this instance.")
    if (seconds := tries(f"api:{reader.id}", now)) > 0:
        raise Wrong(429, f"Too many requests; try again in {seconds:.0f} seconds.")


async def _contributions(request: Request, store: Store) -> Response:
    asked = request.query_params
    if unknown := sorted(set(asked) - _PARAMETERS):
        raise Wrong(400, f"{unknown[0]} is no parameter; see /api/openapi.json.")
    chosen = Chosen(
        **{name: asked.get(name) for name in _FILTERS}, since=_day(request, "since"), until=_day(request, "until")
    )
    limit = _limit(asked.get("limit"))
    rows = await store.read(published.page, chosen, after=_after(asked.get("cursor")), limit=limit + 1)
    onward = str(rows[limit - 1].id) if len(rows) > limit else None
    return JSONResponse({"contributions": [_plain(row) for row in rows[:limit]], "next": onward})


async def _contribution(request: Request, store: Store) -> Response:
    number = read_number(request.path_params["number"])
    found = await store.read(published.one, number) if number else None
    if found is None:
        raise Wrong(404, "There is no published contribution of this number.")
    return JSONResponse(_plain(found))


async def _themes(request: Request, store: Store) -> Response:
    if unknown := sorted(set(request.query_params)):
        raise Wrong(400, f"{unknown[0]} is no parameter; see /api/openapi.json.")
    return JSONResponse({"themes": [asdict(theme) for theme in await store.read(published.themes)]})


def _plain(row: Published) -> dict[str, Any]:
    return {name: value for name, value in asdict(row).items() if name != "id"} | {
        "created_at": row.created_at.isoformat()
    }


def _day(request: Request, name: str) -> date | None:
    value = request.query_params.get(name)
    try:
        return None if value is None else min(max(date.fromisoformat(value), _FIRST_DAY), _LAST_DAY)
    except ValueError:
        raise Wrong(400, f"{name} is no day; write it as 2026-09-14.") from None


def _limit(value: str | None) -> int:
    if value is None:
        return _DEFAULT
    if not (value.isascii() and value.isdecimal() and len(value) < 4 and 0 < int(value) <= MOST):
        raise Wrong(400, f"limit is a number from 1 to {MOST}.")
    return int(value)


def _after(cursor: str | None) -> int:
    """Return the id that a cursor stands for."""
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= CURSOR_DIGITS):
        raise Wrong(400, "cursor is none of ours; take it from next of the page before.")
    return int(cursor)
