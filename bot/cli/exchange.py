"""`export`, `import`, `review`: what staff take out, bring in and decide without the desk."""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.addresses import public_url
from bot.cli.catching_up import analyse_pending
from bot.cli.frame import Complaint, said, told
from bot.cli.opening import opened, reading
from storage.audits import Actor, note_deed
from storage.exports.cells import COLUMNS
from storage.figures import snapshots
from storage.listing import list_of
from storage.models.contribution import RECEIVED, REJECTED, RELEASED, STATUSES
from storage.reviews import Outcome, Reviewable, by_status, decide
from storage.worklist import Wanted

review_app = typer.Typer(
    no_args_is_help=True, help="Decide on contributions without the desk; each decision is audited."
)

ROLE = "operator"
# So many problems of an imported file are told one by one.
PROBLEMS_TOLD = 20
_SENTENCES = {
    Outcome.UNKNOWN: "there is no such contribution; `talstimme review list` shows the numbers.",
    Outcome.NOT_ANALYSED: "is not analysed yet, so nobody knows what personal data is in it; try again in a moment.",
    Outcome.NO_REASON: "a rejection needs a reason; add --reason.",
    Outcome.WITHDRAWN: "its author withdrew it, and nobody else may bring it back; leave it out.",
}
_DAY = ["%Y-%m-%d"]


class Format(StrEnum):
    """The formats of an export."""

    CSV = "csv"
    CSV_EXCEL = "csv-excel"
    XLSX = "xlsx"
    JSONL = "jsonl"
    GEOJSON = "geojson"


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("export")(export)
    app.command("import")(bring_in)
    review_app.command("list")(list_waiting)
    review_app.command("release")(release)
    review_app.command("reject")(reject)
    app.add_typer(review_app, name="review")


def export(
    output: Annotated[Path, typer.Option(help="The file to write.")],
    file_format: Annotated[
        Format, typer.Option("--format", help="csv for programs, csv-excel for Excel.")
    ] = Format.CSV,
    field: Annotated[list[str] | None, typer.Option(help="Only these action fields.")] = None,
    kind: Annotated[list[str] | None, typer.Option(help="Only these kinds.")] = None,
    status: Annotated[list[str] | None, typer.Option(help="Only these statuses.")] = None,
    since: Annotated[datetime | None, typer.Option(formats=_DAY, help="From this day on.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=_DAY, help="Up to this day.")] = None,
    columns: Annotated[str, typer.Option(help="Only these columns, by name, separated by commas.")] = "",
    original: Annotated[bool, typer.Option("--original", help="Original texts, personal data too; audited.")] = False,
) -> None:
    """Write contributions with their tags to a file."""
    from bot.desk import choices_of  # the libraries of web and workbook are slow to load
    from desk.figures.telling import layout_of
    from storage.exports import export as write_export

    _refuse_unknown(status or [])
    named = _columns(columns)
    equal = {"field": frozenset(field or ()), "kind": frozenset(kind or ()), "status": frozenset(status or ())}
    wanted = Wanted(equal=equal, since=since and since.date(), until=until and until.date())
    with opened() as (chosen, engine):
        analyse_pending(chosen, engine)
        if original:
            with engine.begin() as connection:
                note_deed(connection, actor(), "exported_original", output.name, now=datetime.now(UTC))
        with engine.begin() as connection:
            taken = snapshots.take(connection, wanted, now=datetime.now(UTC))
        layout = layout_of(taken, is_test=choices_of(chosen).is_test, desk_url=public_url(chosen), columns=named)
        with reading(chosen) as connection:
            rows = list_of(connection, snapshots.members(connection, taken.number), original=original)
            written = write_export(rows, output, file_format, original=original, layout=layout)
    told.print(f"{output}: {written} contributions, snapshot {taken.number}")


def _columns(typed: str) -> tuple[str, ...]:
    named = tuple(name.strip() for name in typed.split(",") if name.strip())
    for name in named:
        if name not in COLUMNS:
            raise Complaint(f"--columns {name}: is no column; use some of {', '.join(COLUMNS)}.")
    return named or COLUMNS


def _refuse_unknown(statuses: list[str]) -> None:
    for status in statuses:
        if status not in STATUSES:
            raise Complaint(f"--status {status}: is no status; use one of {', '.join(STATUSES)}.")


def actor() -> Actor:
    """Return who works on this machine, for the audit."""
    return Actor(getpass.getuser(), ROLE)


def bring_in(
    file: Annotated[Path, typer.Argument(help="CSV or XLSX with a column of texts.")],
    origin: Annotated[str | None, typer.Option(help="Where they come from (default: the file's name).")] = None,
    encoding: Annotated[str | None, typer.Option(help="The file's encoding, where it is not recognised.")] = None,
    delimiter: Annotated[str | None, typer.Option(help="What separates columns, where it is not recognised.")] = None,
    publishable: Annotated[bool, typer.Option("--publishable", help="They may be shown to citizens.")] = False,
    tag: Annotated[bool, typer.Option(help="Tag the texts now; otherwise the running bot does.")] = True,
) -> None:
    """Bring in contributions from elsewhere; reading a file again makes no doubles."""
    from storage.imports import Brought, add_rows, read_file  # the workbook's library is slow to load

    intake = read_file(file, encoding=encoding, delimiter=delimiter)
    for problem in intake.problems[:PROBLEMS_TOLD]:
        told.print(str(problem), markup=False)
    if len(intake.problems) > PROBLEMS_TOLD:
        told.print(f"… and {len(intake.problems) - PROBLEMS_TOLD} more of the kind")
    with opened() as (chosen, engine):
        with engine.begin() as connection:
            brought = Brought(origin or file.stem, is_publishable=publishable)
            added = add_rows(connection, intake.rows, origin=brought, now=datetime.now(UTC))
        told.print(f"{file}: {len(intake.rows)} read, {added} new")
        if tag:
            analyse_pending(chosen, engine)


def list_waiting(
    status: Annotated[str, typer.Option(help="Show those of this status.")] = RECEIVED,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, for programs.")] = False,
) -> None:
    """List contributions that wait for a decision."""
    _refuse_unknown([status])
    with opened() as (_, engine), engine.begin() as connection:
        rows = by_status(connection, status)
    if as_json:
        said.print(
            json.dumps([_plain(row) for row in rows], ensure_ascii=False, indent=2), markup=False, soft_wrap=True
        )
    else:
        said.print(_table(rows))


def _plain(row: Reviewable) -> dict[str, object]:
    return asdict(row) | {"created_at": row.created_at.isoformat()}


def _table(rows: list[Reviewable]) -> Table:
    table = Table("number", "field", "kind", "district", "text")
    for row in rows:
        table.add_row(row.number, row.field or "", row.kind or "", row.district or "", row.text or "(not analysed yet)")
    return table


def release(numbers: Annotated[list[str], typer.Argument(help="Public numbers.")]) -> None:
    """Release contributions: their redacted texts may be shown to others."""
    _decide(numbers, RELEASED, None)


def reject(
    numbers: Annotated[list[str], typer.Argument(help="Public numbers.")],
    reason: Annotated[str, typer.Option(help="Why, in words for the author.")] = "",
) -> None:
    """Reject contributions, with a reason."""
    _decide(numbers, REJECTED, reason or None)


def _decide(numbers: list[str], status: str, reason: str | None) -> None:
    """Decide on all of them or, where one cannot be, on none."""
    with opened() as (chosen, engine):
        analyse_pending(chosen, engine)
        with engine.begin() as connection:
            for number in numbers:
                outcome = decide(connection, number, status, reason, actor(), now=datetime.now(UTC))
                if outcome in _SENTENCES:
                    raise Complaint(f"{number}: {_SENTENCES[outcome]} Nothing was changed.")
    told.print(f"{status}: {', '.join(numbers)}")
