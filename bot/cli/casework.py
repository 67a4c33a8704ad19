"""`handover`, `transcribe`, `translate`: what staff do with a contribution beside deciding on it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from bot.cli.catching_up import analyse_pending
from bot.cli.exchange import actor
from bot.cli.frame import Complaint, said, told
from bot.cli.opening import opened
from storage import handovers, spoken, translations
from storage.city import german_moment
from storage.exports.cases import COLUMNS, cells_of, workbook_of, write_csv
from storage.handovers import Case


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (handover, transcribe, translate):
        app.command()(command)


def handover(
    output: Annotated[Path | None, typer.Option(help="A file for the service centre: .csv or .xlsx.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON array, for programs.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="What was handed over, too.")] = False,
    done: Annotated[list[str] | None, typer.Option(help="Note this number as handed over (repeatable).")] = None,
) -> None:
    """List defects and cases of need for the service centre, or note that they were handed over."""
    with opened() as (chosen, engine):
        if done:
            with engine.begin() as connection:
                unknown = handovers.note_handed_over(connection, done, actor(), now=datetime.now(UTC))
            if unknown:
                raise Complaint(f"{', '.join(unknown)}: there is no such contribution. Nothing was noted.")
            told.print(f"handed over: {', '.join(done)}")
            return
        analyse_pending(chosen, engine)
        with engine.connect() as connection:
            found = handovers.cases(connection, with_done=everything)
    _show(found, output, as_json=as_json)


def transcribe(
    number: Annotated[str | None, typer.Argument(help="The number of a contribution with a voice message.")] = None,
    text_file: Annotated[Path | None, typer.Option(help="What is said in it, as UTF-8 text.")] = None,
    save: Annotated[Path | None, typer.Option(help="Write the voice message to this file, to listen to it.")] = None,
    which: Annotated[int, typer.Option(help="Which of several voice messages, from 1.")] = 1,
) -> None:
    """List voice messages nobody has written down, take one out to listen to it, or write down what is said."""
    with opened() as (chosen, engine):
        if number is None:
            with engine.connect() as connection:
                said.print(_recordings(spoken.recordings(connection)))
            return
        with engine.begin() as connection:
            found = spoken.recordings(connection, number=number)
            if not 1 <= which <= len(found):
                raise Complaint(f"{number}: has {len(found)} voice messages; `talstimme transcribe` lists those to do.")
            recording = found[which - 1].id
            if save is not None:
                _save(save, spoken.content_of(connection, recording), number)
            if text_file is not None:
                spoken.write_down(connection, recording, _words(text_file), actor(), now=datetime.now(UTC))
        if text_file is not None:
            analyse_pending(chosen, engine)
            told.print(f"{number}: written down and tagged")


def translate(
    number: Annotated[str | None, typer.Argument(help="The number of a contribution in another language.")] = None,
    text_file: Annotated[Path | None, typer.Option(help="The German working translation, as UTF-8 text.")] = None,
    machine: Annotated[bool, typer.Option("--machine", help="A machine made it; without, a person did.")] = False,
) -> None:
    """List contributions without a working translation, or put one beside a contribution."""
    with opened() as (_, engine):
        if number is None or text_file is None:
            with engine.connect() as connection:
                for each in translations.untranslated(connection):
                    said.print(json.dumps(asdict(each), ensure_ascii=False), markup=False, soft_wrap=True)
            return
        words = _words(text_file)
        source = translations.MACHINE if machine else translations.PERSON
        with engine.begin() as connection:
            if not translations.translate(connection, number, words, actor(), source=source, now=datetime.now(UTC)):
                raise Complaint(f"{number}: there is no such contribution; nothing was kept.")
    told.print(f"{number}: translation kept")


def _words(file: Path) -> str:
    try:
        words = file.read_text("utf-8").strip()
    except UnicodeDecodeError:
        raise Complaint(f"{file}: is not UTF-8 text; save it as UTF-8.") from None
    if not words:
        raise Complaint(f"{file}: is empty; nothing was kept.")
    return words


def _save(file: Path, content: bytes | None, number: str) -> None:
    if content is None:
        raise Complaint(f"{number}: the voice message is not here yet; the running bot fetches it.")
    file.write_bytes(content)
    told.print(str(file), markup=False)


def _show(found: list[Case], output: Path | None, *, as_json: bool) -> None:
    if output is not None:
        _write(found, output)
        told.print(f"{output}: {len(found)} cases", markup=False)
    elif as_json:
        rows = [dict(zip(COLUMNS, cells_of(case, iso=True), strict=True)) for case in found]
        said.print(json.dumps(rows, ensure_ascii=False, indent=2), markup=False, soft_wrap=True)
    else:
        table = Table(*COLUMNS)
        for case in found:
            table.add_row(*(str(cell) for cell in cells_of(case)))
        said.print(table)


def _write(found: list[Case], output: Path) -> None:
    match output.suffix.lower():
        case ".csv":
            write_csv(found, output)
        case ".xlsx":
            output.write_bytes(workbook_of(found))
        case _:
            raise Complaint(f"{output}: end the name in .csv or .xlsx.")


def _recordings(found: list[spoken.Recording]) -> Table:
    table = Table("number", "since", "bytes")
    for each in found:
        table.add_row(each.number, german_moment(each.created_at), str(each.size or "not fetched yet"))
    return table
