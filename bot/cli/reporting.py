"""`report`: what was counted, as a paper for politicians."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from bot.cli.frame import Complaint, told
from bot.cli.opening import opened, reading
from storage.figures.snapshots import Taken, take
from storage.figures.snapshots import snapshot as find
from storage.worklist import Wanted

_KINDS = (".docx", ".pdf", ".html")
_DAY = ["%Y-%m-%d"]


def register(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command("report")(report)


def report(
    output: Annotated[Path, typer.Option(help="The file to write: .docx, .pdf or .html.")],
    since: Annotated[datetime | None, typer.Option(formats=_DAY, help="From this day on.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=_DAY, help="Up to this day.")] = None,
    snapshot: Annotated[int | None, typer.Option(help="The figures of an earlier snapshot.")] = None,
) -> None:
    """Write a report in German: summary, charts, fields, themes with quotes, counting rules."""
    if output.suffix.lower() not in _KINDS:
        raise Complaint(f"{output}: end the name with {', '.join(_KINDS[:-1])} or {_KINDS[-1]}.")
    from bot.desk import choices_of
    from bot.reporting import report_of, write_report  # charts and papers are slow to load

    wanted = Wanted(since=since and since.date(), until=until and until.date())
    with opened() as (chosen, engine):
        with engine.begin() as connection:
            taken = known(connection, snapshot) if snapshot else take(connection, wanted, now=datetime.now(UTC))
        with reading(chosen) as connection:
            made = report_of(connection, taken, choices_of(chosen))
    write_report(made, output)
    told.print(f"{output}: snapshot {taken.number}")


def known(connection: Connection, number: int) -> Taken:
    """Return a snapshot by its number."""
    taken = find(connection, number)
    if taken is None:
        raise Complaint(f"--snapshot {number}: there is no such snapshot; the desk lists them under Zahlen.")
    return taken
