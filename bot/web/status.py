"""The page of one contribution: by number and secret code, from any device, without account or cookie.

Law of this file: a wrong code and an unknown number are answered alike and in the same time; nobody who asks is
remembered.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from bot.codes import read_code
from bot.dialogue.mine import STATUSES
from bot.keys import Keys
from bot.own import own_of
from bot.web.chat import voice_of
from bot.web.forms import TEXT_LENGTH, UNSTORABLE
from bot.web.hall import Hall, hall_of
from bot.web.pages import html
from bot.web.shield import is_ours, is_too_big
from storage import tracing
from storage.numbers import read_number
from storage.tracing import Traced

# Tries for one number in a minute; whoever is right needs two or three.
TRIES = 10
# What is compared where there is no code: no code has this hash.
_NONE = "0" * 64
_LONGEST_TYPED = 40


@dataclass(frozen=True, slots=True)
class Ask:
    """What was typed, in its one right form: number and code, empty where it is none, and what to do."""

    number: str
    code: str
    deed: str
    text: str
    is_sure: bool


async def form(request: Request) -> Response:
    """Show the form that asks for number and code."""
    return await _shown(request, hall_of(request), None, Ask("", "", "", "", is_sure=False), "", 200)


async def act(request: Request) -> Response:
    """Show the contribution of a number and its code, or correct, withdraw or delete it."""
    hall = hall_of(request)
    if not is_ours(request.headers, hall.settings.web.public_url) or is_too_big(request.headers):
        return await form(request)
    async with request.form(max_files=0, max_fields=8) as fields:
        ask = _ask(fields)
    # What is no number at all can open nothing, so that it uses up nobody's tries.
    if ask.number and hall.tries.take(ask.number, hall.clock()):
        return await _shown(request, hall, None, ask, "too_many", 429)
    if not await hall.store.read(opens, hall.keys, ask):
        return await _shown(request, hall, None, ask, "wrong", 403)
    notice = await hall.store.write(_done, ask, now=hall.clock()) if ask.deed else ""
    hall.ring()
    found = await hall.store.read(tracing.traced, ask.number)
    return await _shown(request, hall, found, ask, notice, 200)


def opens(connection: Connection, keys: Keys, ask: Ask) -> bool:
    """Say whether this code opens this number; the same work is done for every number."""
    kept = tracing.code_hash_of(connection, ask.number) or _NONE
    return hmac.compare_digest(kept, keys.code(ask.number, ask.code))


def _done(connection: Connection, ask: Ask, *, now: datetime) -> str:
    """Do what was asked and return the key of the sentence that says so."""
    match ask.deed:
        case "save" if not ask.text.strip():
            return "empty"
        case "save":
            return "saved" if tracing.correct(connection, ask.number, ask.text.strip(), now=now) else "fixed"
        case "withdraw":
            return "withdrawn" if tracing.withdraw_one(connection, ask.number, now=now) else "fixed"
        case "delete" if ask.is_sure:
            return "deleted" if tracing.remove(connection, ask.number, now=now) else "wrong"
        case _:
            return ""


async def _shown(request: Request, hall: Hall, found: Traced | None, ask: Ask, notice: str, status: int) -> Response:
    response = html(
        hall,
        "status.html",
        await voice_of(request),
        status=status,
        ask=ask,
        found=found,
        own=own_of(found) if found else None,
        status_key=f"mine.{found.status}" if found and found.status in STATUSES else "",
        notice=notice,
        longest=TEXT_LENGTH,
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _ask(fields: FormData) -> Ask:
    number = read_number(_typed(fields, "number")[:_LONGEST_TYPED]) or ""
    code = read_code(_typed(fields, "code")[:_LONGEST_TYPED]) or ""
    text = UNSTORABLE.sub("\ufffd", _typed(fields, "text").replace("\r\n", "\n"))[:TEXT_LENGTH]
    return Ask(number, code, _typed(fields, "deed"), text, is_sure=bool(_typed(fields, "sure")))


def _typed(fields: FormData, name: str) -> str:
    value = fields.get(name)
    return value if isinstance(value, str) else ""
