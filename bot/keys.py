"""Secrets of an instance, made on first run: keys that hide who a citizen is and sign cookies.

Law of this file: secrets live in one file with mode 0600 and are never logged.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path

_NAMES = ("citizen", "cookie")


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The secrets as bytes."""

    citizen_key: bytes
    cookie_key: bytes

    def citizen(self, channel: str, bot: str, chat: str) -> str:
        """Return the name under which a chat is known in the database: a keyed hash, 32 hexadecimal digits."""
        told = "\x1f".join((channel, bot, chat)).encode()
        return hmac.new(self.citizen_key, told, hashlib.sha256).hexdigest()[:32]

    def code(self, number: str, code: str) -> str:
        """Return what the database keeps of a contribution's secret code: a keyed hash, 64 hexadecimal digits."""
        told = "\x1f".join(("receipt code", number, code)).encode()
        return hmac.new(self.citizen_key, told, hashlib.sha256).hexdigest()


def load_keys(file: Path) -> Keys:
    """Return the secrets of a file, made with mode 0600 where there is none."""
    if not file.exists():
        _make(file)
    stored = tomllib.loads(file.read_text("ascii"))
    return Keys(*(bytes.fromhex(stored[name]) for name in _NAMES))


def _make(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as written:
        written.write("# Made on first run. Keep it with the backups: without it no citizen is recognised again.\n")
        written.writelines(f'{name} = "{secrets.token_hex(32)}"\n' for name in _NAMES)
