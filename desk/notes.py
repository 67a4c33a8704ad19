"""Notes on a contribution, questions sent by mail, and the page that shows how a decision will read.

Law of this file: a question goes to the address that was typed, with the redacted text alone.
"""

from __future__ import annotations

from sqlalchemy import Connection
from starlette.responses import Response

from desk.contribution import address_of, reached
from desk.deeds import hand_of
from desk.doors import Door
from desk.letters import is_address, question_letter
from desk.rights import Right
from desk.visit import Refused, Visit
from storage import notes
from storage.changing import Hand
from storage.items import Item

_LONGEST = 4000


async def add(visit: Visit) -> Response:
    """Add a note, send a question, or keep a reply that came."""
    found = await reached(visit)
    kind, text, address = visit.typed("kind") or notes.NOTE, visit.typed("note")[:_LONGEST], visit.typed("address")
    if not text or kind not in (notes.NOTE, notes.QUESTION, notes.REPLY):
        raise Refused(400, "incomplete")
    if kind == notes.QUESTION and visit.desk.post is None:
        raise Refused(400, "no_mail")
    if kind == notes.QUESTION and not is_address(address):
        raise Refused(400, "no_address")
    await visit.desk.store.write(_add, visit, found, kind, text, address or None, hand_of(visit))
    return visit.go(f"{address_of(found.number)}?liste={visit.typed('liste')}".replace("&", "%26"))


def _add(
    connection: Connection, visit: Visit, found: Item, kind: str, text: str, address: str | None, hand: Hand
) -> None:
    notes.remark(connection, found.number, kind, text, hand, address=address)
    if kind == notes.QUESTION and visit.desk.post is not None and address is not None:
        visit.desk.post(connection, question_letter(visit, found, text, address, hand), hand.now)


DOORS = (Door("POST", "/beitrag/{number}/notiz", add, Right.REVIEW),)
