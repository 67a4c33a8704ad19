"""Who may read through the API: tokens are made here, shown once, and revoked."""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.responses import Response

from desk.doors import Door
from desk.rights import Right
from desk.visit import ROOT, Refused, Visit
from storage import api_tokens
from storage.audits import note_deed

TOKENS = f"{ROOT}/schnittstelle"
_LONGEST = 120


async def show(visit: Visit) -> Response:
    """List the systems that may read."""
    return visit.page("tokens.html", readers=await visit.desk.store.read(api_tokens.readers), token="")


async def act(visit: Visit) -> Response:
    """Make a token or revoke one."""
    if visit.typed("deed") == "revoke":
        reader = visit.typed("reader")
        if not (reader.isascii() and reader.isdecimal() and len(reader) < 10):
            raise Refused(404, "missing")
        await visit.desk.store.write(_revoke, visit, int(reader))
        return visit.go(TOKENS)
    name = visit.typed("name")[:_LONGEST]
    if not name:
        raise Refused(400, "incomplete")
    token = visit.desk.fresh()
    await visit.desk.store.write(_issue, visit, name, token)
    return visit.page("tokens.html", readers=await visit.desk.store.read(api_tokens.readers), token=token)


def _issue(connection: Connection, visit: Visit, name: str, token: str) -> None:
    reader = api_tokens.issue(connection, name, token, now=visit.now)
    note_deed(connection, visit.actor, "api_token_issued", f"api:{reader}", now=visit.now)


def _revoke(connection: Connection, visit: Visit, reader: int) -> None:
    if api_tokens.revoke(connection, reader, now=visit.now):
        note_deed(connection, visit.actor, "api_token_revoked", f"api:{reader}", now=visit.now)


DOORS = (
    Door("GET", "/schnittstelle", show, Right.MANAGE),
    Door("POST", "/schnittstelle", act, Right.MANAGE),
)
