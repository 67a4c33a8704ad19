"""The desk as an application, wired from what it is given; whoever mounts it does so at `/desk`.

Law of this file: nothing is opened, started or read from the environment here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from desk import (
    absence,
    accounts,
    answering,
    audit,
    contribution,
    deeds,
    entrance,
    entry,
    handovers,
    importing,
    notes,
    openid,
    start,
    worklist,
)
from desk.api import tokens
from desk.doors import Door, refusal, routes
from desk.figures import pages as figures
from desk.figures import sheets, taking, themes
from desk.outreach import announcements, classes, timetables, workshops
from desk.parts import Choices, Desk, Herald, Post, Preview, Receipts, School
from desk.provider import Provider
from desk.store import Store
from desk.visit import HOME, ROOT, Visit
from desk.words import LANGUAGES, choices_of, words_of

_HERE = Path(__file__).parent
_STATIC = _HERE / "static"
# So many digits tell the versions of a static file apart.
_DIGITS = 10

# Every address of the desk with who may pass: the table that routes and the tests of rights are made from.
DOORS: tuple[Door, ...] = (
    *start.DOORS,
    *worklist.DOORS,
    *contribution.DOORS,
    *deeds.DOORS,
    *notes.DOORS,
    *figures.DOORS,
    *answering.DOORS,
    *entry.DOORS,
    *handovers.DOORS,
    *importing.DOORS,
    *audit.DOORS,
    *sheets.DOORS,
    *taking.DOORS,
    *themes.DOORS,
    *announcements.DOORS,
    *timetables.DOORS,
    *workshops.DOORS,
    *classes.DOORS,
    *tokens.DOORS,
    *accounts.DOORS,
    *absence.DOORS,
    *entrance.DOORS,
    *openid.DOORS,
)
# What the top of each page leads to: the address, its text and the right it asks for.
TABS = (
    ("/beitraege", "nav.list", "read"),
    ("/zahlen", "nav.figures", "read"),
    ("/themen", "nav.themes", "read"),
    ("/erfassen", "nav.entry", "enter"),
    ("/einlesen", "nav.importing", "enter"),
    ("/uebergabe", "nav.handovers", "review"),
    ("/ankuendigungen", "nav.announcements", "outreach"),
    ("/workshops", "nav.workshops", "outreach"),
    ("/klassen", "nav.classes", "outreach"),
    ("/vorlagen", "nav.templates", "review"),
    ("/uebersetzen", "nav.translations", "review"),
    ("/team", "nav.team", "manage"),
    ("/protokoll", "nav.audit", "manage"),
    ("/schnittstelle", "nav.api", "manage"),
)


def build_desk(
    *,
    store: Store,
    clock: Callable[[], datetime],
    choices: Choices,
    fresh: Callable[[], str],
    is_ours: Callable[[Headers], bool],
    tries: Callable[[str, datetime], float],
    receipts: Receipts,
    preview: Preview,
    herald: Herald,
    school: School,
    ring: Callable[[], None],
    post: Post | None = None,
    provider: Provider | None = None,
    middleware: Sequence[Middleware] = (),
) -> Starlette:
    """Return the desk; `Desk` says what each part is. `middleware` shields it and asks `sorry` for its error pages."""
    desk = Desk(
        store=store,
        clock=clock,
        choices=choices,
        fresh=fresh,
        is_ours=is_ours,
        tries=tries,
        pages=_environment(),
        words={language: words_of(language) for language in LANGUAGES},
        post=post,
        provider=provider,
        receipts=receipts,
        preview=preview,
        herald=herald,
        school=school,
        ring=ring,
    )
    files = Mount("/static", StaticFiles(directory=_STATIC))
    app = Starlette(
        routes=[*routes(desk, DOORS), files], middleware=list(middleware), exception_handlers={HTTPException: wrong}
    )
    app.state.desk = desk
    return app


def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["static"] = {file.name: _address(file) for file in sorted(_STATIC.iterdir())}
    made.globals["tabs"] = TABS
    made.globals["root"] = ROOT
    made.globals["home"] = HOME
    made.globals["choices_of"] = choices_of
    return made


def _address(file: Path) -> str:
    return f"{ROOT}/static/{file.name}?v={hashlib.sha256(file.read_bytes()).hexdigest()[:_DIGITS]}"


async def wrong(request: Request, error: Exception) -> Response:
    """Answer what no door leads to."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    return await sorry(request, status, "missing")


async def sorry(request: Request, status: int, key: str) -> Response:
    """Return a page for what went wrong, for a reader nobody looked up."""
    return refusal(Visit(request.app.state.desk, request), status, key)
