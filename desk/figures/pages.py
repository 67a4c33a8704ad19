"""The page of figures: charts with their tables, all of one snapshot, and each of them as a file.

Law of this file: nothing is shown that has no number, no moment and no rules.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection
from starlette.responses import Response

from desk.doors import Door
from desk.figures.asking import LISTS, wanted_of
from desk.figures.gallery import Wish
from desk.figures.residents import Share, sources
from desk.figures.tables import NAMES, Table, table, tables, value_word
from desk.figures.telling import caption, counted, filter_line
from desk.filters import options
from desk.rights import Right
from desk.visit import ROOT, Refused, Visit
from storage.figures import snapshots
from storage.figures.snapshots import Taken
from storage.worklist import Wanted

FIGURES = f"{ROOT}/zahlen"
_TYPES = {"svg": "image/svg+xml", "png": "image/png", "csv": "text/csv; charset=utf-8"}


async def show(visit: Visit) -> Response:
    """Show the figures under the address's filter, counted within the last minutes, or those of a snapshot."""
    number = visit.request.query_params.get("schnappschuss", "")
    taken = (
        await _named(visit, number) if number else await newest(visit, wanted_of(visit.request.query_params, visit.who))
    )
    erased = await visit.desk.store.read(snapshots.erased_since, taken.number)
    residents = residents_of(visit)
    return visit.page(
        "figures.html",
        taken=taken,
        tables=tables(taken, visit.words, residents),
        lines=caption(taken, visit.words, erased),
        counted=counted(taken, visit.words),
        sources=sources(residents),
        columns=LISTS,
        options=options,
        value_word=value_word,
        filter_line=filter_line,
        asked=visit.request.query_params,
        others=await visit.desk.store.read(snapshots.latest),
        is_old=bool(number),
    )


async def count_anew(visit: Visit) -> Response:
    """Take a snapshot now and show it."""
    taken = await visit.desk.store.write(snapshots.take, wanted_of(visit.typed("filter"), visit.who), now=visit.now)
    return visit.go(f"{FIGURES}?schnappschuss={taken.number}")


async def newest(visit: Visit, wanted: Wanted, *, within: timedelta = snapshots.FRESH) -> Taken:
    """Return a snapshot of a filter, at most some minutes old."""
    found = await visit.desk.store.read(snapshots.fresh, wanted, now=visit.now, within=within)
    if found is None:
        found = await visit.desk.store.write(_once, wanted, visit, within)
    return found


def _once(connection: Connection, wanted: Wanted, visit: Visit, within: timedelta) -> Taken:
    """Take a snapshot unless another request did so in the meantime."""
    found = snapshots.fresh(connection, wanted, now=visit.now, within=within)
    return found or snapshots.take(connection, wanted, now=visit.now)


async def file(visit: Visit) -> Response:
    """Return one table of a snapshot as a picture or as CSV."""
    name, _, form = visit.request.path_params["file"].partition(".")
    if name not in NAMES or form not in _TYPES:
        raise Refused(404, "missing")
    taken = await _named(visit, str(visit.request.path_params["id"]))
    erased = await visit.desk.store.read(snapshots.erased_since, taken.number)
    made, lines = table(name, taken, visit.words, residents_of(visit)), caption(taken, visit.words, erased)
    is_dark = visit.request.query_params.get("licht") == "dunkel"
    wish = Wish(taken.number, name, visit.language, form, is_dark, erased)
    body = as_csv(made, lines) if form == "csv" else await visit.desk.gallery.picture(wish, made, lines)
    kept = {"Content-Disposition": f'inline; filename="talstimme-{taken.number}-{name}.{form}"'}
    return Response(body, media_type=_TYPES[form], headers=kept)


async def _named(visit: Visit, number: str) -> Taken:
    taken = None
    if number.isascii() and number.isdecimal() and len(number) < 10:
        taken = await visit.desk.store.read(snapshots.snapshot, int(number))
    if taken is None:
        raise Refused(404, "missing")
    return taken


def as_csv(made: Table, lines: Sequence[str]) -> bytes:
    """Return a table for a German Excel, with what was counted below it."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";")
    writer.writerow(made.headings)
    writer.writerows([_plain(cell) for cell in row] for row in made.rows)
    writer.writerow([])
    writer.writerows([line] for line in (made.title, made.note, *lines) if line)
    return b"\xef\xbb\xbf" + stream.getvalue().encode()


def _plain(cell: object) -> str:
    match cell:
        case None:
            return "·"
        case float():
            return str(cell).replace(".", ",")
        case _:
            return str(cell)


def residents_of(visit: Visit) -> Sequence[Share]:
    """Return the city's statistics."""
    return visit.desk.choices.residents


DOORS = (
    Door("GET", "/zahlen", show, Right.READ),
    Door("POST", "/zahlen", count_anew, Right.READ),
    Door("GET", "/zahlen/{id:int}/{file}", file, Right.READ),
)
