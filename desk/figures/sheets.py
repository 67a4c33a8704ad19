"""One page for the council of each Stadtbezirk, on the screen, on paper and as PDF."""

from __future__ import annotations

import asyncio
from functools import partial

from sqlalchemy import Connection
from starlette.responses import Response

from desk.doors import Door
from desk.figures.pages import newest
from desk.figures.report import SHEET_CHARTS, Report, build_report
from desk.rights import Right
from desk.visit import Refused, Visit
from nlp.district import districts
from storage.figures.snapshots import Taken
from storage.worklist import Wanted


async def sheet(visit: Visit) -> Response:
    """Show the sheet of a district, or hand it out as PDF."""
    district, _, form = visit.request.path_params["file"].rpartition(".")
    if district not in districts() or form not in ("html", "pdf"):
        raise Refused(404, "missing")
    taken = await newest(visit, Wanted(equal={"district": frozenset({district})}))
    report = await visit.desk.store.read(_report, taken, visit, district)
    if form == "html":
        return visit.page("sheet.html", report=report, taken=taken, district=district, districts=districts())
    body = await asyncio.to_thread(_pdf, report, visit)
    kept = {"Content-Disposition": f'inline; filename="talstimme-{taken.number}.pdf"'}
    return Response(body, media_type="application/pdf", headers=kept)


def _report(connection: Connection, taken: Taken, visit: Visit, district: str) -> Report:
    title = visit.words("report.sheet", district=district)
    build = partial(build_report, title=title, charts=SHEET_CHARTS, is_test=visit.desk.choices.is_test)
    return build(connection, taken, visit.words)


def _pdf(report: Report, visit: Visit) -> bytes:
    from desk.figures.papers import as_pdf  # charts and papers are slow to load

    return as_pdf(report, visit.words, template="sheet.typ")


DOORS = (Door("GET", "/zahlen/blatt/{file}", sheet, Right.READ),)
