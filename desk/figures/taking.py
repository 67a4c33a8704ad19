"""Taking contributions out: the filters of the list, columns by name, one click, a file with the snapshot's number.

Law of this file: redacted texts alone leave here; who took what out is in the audit; the file is made beside the loop,
row by row.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from sqlalchemy import Connection
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from desk.doors import Door
from desk.figures.telling import filter_line, layout_of
from desk.filters import view_of, whole
from desk.rights import Right
from desk.visit import ROOT, Refused, Visit
from desk.words import GERMAN
from storage.audits import note_deed
from storage.exports import FORMATS, export
from storage.exports.cells import COLUMNS, Layout
from storage.figures import snapshots
from storage.figures.asked import plain
from storage.figures.snapshots import Taken
from storage.labels import german_labels
from storage.listing import list_of
from storage.worklist import Wanted

EXPORT = f"{ROOT}/ausfuhr"
_ENDINGS = {"csv-excel": "csv"}


async def form(visit: Visit) -> Response:
    """Show what can be taken out under the address's filter."""
    query = visit.request.url.query
    titles = german_labels().columns if visit.language == GERMAN else {}
    columns = {name: titles.get(name, name.replace("_", " ")) for name in COLUMNS}
    return visit.page("export.html", query=query, formats=_in_order(), columns=columns, lines=_lines(visit))


def _lines(visit: Visit) -> str:
    return filter_line(plain(_wanted(visit, visit.request.url.query)), visit.words)


def _in_order() -> tuple[str, ...]:
    """Name the formats, the one that most people want first."""
    return ("xlsx", *(each for each in FORMATS if each != "xlsx"))


def _wanted(visit: Visit, query: str) -> Wanted:
    return whole(view_of(query, visit.who)).wanted


async def hand_out(visit: Visit) -> Response:
    """Return the file."""
    chosen = visit.typed("format")
    if chosen not in FORMATS:
        raise Refused(400, "incomplete")
    columns = tuple(name for name in COLUMNS if name in visit.picked("columns")) or COLUMNS
    taken = await visit.desk.store.write(_take, visit, _wanted(visit, visit.typed("filter")), chosen)
    choices = visit.desk.choices
    layout = layout_of(taken, is_test=choices.is_test, desk_url=choices.public_url, columns=columns)
    file = Path(tempfile.mkdtemp()) / f"talstimme-{taken.number}.{_ENDINGS.get(chosen, chosen)}"
    await visit.desk.store.read(_write, taken, file, chosen, layout)
    return FileResponse(file, filename=file.name, background=BackgroundTask(_forget, file))


def _take(connection: Connection, visit: Visit, wanted: Wanted, chosen: str) -> Taken:
    taken = snapshots.take(connection, wanted, now=visit.now)
    detail = {"format": chosen, "contributions": taken.figures.counts["received"]}
    note_deed(connection, visit.actor, "exported", f"snapshot:{taken.number}", now=visit.now, detail=detail)
    return taken


def _write(connection: Connection, taken: Taken, file: Path, chosen: str, layout: Layout) -> int:
    return export(list_of(connection, snapshots.members(connection, taken.number)), file, chosen, layout=layout)


def _forget(file: Path) -> None:
    file.unlink(missing_ok=True)
    file.parent.rmdir()


DOORS = (
    Door("GET", "/ausfuhr", form, Right.READ),
    Door("POST", "/ausfuhr", hand_out, Right.READ),
)
