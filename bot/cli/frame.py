"""What all commands share: the configuration named on the command line, what is told where, and complaints.

Law of this file: which exceptions are the caller's to mend, and with what words, stands here alone.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path
from types import MappingProxyType

from rich.console import Console
from sqlalchemy.exc import OperationalError

from bot.config import BrokenConfig, Settings, load

CONFIG_FILE: ContextVar[Path | None] = ContextVar("config_file", default=None)

# What people are told beside a command's own output goes to standard error.
told = Console(stderr=True, highlight=False, soft_wrap=True)
# … and what they asked for, on standard output.
said = Console(highlight=False)


class Complaint(Exception):
    """One sentence that says what to change; exit code 2."""


def settings() -> Settings:
    """Return the settings this command was called with."""
    return load(CONFIG_FILE.get())


def complaint_of(error: BaseException) -> str | None:
    """Return the sentence for an exception the caller can mend, or None for a mistake of ours."""
    if isinstance(error, _told_in_their_own_words()):
        return str(error)
    if isinstance(error, OperationalError):
        return _database_sentence(error)
    if isinstance(error, (PermissionError, FileNotFoundError, IsADirectoryError, FileExistsError)) and error.filename:
        return f"{error.filename}: {error.strerror}; name another file or folder, or change its permissions."
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return "the disk is full; free some space and try again, nothing was lost."
    return None


# Exceptions whose words are meant for the caller, by the module that raises them.
_TOLD: Mapping[str, str] = MappingProxyType(
    {
        "bot.book": "BrokenBook",
        "bot.line": "Silent",
        "bot.mind": "MindFailed",
        "bot.telegram.answers": "WrongToken",
        "bot.web.server": "PortTaken",
        "bot.wording": "Unsendable",
        "desk.figures.residents": "UnreadableResidents",
        "storage.backup": "UnusableBackup",
        "storage.database": "UnusableUrl",
        "storage.imports": "UnreadableTable",
        "storage.migrations": "NewerDatabase",
    }
)


def _told_in_their_own_words() -> tuple[type[Exception], ...]:
    # What a command has not loaded can't have raised anything.
    loaded = {name: sys.modules[name] for name in _TOLD if name in sys.modules}
    return (BrokenConfig, *(getattr(module, _TOLD[name]) for name, module in loaded.items()))


_DATABASE = {
    "unable to open": "the database file cannot be opened; check storage.url and the permissions of its folder.",
    "readonly database": "the database file cannot be written; check its permissions and those of its folder.",
    "disk is full": "the disk is full; free some space and try again, nothing was lost.",
    "database is locked": "another process is using the database file; stop it or try again in a moment.",
    "not a database": "the file of storage.url is not an SQLite database; name another one.",
}


def _database_sentence(error: OperationalError) -> str:
    told_by_driver = str(error.orig)
    known = next((sentence for words, sentence in _DATABASE.items() if words in told_by_driver), None)
    return known or "the database does not answer; check storage.url and that the server runs."
