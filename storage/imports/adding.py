"""Adding rows from a file to the contributions, each once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from storage.contributions import NewContribution, NewPlace, NewTag, add, ids_of
from storage.imports.rows import IMPORTED, IntakeRow
from storage.models import Contribution, Reaction, Theme, ThemeMember
from storage.models.labels import FIELD, KEYPHRASE, KIND, MODERATION, TOPIC
from storage.models.reactions import AGREED
from storage.numbers import public_number
from storage.settings import read_setting, write_setting
from storage.upsert import insert_new

PREFIX = "E"
CHANNEL = "import"
WORKSHOP = "workshop"
SOURCE = "import"
_SERIAL = "import.serial"
# More would be no count of people but a mistake in the file.
_MOST_SUPPORTS = 100_000


@dataclass(frozen=True, slots=True)
class Brought:
    """What is said of all rows of a file that comes in: where they are from, at which workshop they were written, and
    whether they may be shown to citizens (a row that says so itself may be in any case).
    """

    origin: str
    workshop_id: int | None = None
    is_publishable: bool = False


def add_rows(connection: Connection, rows: Sequence[IntakeRow], *, origin: str | Brought, now: datetime) -> int:
    """Add the rows that aren't there yet and return how many these were; `origin` names where they come from."""
    brought = origin if isinstance(origin, Brought) else Brought(origin)
    origin = brought.origin
    ours = [row for row in rows if row.number is not None]
    known_numbers = ids_of(connection, [row.number for row in ours if row.number is not None])
    foreign = [row for row in rows if row.number is None]
    known_ids = _known(connection, foreign, origin)
    new = [row for row in ours if row.number not in known_numbers]
    strange = [row for row in foreign if (row.origin or origin, row.origin_id) not in known_ids]
    numbered = [(row.number or "", row) for row in new]
    numbered += zip(free_numbers(connection, len(strange)), strange, strict=True)
    added = add(connection, [_contribution(number, row, brought) for number, row in numbered], now=now)
    _add_supports_and_themes(connection, numbered, now)
    return added


def known_rows(connection: Connection, rows: Sequence[IntakeRow], *, origin: str) -> int:
    """Return how many of these rows from elsewhere are there already."""
    known = _known(connection, rows, origin)
    return sum((row.origin or origin, row.origin_id) in known for row in rows)


def _contribution(number: str, row: IntakeRow, brought: Brought) -> NewContribution:
    return NewContribution(
        number=number,
        text=row.text,
        redacted_text=row.redacted_text,
        channel=row.channel or (WORKSHOP if brought.workshop_id and row.number is None else CHANNEL),
        draft=f"import:{number}",
        collector=row.collector,
        dialogue=row.dialogue,
        length=row.length,
        field=row.field,
        kind=row.kind,
        language=row.language,
        latitude=row.latitude,
        longitude=row.longitude,
        district=row.district,
        licence=row.licence,
        publishing=row.publishing or (IMPORTED if brought.is_publishable and row.number is None else None),
        workshop_id=brought.workshop_id if row.number is None else None,
        translation=row.translation,
        translation_source=row.translation_source,
        translated_by=row.translated_by,
        handed_over_at=row.handed_over_at,
        status=row.status,
        status_reason=row.status_reason,
        decided_at=row.decided_at,
        source=row.source,
        origin=row.origin if row.number is not None else row.origin or brought.origin,
        origin_id=row.origin_id,
        created_at=row.created_at,
        tags=list(_tags(row)),
        places=[NewPlace(name, SOURCE) for name in row.places],
    )


def _tags(row: IntakeRow) -> Iterator[NewTag]:
    single = ((FIELD, row.field), (KIND, row.kind), (MODERATION, row.moderation))
    yield from (NewTag(label_type, value, SOURCE) for label_type, value in single if value is not None)
    yield from (NewTag(TOPIC, topic, SOURCE) for topic in row.topics)
    yield from (NewTag(KEYPHRASE, phrase, SOURCE) for phrase in row.keyphrases)


def _known(connection: Connection, rows: Sequence[IntakeRow], origin: str) -> set[tuple[str | None, str | None]]:
    query = select(Contribution.origin, Contribution.origin_id).where(
        Contribution.origin.in_({row.origin or origin for row in rows}),
        Contribution.origin_id.in_({row.origin_id for row in rows}),
    )
    return {(row.origin, row.origin_id) for row in connection.execute(query)}


def free_numbers(connection: Connection, wanted: int) -> list[str]:
    """Return numbers that no contribution has, not even one that an export brought along."""
    serial = int(read_setting(connection, _SERIAL) or 0)
    numbers: list[str] = []
    while len(numbers) < wanted:
        missing = range(serial, serial + wanted - len(numbers))
        candidates = [public_number(each, PREFIX) for each in missing]
        taken: Collection[str] = ids_of(connection, candidates)
        numbers += [number for number in candidates if number not in taken]
        serial = missing.stop
    write_setting(connection, _SERIAL, str(serial))
    return numbers


def _add_supports_and_themes(connection: Connection, numbered: Sequence[tuple[str, IntakeRow]], now: datetime) -> None:
    said = [(number, row) for number, row in numbered if row.supports or row.theme]
    ids = ids_of(connection, [number for number, _ in said])
    supports = [
        {"contribution_id": ids[number], "citizen_id": None, "value": AGREED, "created_at": now}
        for number, row in said
        for _ in range(min(row.supports, _MOST_SUPPORTS))
    ]
    if supports:
        connection.execute(insert(Reaction), supports)
    members = [
        {"theme_id": _theme(connection, row, now), "contribution_id": ids[number], "quoted": False}
        for number, row in said
        if row.theme
    ]
    insert_new(connection, ThemeMember, members, unique=("theme_id", "contribution_id"))


def _theme(connection: Connection, row: IntakeRow, now: datetime) -> int:
    same = (Theme.name == row.theme, Theme.field.is_not_distinct_from(row.field))
    found = connection.scalar(select(Theme.id).where(*same))
    if found is not None:
        return found
    made = insert(Theme).values(field=row.field, name=row.theme, created_at=now).returning(Theme.id)
    return connection.execute(made).scalar_one()
