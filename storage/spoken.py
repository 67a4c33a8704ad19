"""Voice messages written down: by staff who listened, or by a model of the city's own.

Law of this file: what was said becomes text of the contribution, is tagged like text, and is reviewed before anybody
else reads it; a transcript made anew takes the place of the earlier one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.audits import Actor, note_deed
from storage.models import Attachment, Contribution
from storage.models.contribution import RECEIVED, RELEASED

VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Recording:
    """A voice message of a contribution; `transcript` is None until somebody wrote it down."""

    id: int
    number: str
    created_at: datetime
    size: int | None
    transcript: str | None
    transcribed_by: str | None


def recordings(connection: Connection, *, number: str | None = None) -> list[Recording]:
    """Return the voice messages that nobody has written down, or all of one contribution, oldest first."""
    columns = (Attachment.id, Contribution.number, Attachment.created_at, Attachment.size)
    query = select(*columns, Attachment.transcript, Attachment.transcribed_by)
    query = query.join(Contribution, Contribution.id == Attachment.contribution_id).where(Attachment.media == VOICE)
    wanted = Attachment.transcript.is_(None) if number is None else Contribution.number == number
    return [Recording(*row) for row in connection.execute(query.where(wanted).order_by(Attachment.id)).all()]


def unwritten(connection: Connection, limit: int = 4) -> list[tuple[int, bytes]]:
    """Return voice messages that are here and not written down yet, as (id, content)."""
    query = select(Attachment.id, Attachment.content).where(
        Attachment.media == VOICE,
        Attachment.content.is_not(None),
        Attachment.contribution_id.is_not(None),
        Attachment.transcript.is_(None),
    )
    return [(row[0], row[1] or b"") for row in connection.execute(query.order_by(Attachment.id).limit(limit))]


def content_of(connection: Connection, recording: int) -> bytes | None:
    """Return a voice message, None while it is still at the channel."""
    return connection.scalar(select(Attachment.content).where(Attachment.id == recording))


def write_down(connection: Connection, recording: int, words: str, actor: Actor, *, now: datetime) -> None:
    """Keep what was said; the contribution's text has it from now on and is analysed anew."""
    query = select(Attachment.transcript, Attachment.contribution_id).where(Attachment.id == recording)
    earlier, contribution = connection.execute(query.with_for_update()).one()
    kept = update(Attachment).where(Attachment.id == recording)
    connection.execute(kept.values(transcript=words, transcribed_by=actor.name))
    found = connection.execute(
        select(Contribution.number, Contribution.text, Contribution.status).where(Contribution.id == contribution)
    ).one()
    changed = {"text": _with(found.text, earlier, words), "redacted_text": None, "embedding": None, "analysed_at": None}
    # What staff released did not hold these words.
    status = RECEIVED if found.status == RELEASED else found.status
    connection.execute(update(Contribution).where(Contribution.id == contribution).values(**changed, status=status))
    note_deed(connection, actor, "transcribed", found.number, now=now)


def _with(text: str, earlier: str | None, words: str) -> str:
    if earlier and earlier in text:
        return text.replace(earlier, words, 1)
    return "\n".join(part for part in (text, words) if part)
