"""The staff desk as this program serves it: on the web port, or on a port of its own.

Law of this file: the desk gets the same shield, the same clock and the same database as the web chat.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import Connection
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from bot.addresses import public_url
from bot.bell import Clock
from bot.codes import fresh_code
from bot.config import Oidc, Settings
from bot.dialogue.engine import announce
from bot.dialogue.events import Own
from bot.dialogue.model import Book
from bot.dialogue.state import State
from bot.keys import Keys
from bot.mailing.posting import post
from bot.outreach import herald_of, school_of
from bot.store import Store
from bot.web.app import unguessable
from bot.web.names import CHANNEL
from bot.web.pace import Pace
from bot.web.shield import Shield, is_ours
from desk.api.app import build_api
from desk.app import build_desk, sorry
from desk.entrance import link_to
from desk.figures.residents import read_residents
from desk.parts import Choices, Receipts
from desk.provider import Provider
from desk.visit import HOME, ROOT
from storage import entering
from storage.city import day_of
from storage.entering import Lasting
from storage.items import Item
from storage.staff import Account

# So often a minute somebody may ask for a link.
TRIES = 5
# … and so often a system may read through the API.
READS = 300


def choices_of(settings: Settings) -> Choices:
    """Return what the configuration says of the desk."""
    chosen = settings.desk
    return Choices(
        public_url=public_url(settings),
        is_test=settings.instance.kind == "test",
        city=settings.instance.city,
        chat_url=settings.web.public_url.rstrip("/"),
        original_days=chosen.original_days,
        alarm_days=chosen.alarm_days,
        four_eyes=chosen.four_eyes,
        lasting=Lasting(timedelta(minutes=chosen.idle_minutes), timedelta(hours=chosen.session_hours)),
        link_lasts=timedelta(minutes=chosen.link_minutes),
        residents=read_residents(Path(chosen.residents_file)) if chosen.residents_file else (),
    )


def new_link(connection: Connection, settings: Settings, account: Account, *, now: datetime) -> str:
    """Return an address that lets somebody in once."""
    token = unguessable()
    entering.add_link(connection, token, account, now=now, lasts=timedelta(minutes=settings.desk.link_minutes))
    return link_to(public_url(settings), token)


def open_desk(
    settings: Settings, store: Store, clock: Clock, *, book: Book, keys: Keys, ring: Callable[[], None]
) -> Starlette:
    """Return the desk for this instance; `ring` wakes the analyst."""
    choices = choices_of(settings)
    shield = Middleware(Shield, secure=choices.is_secure, error_page=sorry)
    return build_desk(
        store=store,
        clock=clock,
        choices=choices,
        fresh=unguessable,
        is_ours=partial(is_ours, public_url=choices.public_url),
        tries=Pace(TRIES).take,
        receipts=Receipts(fresh_code, keys.code),
        preview=partial(_preview, book),
        herald=herald_of(book, keys),
        school=school_of(settings, book, keys),
        ring=ring,
        post=post if settings.mail.host else None,
        provider=_provider(settings.oidc),
        middleware=(shield,),
    )


def _provider(chosen: Oidc) -> Provider | None:
    secret = chosen.client_secret.get_secret_value()
    return Provider(chosen.issuer, chosen.client_id, secret, chosen.claim) if chosen.issuer else None


def _preview(book: Book, item: Item, status: str, reason: str | None, language: str, is_translated: bool) -> str:
    """Return how a decision will read to whoever wrote a contribution."""
    day = day_of(item.created_at)
    own = Own(item.number, item.text or "", status, reason, day, day, is_translated=is_translated)
    reply = announce(book, State(channel=CHANNEL, language=language), [own], alone=True)
    return "".join(span.text for span in reply.spans)


def open_api(store: Store, clock: Clock) -> Starlette:
    """Return the read-only API for this instance."""
    return build_api(store=store, version=version("talstimme"), tries=Pace(READS).take, clock=clock)


def desk_routes(desk: Starlette) -> list[BaseRoute]:
    """Return the desk as routes of a port."""
    return [Route(ROOT, _home), Mount(ROOT, app=desk)]


def alone(desk: Starlette) -> Starlette:
    """Return the desk as the one thing that a port serves."""
    return Starlette(routes=[*desk_routes(desk), Route("/", _home)])


async def _home(request: Request) -> Response:
    del request
    return Response(status_code=307, headers={"Location": HOME})
