"""Backup and restore of the whole database, without any tool beside this program.

Law of this file: a backup is whole, checked and private (mode 0600) or not there; what was erased after it stays erased
when it comes back. Stop the bot before a restore.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.exc import DatabaseError

from storage.copies import logical, sqlite
from storage.copies.unusable import UnusableBackup
from storage.database import file_of, open_engine
from storage.erasures import Erased, ledger, purge, read_ledger, replay, write_ledger
from storage.migrations import refuse_newer, upgrade

__all__ = ["Restored", "UnusableBackup", "backup", "backups", "expire", "keep_ledger", "made_at", "restore"]

LEDGER = "erasures.jsonl"
_NAME = "talstimme-{:%Y%m%dT%H%M%S%fZ}"
_SQLITE = ".sqlite3"
_LOGICAL = ".zip"


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: the revision of the database now, and how many erasures were repeated."""

    revision: str
    erased_again: int


def backup(url: str, folder: Path, *, now: datetime) -> Path:
    """Copy the database into a new file of the folder and return it; the bot may go on meanwhile."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    source = file_of(url)
    name = _NAME.format(now.astimezone(UTC)) + (_LOGICAL if source is None else _SQLITE)
    unfinished = folder / f".{name}.part"
    unfinished.touch(mode=0o600)
    try:
        if source is None:
            logical.dump(url, unfinished)
        else:
            sqlite.copy(source, unfinished)
            sqlite.without_log(unfinished)
        _make_durable(unfinished)
        unfinished.replace(folder / name)
    finally:
        unfinished.unlink(missing_ok=True)
    keep_ledger(url, folder)
    return folder / name


def restore(url: str, file: Path) -> Restored:
    """Put a backup in the place of the database, bring it to the newest form and repeat the erasures made since.

    Raises UnusableBackup or NewerDatabase before anything is changed.
    """
    target = file_of(url)
    kind = logical if target is None else sqlite
    refuse_newer(kind.revision_in(file))
    erased = {*_erased(url), *read_ledger(file.parent / LEDGER)}
    if target is None:
        logical.load(url, file)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        sqlite.set_aside_if_damaged(target)
        sqlite.copy(file, target)
    newest = upgrade(url)
    again = _replay(url, erased)
    purge(url)
    return Restored(newest, again)


def keep_ledger(url: str, folder: Path) -> None:
    """Write the ledger of erasures beside the backups; call it after each erasure, so that it outlives the database."""
    known = {*read_ledger(folder / LEDGER), *_erased(url)}
    if known:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_ledger(sorted(known, key=lambda line: line.erased_at), folder / LEDGER)


def backups(folder: Path) -> list[Path]:
    """Return the backups in a folder, oldest first."""
    return sorted(file for file in folder.glob("talstimme-*") if file.suffix in (_SQLITE, _LOGICAL))


def made_at(file: Path) -> datetime:
    """Return when a backup was made."""
    return datetime.strptime(file.stem, "talstimme-%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)


def expire(folder: Path, *, now: datetime, keep_for: timedelta, keep_at_least: int = 1) -> list[Path]:
    """Delete backups that are over their time, the newest ones always kept, and return the deleted."""
    old = [file for file in backups(folder)[: -keep_at_least or None] if made_at(file) < now - keep_for]
    for file in old:
        file.unlink()
    return old


def _erased(url: str) -> list[Erased]:
    """Return the ledger of the database; of one that is new or damaged there is none."""
    file = file_of(url)
    if file is not None and not file.exists():
        return []
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return ledger(connection)
    except DatabaseError:
        return []
    finally:
        engine.dispose()


def _replay(url: str, erased: set[Erased]) -> int:
    engine = open_engine(url)
    with engine.begin() as connection:
        again = replay(connection, sorted(erased, key=lambda line: line.erased_at))
    engine.dispose()
    return again


def _make_durable(file: Path) -> None:
    """Wait until the file is on the disk."""
    with file.open("rb") as stream:
        os.fsync(stream.fileno())
