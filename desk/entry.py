"""Entering what came on paper, by phone or at a stand: a card a minute, and a receipt for whoever wants to come back.

Law of this file: the same form sent twice is one contribution; the secret code is shown once and kept as a hash alone.
"""

from __future__ import annotations

import asyncio

from sqlalchemy import Connection
from starlette.responses import Response

from desk.doors import Door
from desk.filters import options
from desk.papers import card_paper
from desk.rights import Right
from desk.visit import Refused, Visit
from desk.words import choices_of
from storage import tracing
from storage.audits import note_deed
from storage.contributions import NewContribution, NewTag, add
from storage.corrections import STAFF
from storage.imports.adding import free_numbers
from storage.models.labels import FIELD, KIND

CHANNELS = ("paper", "phone", "stand")
ORIGIN = "desk"
LONGEST = 4000


async def form(visit: Visit) -> Response:
    """Show the form; what stays the same from card to card is in the address."""
    asked = visit.request.query_params
    return _page(visit, {name: asked.get(name, "")[:120] for name in ("channel", "language", "collector")})


def _page(visit: Visit, kept: dict[str, str], *, number: str = "", code: str = "") -> Response:
    return visit.page(
        "entry.html",
        kept=kept,
        channels=CHANNELS,
        languages=options("sprache"),
        districts=options("bezirk"),
        card=visit.desk.fresh(),
        number=number,
        code=code,
        longest=LONGEST,
    )


async def enter(visit: Visit) -> Response:
    """Keep a card, show its receipt and an empty form for the next one."""
    channel, text = visit.typed("channel"), visit.typed("text")[:LONGEST]
    if channel not in CHANNELS or not text:
        raise Refused(400, "incomplete")
    code = visit.desk.receipts.fresh_code()
    number = await visit.desk.store.write(_keep, visit, text, code)
    kept = {name: visit.typed(name)[:120] for name in ("channel", "language", "collector")}
    visit.desk.ring()
    return _page(visit, kept, number=number or "", code=code if number else "")


def _keep(connection: Connection, visit: Visit, text: str, code: str) -> str | None:
    field, kind = _known(visit, "field", FIELD), _known(visit, "kind", KIND)
    (number,) = free_numbers(connection, 1)
    new = NewContribution(
        number,
        text,
        visit.typed("channel"),
        draft=f"{ORIGIN}:{number}",
        collector=visit.typed("collector")[:120] or None,
        language=visit.typed("language") if visit.typed("language") in options("sprache") else None,
        district=visit.typed("district") if visit.typed("district") in options("bezirk") else None,
        field=field,
        kind=kind,
        origin=ORIGIN,
        origin_id=visit.typed("card")[:64] or number,
        tags=[NewTag(type_, value, STAFF) for type_, value in ((FIELD, field), (KIND, kind)) if value],
    )
    if not add(connection, [new], now=visit.now):
        return None
    tracing.keep_codes(connection, [(number, visit.desk.receipts.code_hash(number, code))])
    note_deed(connection, visit.actor, "entered", number, now=visit.now, detail={"channel": new.channel})
    return number


def _known(visit: Visit, name: str, column: str) -> str | None:
    value = visit.typed(name)
    return value if value in choices_of(column) else None


async def card(visit: Visit) -> Response:
    """Hand out the card to print."""
    choices = visit.desk.choices
    made = await asyncio.to_thread(card_paper, visit.words, city=choices.city, address=choices.chat_url)
    headers = {"content-disposition": 'inline; filename="karte.pdf"'}
    return Response(made, media_type="application/pdf", headers=headers)


DOORS = (
    Door("GET", "/erfassen", form, Right.ENTER),
    Door("POST", "/erfassen", enter, Right.ENTER),
    Door("GET", "/erfassen/karte.pdf", card, Right.ENTER),
)
