"""The list: contributions by filters, least certain or newest first, for mouse and keyboard.

Law of this file: a page is fifty rows found by key; the number beside the heading counts no further than a thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, select
from starlette.responses import Response

from desk.doors import Door
from desk.filters import COLUMNS, FIRST_VIEW, View, options, view_of, whole, written
from desk.rights import Right
from desk.visit import ROOT, Refused, Visit, at
from desk.words import Words
from storage import answers, items, staff, worklist
from storage.city import day_of
from storage.items import Item
from storage.models import Contribution
from storage.numbers import read_number
from storage.worklist import Key

LIST = f"{ROOT}/beitraege"
ROWS = 50
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """Fifty rows, the keys of the pages beside, and on the first page how many there are in all."""

    rows: Sequence[Item]
    after: Key | None = None
    before: Key | None = None
    total: int | None = None


async def show(visit: Visit) -> Response:
    """Show the list that the address asks for; a number that is searched for leads to its contribution."""
    if not visit.request.url.query:
        return visit.go(f"{LIST}?{FIRST_VIEW}")
    view = view_of(visit.request.query_params, visit.who)
    number = read_number(view.wanted.words) if view.wanted.words else None
    if number:
        return visit.go(f"{ROOT}/beitrag/{number}")
    page = await _similar(visit, view) if view.similar_to else await visit.desk.store.read(page_of, view)
    team = await visit.desk.store.read(staff.accounts)
    templates = await visit.desk.store.read(answers.templates)
    return visit.page(
        "list.html",
        page=page,
        view=view,
        filters={name: options(name) for name in COLUMNS if name != "von"},
        team=team,
        names={each.id: each.name for each in team},
        templates=templates,
        most=MOST_COUNTED,
        value_of=value_of,
        today=today(visit).isoformat(),
        alarm_day=(today(visit) - timedelta(days=visit.desk.choices.alarm_days)).isoformat(),
        next_page=at(visit.request, nach=written(page.after), vor=None, getan=None) if page.after else None,
        previous_page=at(visit.request, vor=written(page.before), nach=None, getan=None) if page.before else None,
        **await done(visit),
    )


def today(visit: Visit) -> date:
    """Return the day by the city's calendar."""
    return day_of(visit.now)


def value_of(words: Words, name: str, value: str) -> str:
    """Return the word for a value of a filter."""
    column = {"thema": "topics"}.get(name) or COLUMNS.get(name, "")
    return words.value(column, None if value == "none" else value)


async def row(visit: Visit) -> Response:
    """Show one row of the list, as it is now."""
    found = await visit.desk.store.read(items.item, visit.request.path_params["number"])
    if found is None or not visit.who.works_on(found.field):
        raise Refused(404, "missing")
    names = {each.id: each.name for each in await visit.desk.store.read(staff.accounts)}
    return visit.page("item.html", item=found, names=names, stale=False, listed="")


async def done(visit: Visit) -> dict[str, Any]:
    """Return what a page says about the deed that led to it, from the address."""
    batch = visit.request.query_params.get("getan", "")[:64]
    return {"batch": batch, "deed": await visit.desk.store.read(items.deed_of, batch) if batch else None}


def page_of(connection: Connection, view: View) -> Page:
    """Return the page that a view asks for."""
    backwards = view.before is not None
    after = view.before if backwards else view.after
    # The first page looks further ahead, and so knows how many there are without asking again.
    limit = ROWS + 1 if after else MOST_COUNTED
    found = worklist.find(connection, view.wanted, order=view.order, after=after, limit=limit, back=backwards)
    has_more, keys = len(found) > ROWS, found[:ROWS]
    keys = keys[::-1] if backwards else keys
    rows = items.items(connection, [key.id for key in keys])
    leads_on, leads_back = (True, has_more) if backwards else (has_more, after is not None)
    total = None if after else len(found)
    return Page(rows, keys[-1] if keys and leads_on else None, keys[0] if keys and leads_back else None, total)


async def _similar(visit: Visit, view: View) -> Page:
    found = await visit.desk.likeness.like(visit.desk.store, view.similar_to, limit=4 * ROWS)
    rows = await visit.desk.store.read(_wanted_of, view, [row_id for row_id, _ in found])
    return Page(rows[:ROWS], total=len(rows))


def _wanted_of(connection: Connection, view: View, ids: Sequence[int]) -> list[Item]:
    wanted = select(Contribution.id).where(Contribution.id.in_(ids), *worklist.conditions(connection, view.wanted))
    left = set(connection.scalars(wanted))
    return items.items(connection, [row_id for row_id in ids if row_id in left])


def neighbour(connection: Connection, view: View, here: Item, *, back: bool) -> str | None:
    """Return the number of the contribution before or after this one in a view."""
    key = Key(here.id, here.certainty)
    beside = worklist.find(connection, whole(view).wanted, order=view.order, after=key, limit=1, back=back)
    return items.numbers_of(connection, [each.id for each in beside]).get(beside[0].id) if beside else None


DOORS = (
    Door("GET", "/beitraege", show, Right.READ),
    Door("GET", "/beitrag/{number}/zeile", row, Right.READ),
)
