"""Reasons that are given often: templates in several languages, and the reasons of decisions in other languages.

Law of this file: a reason is told in the reader's language where there is one; who waits for a translation waits for a
while, never for ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, or_, select, update

from storage.models import AnswerTemplate, Citizen, Contribution, Reaction, ReasonText
from storage.models.reactions import AGREED
from storage.settings import read_setting, write_setting
from storage.upsert import insert_or_replace

# So long the telling waits for somebody to translate a reason.
TRANSLATED_WITHIN = timedelta(days=2)
GERMAN = "de"
# Noted when a desk was given its first templates.
_BEGUN = "answers.begun"


@dataclass(frozen=True, slots=True)
class Template:
    """A reason by language; `status` is the decision it belongs to."""

    id: int
    name: str
    status: str
    texts: Mapping[str, str] = field(hash=False)

    def text(self, language: str = GERMAN) -> str:
        """Return the reason in a language, else in German."""
        return self.texts.get(language) or self.texts.get(GERMAN, "")


@dataclass(frozen=True, slots=True)
class Untranslated:
    """A reason that somebody waits for in a language."""

    number: str
    field: str | None
    language: str
    reason: str
    waits_until: datetime | None


def templates(connection: Connection, status: str | None = None) -> list[Template]:
    """Return the templates, all or those of a status, in the order they were made."""
    query = select(AnswerTemplate.id, AnswerTemplate.name, AnswerTemplate.status, AnswerTemplate.texts)
    if status is not None:
        query = query.where(AnswerTemplate.status == status)
    return [Template(row.id, row.name, row.status, row.texts) for row in connection.execute(query.order_by("id"))]


def keep_template(connection: Connection, name: str, status: str, texts: Mapping[str, str], *, now: datetime) -> None:
    """Add a template."""
    connection.execute(insert(AnswerTemplate).values(name=name, status=status, texts=dict(texts), created_at=now))


def begin_with(connection: Connection, texts: Sequence[Template], *, now: datetime) -> int:
    """Add templates to a desk that never had any, once, and return how many; who deleted them all keeps none."""
    if read_setting(connection, _BEGUN) is not None:
        return 0
    write_setting(connection, _BEGUN, now.isoformat())
    if connection.scalar(select(AnswerTemplate.id).limit(1)) is not None:
        return 0
    for each in texts:
        keep_template(connection, each.name, each.status, each.texts, now=now)
    return len(texts)


def change_template(connection: Connection, template: int, name: str, texts: Mapping[str, str]) -> None:
    """Give a template another name and other words; what was decided with it keeps its words."""
    changed = update(AnswerTemplate).where(AnswerTemplate.id == template)
    connection.execute(changed.values(name=name, texts=dict(texts)))


def drop_template(connection: Connection, template: int) -> None:
    """Delete a template."""
    connection.execute(delete(AnswerTemplate).where(AnswerTemplate.id == template))


def languages_of(connection: Connection, number: str) -> list[str]:
    """Return the languages, without German, of those who will be told about a contribution."""
    row_id = select(Contribution.id).where(Contribution.number == number).scalar_subquery()
    authors = select(Contribution.citizen_id).where(
        or_(Contribution.id == row_id, Contribution.merged_into_id == row_id)
    )
    supporters = select(Reaction.citizen_id).where(Reaction.contribution_id == row_id, Reaction.value == AGREED)
    query = select(Citizen.language).where(Citizen.id.in_(authors.union(supporters))).distinct()
    bases = {(language or GERMAN).partition("-")[0] for language in connection.scalars(query)}
    return sorted(bases - {GERMAN})


def note_reason(
    connection: Connection, number: str, texts: Mapping[str, str], wanted: Sequence[str], *, now: datetime
) -> None:
    """Keep the reason of a decision in other languages; those of `wanted` that have none wait to be translated."""
    row_id = connection.scalar(select(Contribution.id).where(Contribution.number == number))
    connection.execute(delete(ReasonText).where(ReasonText.contribution_id == row_id))
    rows = [
        {
            "contribution_id": row_id,
            "language": language,
            "text": texts.get(language),
            "waits_until": None if texts.get(language) else now + TRANSLATED_WITHIN,
        }
        for language in sorted({*wanted, *(each for each in texts if texts[each])} - {GERMAN})
    ]
    if rows:
        connection.execute(insert(ReasonText), rows)


def untranslated(connection: Connection, *, limit: int = 100) -> list[Untranslated]:
    """Return reasons that wait for a translation, the most urgent first."""
    columns = (Contribution.number, Contribution.field, ReasonText.language, Contribution.status_reason)
    query = select(*columns, ReasonText.waits_until).join(Contribution, Contribution.id == ReasonText.contribution_id)
    query = query.where(ReasonText.text.is_(None), ReasonText.waits_until.is_not(None))
    query = query.where(Contribution.status_reason.is_not(None)).order_by(ReasonText.waits_until, ReasonText.language)
    return [
        Untranslated(row[0], row[1], row[2], row[3] or "", row[4]) for row in connection.execute(query.limit(limit))
    ]


def translate(connection: Connection, number: str, language: str, text: str) -> None:
    """Keep the translation of a reason; whoever waited for it is told at the next look."""
    row_id = connection.scalar(select(Contribution.id).where(Contribution.number == number))
    row = {"contribution_id": row_id, "language": language, "text": text, "waits_until": None}
    insert_or_replace(connection, ReasonText, [row], unique=("contribution_id", "language"))
