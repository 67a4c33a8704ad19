"""SQLite files copied by SQLite's own online backup, and checked before anybody relies on them.

Source: https://www.sqlite.org/backup.html
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from storage.copies.unusable import UnusableBackup

_BEGINS = b"SQLite format 3\0"
_SOUND = [("ok",)]
_LOGS = ("-wal", "-shm")


def copy(source: Path, target: Path) -> None:
    """Write the content of one file into another as of one moment, while others may write; raises UnusableBackup."""
    try:
        target.touch(mode=0o600)
        with closing(sqlite3.connect(source)) as reading, closing(sqlite3.connect(target)) as writing:
            reading.backup(writing)  # all pages in one step, so that writers can't make it begin again
            sound = writing.execute("PRAGMA quick_check").fetchall() == _SOUND
    except sqlite3.OperationalError as error:
        raise UnusableBackup(f"{target.name} can't be written ({error}); is the bot still running?") from error
    if not sound:
        raise UnusableBackup(f"The copy of {source.name} is damaged.")


def without_log(file: Path) -> None:
    """Let a copy be one file, without a log beside it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def set_aside_if_damaged(file: Path) -> None:
    """Rename a file that is no sound database any more, so that another can take its place."""
    if not file.exists() or file.stat().st_size == 0 or _is_sound(file):
        return
    for part in (file, *(file.with_name(file.name + suffix) for suffix in _LOGS)):
        if part.exists():
            part.replace(part.with_name(f"{part.name}.damaged"))


def revision_in(file: Path) -> str:
    """Return the revision of the database in a file; raises UnusableBackup when it is none or damaged."""
    if not file.is_file():
        raise UnusableBackup(f"There is no file {file.name}.")
    with file.open("rb") as stream:
        if stream.read(len(_BEGINS)) != _BEGINS:
            raise UnusableBackup(f"{file.name} is no SQLite database.")
    address = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            sound = connection.execute("PRAGMA quick_check").fetchall() == _SOUND
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise UnusableBackup(f"{file.name} is damaged or no database of this program ({error}).") from error
    if not sound or row is None:
        raise UnusableBackup(f"{file.name} is damaged.")
    return str(row[0])


def _is_sound(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(file)) as connection:
            return connection.execute("PRAGMA quick_check").fetchall() == _SOUND
    except sqlite3.OperationalError:
        return True  # it is in use, which is said when the copy can't be written
    except sqlite3.DatabaseError:
        return False
