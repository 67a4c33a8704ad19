"""`announce`: messages of the city to many, planned, tried, sent, stopped and reported.

Law of this file: nobody gets anything before the number of recipients was told; the running bot sends.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Table
from sqlalchemy import Connection, Engine

from bot.cli.exchange import actor
from bot.cli.frame import Complaint, said, settings, told
from bot.cli.opening import opened
from bot.cli.planning import audience_of, due_at, plan_of
from bot.config import Settings
from bot.dialogue.model import Book
from bot.dialogue.subscriptions import Notification, notification, spoken_in
from bot.edition import load_edition
from bot.keys import load_keys
from bot.sample import SampleTo, put_samples
from bot.wording import Words, read_words
from storage import announcements, audiences, deliveries
from storage.announcements import Announced, Plan
from storage.audiences import Count
from storage.audits import note_deed
from storage.city import CITY_TIME
from storage.models.announcing import CATEGORIES, DONE, PROCESS, STOPPED

app = typer.Typer(invoke_without_command=True, help="Messages of the city to many: plan, try, send, stop, report.")

# How often `watch` looks (seconds).
LOOK_EVERY = 0.5

TextFile = Annotated[Path | None, typer.Option(help="German text, or tables of several languages (.toml).")]
Title = Annotated[str, typer.Option(help="Stands in bold above the German text.")]
Audience = Annotated[
    list[str] | None,
    typer.Option(help="all, field:KEY, district:NAME, language:CODE, workshop:ID, theme:ID; several are joined."),
]
Number = Annotated[int, typer.Argument(help="The number that `talstimme announce list` shows.")]


def register(parent: typer.Typer) -> None:
    """Add the commands of this file."""
    app.callback()(announce)
    for name, command in (("list", list_all), ("preview", preview), ("stop", stop), ("resume", resume)):
        app.command(name)(command)
    app.command("report")(report)
    app.command("watch")(watch)
    parent.add_typer(app, name="announce")


def announce(
    context: typer.Context,
    title: Title = "",
    text_file: TextFile = None,
    audience: Audience = None,
    category: Annotated[str, typer.Option(help=f"One of {', '.join(CATEGORIES)}.")] = PROCESS,
    at: Annotated[str | None, typer.Option(help="When, by the clock of the city: 2026-05-11T17:00.")] = None,
    repeat: Annotated[str | None, typer.Option(help="daily or weekly: again at the same hour.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell who would get it, and do nothing.")] = False,
    test_to: Annotated[str | None, typer.Option(help="Only to one chat: the id that /meinedaten shows.")] = None,
) -> None:
    """Plan an announcement; the running bot sends it. Without options of its own, use a command below."""
    if context.invoked_subcommand is not None:
        return
    if text_file is None or not title:
        raise Complaint("announce: needs --title and --text-file; see `talstimme announce --help`.")
    book = load_edition(settings())
    words = read_words(text_file, title, book)
    with opened() as (chosen, engine), engine.begin() as connection:
        plan = plan_of(title, words, audience_of(connection, book, audience), category, due_at(at), repeat)
        if test_to is not None:
            _try(connection, chosen, book, words, category, test_to)
        else:
            _plan(connection, plan, is_real=not dry_run)


def _plan(connection: Connection, plan: Plan, *, is_real: bool) -> None:
    now = datetime.now(UTC)
    count = audiences.count(connection, plan.audience, plan.category)
    said.print(_counted(plan.texts, count))
    if not is_real:
        told.print("Dry run: nothing was planned.")
        return
    number = announcements.add(connection, plan, by=actor().name, now=now)
    detail = {"audience": list(plan.audience), "recipients": count.recipients}
    note_deed(connection, actor(), "announced", f"announcement:{number}", now=now, detail=detail)
    told.print(f"Announcement {number}: planned for {_local(plan.due_at)}.")
    told.print(f"`talstimme announce watch {number}` shows how far it is.")


def preview(title: Title, text_file: Annotated[Path, typer.Option(help="As for `announce`.")]) -> None:
    """Show the announcement in every language, as people will read it."""
    book = load_edition(settings())
    words = read_words(text_file, title, book)
    for language in book.offered():
        reply = notification(book, language.code, Notification(words, PROCESS))
        said.rule(f"{language.name} ({language.code})")
        said.print(reply.text, markup=False, soft_wrap=True)
        said.print(f"[ {reply.rows[0][0].label} ]\n", markup=False)


def list_all() -> None:
    """List the latest announcements."""
    table = Table("number", "title", "audience", "category", "planned for", "status", "delivered")
    with opened() as (_, engine), engine.begin() as connection:
        found = announcements.listed(connection)
        tallies = deliveries.tallies(connection, [each.id for each in found])
        for each in found:
            result = tallies[each.id]
            status = f"{each.status}, {each.repeats}" if each.repeats else each.status
            row = (str(each.id), each.title, ", ".join(each.audience), each.category, _local(each.due_at), status)
            table.add_row(*row, f"{result.delivered} of {result.total}")
    said.print(table)


def stop(number: Number) -> None:
    """Let nothing more of an announcement leave; what is on its way at this moment still arrives."""
    _turn(number, "stopped")


def resume(number: Number) -> None:
    """Go on with a stopped announcement; nobody gets it twice."""
    _turn(number, "resumed")


def report(number: Number) -> None:
    """Show what became of an announcement."""
    with opened() as (_, engine), engine.begin() as connection:
        each = _found(connection, number)
        result = deliveries.tally(connection, number)
    table = Table("what", "value", title=each.title)
    rows = {"status": each.status, "audience": ", ".join(each.audience), "planned for": _local(each.due_at)}
    moments = {"begun": each.started_at, "ended": each.ended_at}
    rows |= {name: _local(moment) for name, moment in moments.items() if moment}
    counts = ("delivered", "waiting", "blocked", "failed", "opted_out")
    rows |= {name.replace("_", " "): str(getattr(result, name)) for name in counts}
    for name, value in rows.items():
        table.add_row(name, value)
    said.print(table)


def watch(number: Number) -> None:
    """Show how far an announcement is until it has ended."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with opened() as (_, engine), Progress(*columns, console=told) as progress:
        with engine.begin() as connection:
            bar = progress.add_task(_found(connection, number).title)
        while not _watched(engine, number, progress, bar):
            time.sleep(LOOK_EVERY)
    report(number)


def _watched(engine: Engine, number: int, progress: Progress, bar: TaskID) -> bool:
    with engine.begin() as connection:
        each, result = _found(connection, number), deliveries.tally(connection, number)
    progress.update(bar, total=result.total or None, completed=result.total - result.waiting)
    return each.status in (DONE, STOPPED)


def _turn(number: int, action: str) -> None:
    now = datetime.now(UTC)
    with opened() as (_, engine), engine.begin() as connection:
        before = _found(connection, number).status
        if action == "stopped":
            done = announcements.stop(connection, number)
        else:
            done = announcements.resume(connection, number, now=now)
        if not done:
            raise Complaint(f"Announcement {number} is {before}; it can't be {action}. Nothing was changed.")
        note_deed(connection, actor(), action, f"announcement:{number}", now=now)
    told.print(f"Announcement {number}: {action}")


def _found(connection: Connection, number: int) -> Announced:
    found = announcements.announcement(connection, number)
    if found is None:
        raise Complaint(f"{number}: there is no such announcement; `talstimme announce list` shows the numbers.")
    return found


def _try(connection: Connection, chosen: Settings, book: Book, words: Words, category: str, chat: str) -> None:
    keys = load_keys(Path(chosen.storage.secrets_file))
    sample = SampleTo(chat, Notification(words, category))
    sent = put_samples(connection, book, keys, sample, now=datetime.now(UTC))
    if not sent:
        raise Complaint(
            f"--test-to {chat}: nobody talks to the bot there; write /meinedaten to it, and copy the chat id."
        )
    told.print(f"Sent to one chat alone, in {', '.join(sent)}.")


def _counted(words: Iterable[str], count: Count) -> Table:
    table = Table("language", "recipients", "text")
    for code, number in count.by_language.items():
        spoken = spoken_in(code, words)
        table.add_row(code, str(number), "own" if spoken == code else f"{spoken}, with a note")
    table.add_row("all", str(count.recipients), f"opted out: {count.opted_out}, blocked: {count.blocked}")
    return table


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(CITY_TIME):%Y-%m-%d %H:%M}"
