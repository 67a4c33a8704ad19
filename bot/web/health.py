"""Is it well? `/health` for whoever restarts it, `/metrics` for whoever watches it.

Law of this file: numbers and names of loops alone; nothing about anybody.
"""

from __future__ import annotations

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from bot.web.hall import hall_of
from storage.models import Contribution, Inbox, Outbox
from storage.models.contribution import STATUSES

Sample = tuple[str, str, int]

HELP = {
    "talstimme_inbox_updates": "Updates that wait for their turn (open) or could not be read (parked).",
    "talstimme_outbox_requests": "Messages that wait to be sent (waiting) or can't be delivered (failed).",
    "talstimme_contributions": "Contributions by status.",
}


async def health(request: Request) -> Response:
    """Return 200 when the database answers and every loop lives, otherwise 503, with what is not well."""
    hall = hall_of(request)
    try:
        database = await hall.store.read(_answers)
    except (SQLAlchemyError, OSError):
        database = False
    loops = dict(hall.alive())
    well = database and all(loops.values())
    found = {"status": "ok" if well else "failing", "database": database, "loops": loops}
    return JSONResponse(found, 200 if well else 503)


async def metrics(request: Request) -> Response:
    """Return the counters in Prometheus' text format."""
    samples = await hall_of(request).store.read(counted)
    return PlainTextResponse(exposition(samples), media_type="text/plain; version=0.0.4")


def counted(connection: Connection) -> list[Sample]:
    """Return (metric, label, number) for what waits, what failed and what was sent."""
    inbox, outbox = "talstimme_inbox_updates", "talstimme_outbox_requests"
    waiting = _rows(Outbox).where(Outbox.sent_at.is_(None), Outbox.failed_at.is_(None))
    numbers = (
        (inbox, "open", _rows(Inbox).where(Inbox.done_at.is_(None), Inbox.parked_at.is_(None))),
        (inbox, "parked", _rows(Inbox).where(Inbox.parked_at.is_not(None))),
        (outbox, "waiting", waiting),
        (outbox, "failed", _rows(Outbox).where(Outbox.failed_at.is_not(None))),
    )
    queues = [(metric, label, connection.scalar(query) or 0) for metric, label, query in numbers]
    return [*queues, *_by_status(connection)]


def _answers(connection: Connection) -> bool:
    return connection.scalar(select(1)) == 1


def _by_status(connection: Connection) -> list[Sample]:
    by_status = select(Contribution.status, func.count()).group_by(Contribution.status)
    found = {row[0]: row[1] for row in connection.execute(by_status)}
    return [("talstimme_contributions", status, found.get(status, 0)) for status in STATUSES]


def _rows(table: type[Inbox] | type[Outbox]) -> Select[int]:
    return select(func.count()).select_from(table)


def exposition(samples: list[Sample]) -> str:
    """Return samples as lines, each metric after its description (https://prometheus.io/docs/instrumenting/exposition_formats/)."""
    lines: list[str] = []
    for metric, sentence in HELP.items():
        lines += [f"# HELP {metric} {sentence}", f"# TYPE {metric} gauge"]
        lines += [f'{name}{{state="{label}"}} {number}' for name, label, number in samples if name == metric]
    return "\n".join((*lines, ""))
