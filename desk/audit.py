"""The audit: who of the staff did what. Names are shown to admins alone, for an occasion that they state.

Law of this file: nothing is counted by person, and each look is a deed of its own.
"""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.responses import Response

from desk.doors import Door
from desk.rights import Right
from desk.visit import Refused, Visit
from storage.audits import Deed, deeds, note_deed

_SHOWN = 100
_SHORTEST_OCCASION = 10


async def show(visit: Visit) -> Response:
    """Show the latest deeds by role, without names."""
    subject = visit.request.query_params.get("zu", "").strip()[:64] or None
    found = await visit.desk.store.read(deeds, subject=subject, limit=_SHOWN)
    return visit.page("audit.html", found=found, with_names=False, subject=subject or "")


async def reveal(visit: Visit) -> Response:
    """Show the deeds done to one subject with names, for an occasion that is written down."""
    subject, occasion = visit.typed("subject")[:64], visit.typed("occasion")[:500]
    if not subject or len(occasion) < _SHORTEST_OCCASION:
        raise Refused(400, "no_occasion")
    found = await visit.desk.store.write(_reveal, visit, subject, occasion)
    return visit.page("audit.html", found=found, with_names=True, subject=subject)


def _reveal(connection: Connection, visit: Visit, subject: str, occasion: str) -> list[Deed]:
    note_deed(connection, visit.actor, "names_shown", subject, now=visit.now, detail={"occasion": occasion})
    return deeds(connection, subject=subject, limit=_SHOWN)


DOORS = (
    Door("GET", "/protokoll", show, Right.MANAGE),
    Door("POST", "/protokoll", reveal, Right.MANAGE),
)
