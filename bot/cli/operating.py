"""`check`, `migrate`, `backup`, `restore`, `erase`, `doctor`: keeping an instance in order."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.frame import Complaint, said, settings, told
from bot.cli.opening import opened
from bot.cli.running import alone, bring_up_to_date
from bot.edition import load_edition
from bot.housekeeping import save_and_expire
from storage import erasures
from storage.backup import keep_ledger
from storage.backup import restore as bring_back
from storage.contributions import author_of
from storage.personal import unmarked_columns


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    for command in (check, migrate, backup, restore, erase, doctor):
        app.command()(command)


def check(
    draw: Annotated[bool, typer.Option("--diagram", help="Print each dialogue as a Mermaid flowchart.")] = False,
) -> None:
    """Check configuration, content and the marks of personal data; all mistakes at once, with file and step."""
    book = load_edition(settings())
    if unmarked := unmarked_columns():
        raise Complaint(
            f"{', '.join(unmarked)}: say in the column's info what it may hold, personal(purpose, basis, deletion) "
            "or impersonal(content); the deletion concept is made from these marks."
        )
    if draw:
        from bot.dialogue.diagram import diagram

        said.print("\n".join(diagram(book, key) for key in book.dialogues), markup=False, soft_wrap=True)


def migrate() -> None:
    """Bring the database to the newest form, after a backup."""
    chosen = settings()
    with alone(chosen):
        bring_up_to_date(chosen)
    told.print("The database is up to date.")


def backup(
    folder: Annotated[Path | None, typer.Option(help="Where to (default: storage.backup_folder).")] = None,
) -> None:
    """Save the database, also while the bot runs."""
    chosen = settings()
    if folder:
        chosen = chosen.model_copy(update={"storage": chosen.storage.model_copy(update={"backup_folder": str(folder)})})
    saved = save_and_expire(chosen, datetime.now(UTC))
    said.print(str(saved), markup=False, soft_wrap=True)


def restore(file: Annotated[Path, typer.Argument(help="A backup.")]) -> None:
    """Put a backup in the place of the database; what was erased since is erased again."""
    chosen = settings()
    with alone(chosen):
        restored = bring_back(chosen.storage.url, file)
    told.print(f"{file}: restored, {restored.erased_again} erasures repeated")


def erase(
    number: Annotated[str, typer.Argument(help="The public number of a contribution.")],
    person: Annotated[bool, typer.Option("--person", help="Erase its author: link, drafts, queues.")] = False,
    contributions: Annotated[bool, typer.Option("--with-contributions", help="… and all their contributions.")] = False,
) -> None:
    """Erase a contribution, or the person behind it, for good."""
    now = datetime.now(UTC)
    with opened() as (chosen, engine):
        with engine.begin() as connection:
            if person:
                author = author_of(connection, number)
                done = author and erasures.erase_citizen(connection, author, with_contributions=contributions, now=now)
            else:
                done = erasures.erase_contribution(connection, number, now=now)
        if not done:
            raise Complaint(
                f"{number}: there is no such contribution, or nobody behind it any more; nothing was erased."
            )
        erasures.purge(chosen.storage.url)
        keep_ledger(chosen.storage.url, Path(chosen.storage.backup_folder))
    told.print(f"{number}: erased. Backups made before now still hold it until they expire; restore erases it again.")


def doctor() -> None:
    """Check configuration, network, clock, disk and backups, and print one page without secrets."""
    from bot.cli import diagnosis  # looks at the network, whose library is slow to load

    findings = diagnosis.examine(settings())
    said.print(diagnosis.page(findings))
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)
