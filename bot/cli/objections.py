"""`objections`: what citizens objected to, for staff to check and to answer (Art. 21 DSGVO)."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.exchange import actor
from bot.cli.frame import Complaint, said, told
from bot.cli.opening import opened
from storage import objections
from storage.backup import keep_ledger
from storage.city import german_day
from storage.erasures import purge
from storage.objections import Case

objections_app = typer.Typer(no_args_is_help=True, help="Objections of citizens; each decision is audited.")


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    objections_app.command("list")(list_cases)
    objections_app.command("close")(close)
    app.add_typer(objections_app, name="objections")


def list_cases(
    everything: Annotated[bool, typer.Option("--all", help="Closed ones, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, for programs.")] = False,
) -> None:
    """List objections that wait for an answer, which is due a month after they were raised."""
    with opened() as (_, engine), engine.begin() as connection:
        found = objections.cases(connection, with_closed=everything)
    if as_json:
        rows = [_plain(case) for case in found]
        said.print(json.dumps(rows, ensure_ascii=False, indent=2), markup=False, soft_wrap=True)
    else:
        said.print(_table(found))


def close(
    number: Annotated[str, typer.Argument(help="The number of the objection.")],
    answer: Annotated[str, typer.Option(help="What the citizen reads under /meinedaten.")],
    granted: Annotated[bool, typer.Option("--granted/--refused", help="Granted: their contributions are erased.")],
) -> None:
    """Answer an objection."""
    with opened() as (chosen, engine):
        with engine.begin() as connection:
            erased = objections.close(
                connection, number, granted=granted, answer=answer, actor=actor(), now=datetime.now(UTC)
            )
        if erased is None:
            raise Complaint(f"{number}: there is no open objection; `talstimme objections list` shows the numbers.")
        if erased:
            purge(chosen.storage.url)
            keep_ledger(chosen.storage.url, Path(chosen.storage.backup_folder))
    told.print(f"{number}: closed" + (f", erased: {', '.join(erased)}" if erased else ""))


def _plain(case: Case) -> dict[str, object]:
    closed_at = case.closed_at and case.closed_at.isoformat()
    return asdict(case) | {"raised_at": case.raised_at.isoformat(), "closed_at": closed_at}


def _table(found: list[Case]) -> Table:
    table = Table("number", "since", "reason", "contributions", "outcome")
    for case in found:
        day = german_day(case.raised_at)
        table.add_row(case.number, day, case.reason, ", ".join(case.contributions), case.outcome or "open")
    return table
