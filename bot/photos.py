"""Photos of the web chat: made anew without metadata, kept until their contribution takes them.

Law of this file: of a photo only its pixels stay; where, when and with which device it was taken does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO

from PIL import Image, ImageOps
from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.orm import aliased

from storage.models import Attachment

MEGABYTES = 10
# Enough for every phone's camera, few enough for the memory of a small machine (4 bytes a pixel).
PIXELS = 50_000_000
# A side so long shows every detail of a street; what is larger is made smaller (pixels).
SIDE = 2048
QUALITY = 85
MIME = "image/jpeg"
FORMATS = ("JPEG", "PNG", "WEBP")
_REF = "web:"


@dataclass(frozen=True, slots=True)
class Photo:
    """A cleaned photo and the reference that the dialogue knows it by."""

    ref: str
    content: bytes


def cleaned(content: bytes) -> bytes | None:
    """Return the photo as a JPEG of its pixels alone, upright, or None when it is none that can be opened."""
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as opened:
            return _made_anew(opened)
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return None


def _made_anew(opened: Image.Image) -> bytes | None:
    if opened.width * opened.height > PIXELS:
        return None
    opened.draft("RGB", (SIDE, SIDE))
    upright = ImageOps.exif_transpose(opened)
    upright.thumbnail((SIDE, SIDE))
    alpha = upright.convert("RGBA")
    pixels = Image.new("RGB", alpha.size, "white")
    pixels.paste(alpha, mask=alpha)
    made = BytesIO()
    pixels.save(made, "JPEG", quality=QUALITY, optimize=True)
    return made.getvalue()


def ref_of(name: str) -> str:
    """Return the reference of the photo that a message of this name brought."""
    return f"{_REF}{name}"


def keep(connection: Connection, photo: Photo, *, now: datetime) -> None:
    """Keep a photo that belongs to no contribution yet; the same one again is a no-op."""
    if connection.scalar(select(Attachment.id).where(Attachment.channel_ref == photo.ref)) is None:
        row = {"media": "photo", "channel_ref": photo.ref, "content": photo.content, "mime": MIME}
        connection.execute(insert(Attachment).values(**row, size=len(photo.content), created_at=now))


def settle(connection: Connection) -> int:
    """Hand photos to the contributions that were sent with them, and return how many; doing it twice is a no-op."""
    lonely = aliased(Attachment)
    waiting = (
        select(Attachment.id, lonely.id.label("lonely"), lonely.content, lonely.mime, lonely.size)
        .join(lonely, lonely.channel_ref == Attachment.channel_ref)
        .where(Attachment.contribution_id.is_not(None), Attachment.content.is_(None))
        .where(lonely.contribution_id.is_(None), lonely.content.is_not(None))
    )
    found = connection.execute(waiting).all()
    for row in found:
        kept = update(Attachment).where(Attachment.id == row.id)
        connection.execute(kept.values(content=row.content, mime=row.mime, size=row.size))
        connection.execute(delete(Attachment).where(Attachment.id == row.lonely))
    return len(found)


def forget(connection: Connection, *, now: datetime, days: int) -> None:
    """Delete photos whose contribution was never sent in all these days."""
    settle(connection)
    lonely = delete(Attachment).where(Attachment.contribution_id.is_(None), Attachment.channel_ref.startswith(_REF))
    connection.execute(lonely.where(Attachment.created_at < now - timedelta(days=days)))
