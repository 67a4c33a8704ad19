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

# A sealed id is hidden by the HMAC of a nonce, which is used once; ids of chats are shorter than one digest (bytes).
_NONCE = 16
_LONGEST = 32
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

    def chat(self, bot: str, chat: str) -> str:
        """Return the name under which a chat takes part in a class: a keyed hash, no citizen's."""
        told = "\x1f".join(("class", bot, chat)).encode()
        return hmac.new(self.citizen_key, told, hashlib.sha256).hexdigest()

    def seal(self, chat: str) -> str:
        """Return the id of a chat so that only these keys can read it; sealed twice it looks different."""
        nonce = secrets.token_bytes(_NONCE)
        return (nonce + _crossed(chat.encode().ljust(_LONGEST), self._mask(nonce))).hex()

    def unseal(self, sealed: str) -> str:
        """Return the id that was sealed."""
        stored = bytes.fromhex(sealed)
        return _crossed(stored[_NONCE:], self._mask(stored[:_NONCE])).decode().rstrip()

    def _mask(self, nonce: bytes) -> bytes:
        return hmac.new(self.citizen_key, b"seal\x1f" + nonce, hashlib.sha256).digest()


def _crossed(left: bytes, right: bytes) -> bytes:
    return bytes(one ^ other for one, other in zip(left, right, strict=True))


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
