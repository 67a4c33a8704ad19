"""Working translations: German words beside a contribution in another language, for those who read it.

Law of this file: a translation never takes the place of what was written, and says whether a person or a machine made
it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select, update

from storage.audits import Actor, note_deed
from storage.models import Contribution

PERSON = "person"
MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class Untranslated:
    """A contribution in another language without a working translation; `text` is the redacted text."""

    number: str
    language: str
    text: str


def translate(
    connection: Connection, number: str, words: str, actor: Actor, *, source: str = PERSON, now: datetime
) -> bool:
    """Keep a working translation of a contribution's redacted text; return whether there is such a contribution."""
    kept = update(Contribution).where(Contribution.number == number)
    values = {"translation": words, "translated_by": actor.name, "translation_source": source}
    if not connection.execute(kept.values(**values)).rowcount:
        return False
    note_deed(connection, actor, "translated", number, now=now, detail={"source": source})
    return True


def untranslated(connection: Connection, *, own: str = "de", limit: int = 1000) -> list[Untranslated]:
    """Return contributions in other languages than the city's own that nobody translated, oldest first."""
    query = select(Contribution.number, Contribution.language, Contribution.redacted_text).where(
        Contribution.translation.is_(None),
        Contribution.redacted_text.is_not(None),
        Contribution.language.is_not(None),
        Contribution.language.not_like(f"{own}%"),
    )
    rows = connection.execute(query.order_by(Contribution.id).limit(limit))
    return [Untranslated(row[0], row[1] or "", row[2] or "") for row in rows]
