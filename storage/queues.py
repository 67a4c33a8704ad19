"""Writers of the same thing wait for each other, until the transaction of the first has ended.

Law of this file: on SQLite there is one writer, and nothing to do.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from sqlalchemy import Connection, text


def queue_up(connection: Connection, things: Iterable[tuple[str, ...]]) -> None:
    """Let others who name one of these things wait; all take several in the same order, so that none waits forever."""
    keys = sorted({_key(each) for each in things})
    if keys and connection.dialect.name != "sqlite":
        locked = text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")
        connection.execute(locked, {"keys": keys})


def _key(thing: tuple[str, ...]) -> int:
    name = "\0".join(thing)
    return int.from_bytes(hashlib.blake2b(name.encode(errors="replace"), digest_size=8).digest(), signed=True)
