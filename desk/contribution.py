"""A contribution alone: its words, what model and people say of it and why, and what was done with it.

Law of this file: the redacted text is what everybody sees; the original comes by a form, for those who review it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection
from starlette.responses import Response

from desk.doors import Door
from desk.filters import COLUMNS, FIRST_VIEW, options, view_of
from desk.rights import Right
from desk.visit import ROOT, Refused, Visit
from desk.worklist import LIST, done, neighbour
from nlp.reasons import Reason, reasons
from storage import answers, items, notes, staff
from storage.items import Item
from storage.models.labels import FIELD, KIND

_EXPLAINED = (FIELD, KIND)


async def reached(visit: Visit) -> Item:
    """Return the contribution of the address; refused where there is none or it is another field's."""
    found = await visit.desk.store.read(items.item, visit.request.path_params["number"])
    if found is None:
        raise Refused(404, "missing")
    if not visit.who.works_on(found.field):
        raise Refused(403, "field")
    return found


async def show(visit: Visit) -> Response:
    """Show a contribution."""
    return await page(visit, await reached(visit))


async def original(visit: Visit) -> Response:
    """Show a contribution with its original words; the look is noted."""
    found = await reached(visit)
    words = await visit.desk.store.write(items.original_of, found.number, visit.actor, now=visit.now)
    return await page(visit, found, original=words)


async def page(visit: Visit, found: Item, *, status: int = 200, original: Any = None, **context: Any) -> Response:
    """Return the page of a contribution, with what it is told beside."""
    listed = visit.request.query_params.get("liste") or visit.typed("liste") or FIRST_VIEW
    around = await visit.desk.store.read(_around, visit, found, listed)
    said_why = await asyncio.to_thread(_why, found)
    return visit.page(
        "contribution.html",
        status=status,
        item=found,
        listed=listed,
        list_address=f"{LIST}?{listed}",
        original=original,
        why=said_why,
        filters={name: options(name) for name in COLUMNS if name != "von"},
        **{**await done(visit), **around, **context},
    )


def _around(connection: Connection, visit: Visit, found: Item, listed: str) -> Mapping[str, Any]:
    view = view_of(listed, visit.who)
    into = items.numbers_of(connection, [found.merged_into_id]) if found.merged_into_id else {}
    return {
        "places": items.places_of(connection, found.id),
        "files": items.files_of(connection, found.id),
        "changes": items.changes_of(connection, found.id),
        "remarks": notes.remarks_of(connection, found.id),
        "merged": items.merged_with(connection, found.id) if found.merged else [],
        "into": next(iter(into.values()), None),
        "next_number": neighbour(connection, view, found, back=False),
        "previous_number": neighbour(connection, view, found, back=True),
        "languages": answers.languages_of(connection, found.number),
        "templates": answers.templates(connection),
        "team": staff.accounts(connection),
    }


def _why(found: Item) -> Mapping[str, Sequence[Reason]]:
    """Return the words that count for the model's field and kind."""
    best = {type_: next(iter(found.by(type_, "model")), None) for type_ in _EXPLAINED}
    return {type_: reasons(found.text or "", type_, said.value) for type_, said in best.items() if said}


def address_of(number: str) -> str:
    """Return the address of a contribution."""
    return f"{ROOT}/beitrag/{number}"


DOORS = (
    Door("GET", "/beitrag/{number}", show, Right.READ),
    Door("POST", "/beitrag/{number}/original", original, Right.REVIEW),
)
