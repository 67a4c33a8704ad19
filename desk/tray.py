"""Files between their preview and their taking in: kept in memory, for whoever brought them, for a while.

Law of this file: a file that nobody took in is forgotten; nothing of it touches the disk.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from storage.imports import Document

LASTS = timedelta(minutes=30)
# So many at a time: at 20 MB each no more than a tenth of a gigabyte.
MOST = 5


@dataclass(slots=True)
class Tray:
    """Files by an unguessable name; each belongs to one account."""

    _kept: OrderedDict[str, tuple[int, datetime, Document]] = field(default_factory=OrderedDict)

    def lay(self, name: str, account: int, document: Document, *, now: datetime) -> None:
        """Keep a file; where there are too many the oldest goes."""
        self._forget(now)
        self._kept[name] = (account, now, document)
        while len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def look(self, name: str, account: int, *, now: datetime) -> Document | None:
        """Return a file for whoever brought it, None when it is forgotten."""
        self._forget(now)
        owner, _, document = self._kept.get(name, (None, now, None))
        return document if owner == account else None

    def drop(self, name: str) -> None:
        """Forget a file that was taken in."""
        self._kept.pop(name, None)

    def _forget(self, now: datetime) -> None:
        for name, (_, at, _document) in list(self._kept.items()):
            if now - at > LASTS:
                del self._kept[name]
