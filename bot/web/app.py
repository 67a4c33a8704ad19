"""The web application, wired from what it is given.

Law of this file: nothing is opened, started or read from the environment here.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.bell import Clock
from bot.config import Settings
from bot.dialogue.model import Book
from bot.keys import Keys
from bot.school.scenes import Scenes
from bot.store import Store
from bot.web import agenda, chat, health, law, status
from bot.web.classes.routes import routes
from bot.web.gong import Gong
from bot.web.hall import Hall
from bot.web.pace import Pace
from bot.web.pages import STATIC_FOLDER, environment
from bot.web.session import Sessions
from bot.web.shield import Shield

# As long as a citizen would wait before they think it broken (seconds).
PATIENCE = 8.0
# A session's token and a message's id can't be guessed (bytes).
_RANDOM_BYTES = 24


def unguessable() -> str:
    """Return a random name."""
    return secrets.token_urlsafe(_RANDOM_BYTES)


def build_app(
    *,
    store: Store,
    book: Book,
    keys: Keys,
    settings: Settings,
    clock: Clock,
    ring: Callable[[], None],
    gong: Gong,
    alive: Callable[[], Mapping[str, bool]],
    fresh: Callable[[], str] = unguessable,
    patience: float = PATIENCE,
    extra_routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """Return the web port: chat, pages of law, health, metrics, and whatever routes others add.

    `ring` wakes the worker, which strikes `gong` after each batch; `alive` says
    of each loop whether it lives; `fresh` makes names that nobody can guess; `patience` is in seconds.
    """
    hall = Hall(
        store=store,
        book=book,
        keys=keys,
        settings=settings,
        clock=clock,
        ring=ring,
        gong=gong,
        alive=alive,
        fresh=fresh,
        patience=patience,
        pace=Pace(settings.web.messages_per_minute),
        tries=Pace(status.TRIES),
        scenes=Scenes(store),
        sessions=Sessions(keys.cookie_key, _is_secure(settings), settings.retention.draft_days, fresh),
        pages=environment(),
    )
    return _application(hall, extra_routes)


def _application(hall: Hall, extra_routes: Sequence[BaseRoute]) -> Starlette:
    app = Starlette(
        routes=[*extra_routes, *_routes()],
        middleware=[Middleware(Shield, secure=_is_secure(hall.settings), error_page=law.sorry)],
        exception_handlers={HTTPException: law.wrong},
    )
    app.state.hall = hall
    return app


def _is_secure(settings: Settings) -> bool:
    return settings.web.public_url.startswith("https:")


def _routes() -> list[BaseRoute]:
    pages = [Route(path, law.page_of(key)) for path, key in law.PAGES.items()]
    return [
        *routes(),
        Route("/", chat.page),
        Route("/say", chat.say, methods=["POST"]),
        Route("/say", _home),
        Route("/messages", chat.messages),
        Route("/neu", chat.leave, methods=["GET", "POST"]),
        *pages,
        Route("/meinedaten.json", law.account),
        Route("/beitrag", status.form),
        Route("/beitrag", status.act, methods=["POST"]),
        Route("/termine", agenda.page),
        Route("/termine/{name}.ics", agenda.file),
        Route("/health", health.health),
        Route("/metrics", health.metrics),
        Route("/robots.txt", law.robots),
        Mount("/static", StaticFiles(directory=STATIC_FOLDER)),
    ]


async def _home(request: Request) -> Response:
    """Lead somebody who reloads the address of a sent form back to the conversation."""
    del request
    return Response(status_code=303, headers={"Location": "/"})
