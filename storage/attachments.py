"""Photos and voice messages: first a reference at the channel, then the cleaned content."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.models import Attachment


@dataclass(frozen=True, slots=True)
class Unfetched:
    """A file whose content is still at the channel."""

    id: int
    media: str
    channel_ref: str
    created_at: datetime


def unfetched(connection: Connection, limit: int = 16) -> list[Unfetched]:
    """Return files without content whose size is not known to be unfit, oldest first."""
    query = select(Attachment.id, Attachment.media, Attachment.channel_ref, Attachment.created_at)
    query = query.where(Attachment.channel_ref != "", Attachment.content.is_(None), Attachment.size.is_(None))
    query = query.order_by(Attachment.id).limit(limit)
    rows = connection.execute(query)
    return [Unfetched(row.id, row.media, row.channel_ref or "", row.created_at) for row in rows]


def keep_content(connection: Connection, attachment: int, content: bytes, mime: str) -> None:
    """Keep the content of a file, which has its metadata stripped already."""
    kept = update(Attachment).where(Attachment.id == attachment)
    connection.execute(kept.values(content=content, mime=mime, size=len(content)))


def note_unfit(connection: Connection, attachment: int, size: int) -> None:
    """Note that a file is too large or gone; it is not asked for again."""
    connection.execute(update(Attachment).where(Attachment.id == attachment).values(size=size))
