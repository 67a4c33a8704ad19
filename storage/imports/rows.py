"""From the cells of one line to the values of a contribution.

Law of this file: a cell that can't be understood is named by line and column, never quoted, and the row still comes in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from storage.city import CITY_TIME
from storage.exports.cells import SEPARATOR, unguarded
from storage.imports.problems import Problem, Wrong
from storage.imports.tables import Line
from storage.labels import Labels
from storage.models.contribution import RECEIVED, STATUSES
from storage.numbers import is_public_number

T = TypeVar("T")

# About 100 m: closer than that a place may be somebody's home.
_DECIMALS = 3
_GERMAN_FORMATS = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%d.%m.%y")
_LANGUAGE_CODE = 2
# What people write in a column that asks whether a text may be shown.
_ALLOWED = ("ja", "yes", "x", "1", "true", "wahr")
IMPORTED = "import"
_PLAIN = ("dialogue", "length", "collector", "source", "licence", "district", "theme", "moderation", "origin")


@dataclass(frozen=True, slots=True)
class IntakeRow:
    """A contribution from a file. With a public number it comes from an export of ours, whose word is taken for all.

    `redacted_text` is set only then, and so are `snapshot`, the number of the figures it was exported with, and `said`,
    the columns of the file, without `status` where that cell says nothing. `origin` None means the name the whole
    import is given.
    """

    text: str
    redacted_text: str | None = None
    number: str | None = None
    origin: str | None = None
    origin_id: str | None = None
    created_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    field: str | None = None
    kind: str | None = None
    language: str | None = None
    district: str | None = None
    channel: str | None = None
    status: str = RECEIVED
    status_reason: str | None = None
    decided_at: datetime | None = None
    places: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    keyphrases: tuple[str, ...] = ()
    moderation: str | None = None
    supports: int = 0
    theme: str | None = None
    dialogue: str | None = None
    length: str | None = None
    collector: str | None = None
    source: str | None = None
    licence: str | None = None
    publishing: str | None = None
    translation: str | None = None
    translation_source: str | None = None
    translated_by: str | None = None
    handed_over_at: datetime | None = None
    snapshot: int | None = None
    said: frozenset[str] = frozenset()


def read_row(line: Line, columns: Mapping[str, str], labels: Labels) -> tuple[IntakeRow | None, list[Problem]]:
    """Return the row, or None when it has no text, and a problem for everything that couldn't be used."""
    cells = {column: unguarded(line.cells.get(title, "")) for column, title in columns.items()}
    problems = [Problem(line.sheet, line.number, "surplus")] if line.surplus else []
    if not cells["text"].strip() and not cells.get("original", "").strip():
        return None, [*problems, Problem(line.sheet, line.number, "no_text")]
    number = cells.get("number", "").strip()
    read = _read_ours if is_public_number(number) else _read_foreign
    return read(_Cells(line, cells, labels, problems)), problems


@dataclass(frozen=True, slots=True)
class _Cells:
    """The cells of a line by our column, and the list that problems are added to."""

    line: Line
    cells: Mapping[str, str]
    labels: Labels
    problems: list[Problem]

    def text(self, column: str) -> str | None:
        return self.cells.get(column, "").strip() or None

    def key(self, column: str) -> str | None:
        text = self.text(column)
        return None if text is None else self.labels.key(column, text)

    def several(self, column: str) -> tuple[str, ...]:
        parts = self.cells.get(column, "").split(SEPARATOR.strip())
        return tuple(part.strip() for part in parts if part.strip())

    def topics(self) -> tuple[str, ...]:
        return tuple(self.labels.key("topics", topic) for topic in self.several("topics"))

    def parsed(self, column: str, parse: Callable[[str], T]) -> T | None:
        text = self.text(column)
        if text is None:
            return None
        try:
            return parse(text)
        except Wrong as wrong:
            self.note(wrong.key, column=column, **wrong.values)
            return None

    def note(self, key: str, **values: object) -> None:
        self.problems.append(Problem(self.line.sheet, self.line.number, key, values))


def _read_ours(cells: _Cells) -> IntakeRow:
    original = cells.cells.get("original") or cells.cells["text"]
    status = _status(cells)
    return IntakeRow(
        text=original,
        redacted_text=cells.cells["text"],
        number=cells.text("number"),
        origin_id=cells.text("origin_id"),
        field=cells.key("field"),
        kind=cells.key("kind"),
        channel=cells.key("channel"),
        status=status or RECEIVED,
        status_reason=cells.cells.get("status_reason") or None,
        decided_at=cells.parsed("decided_at", _moment),
        topics=cells.topics(),
        keyphrases=cells.several("keyphrases"),
        supports=cells.parsed("supports", _count) or 0,
        publishing=cells.text("publishing"),
        snapshot=cells.parsed("snapshot", _count),
        said=frozenset(cells.cells) - ({"status"} if status is None else set()),
        handed_over_at=cells.parsed("handed_over_at", _moment),
        translation=cells.text("translation"),
        translation_source=cells.text("translation_source"),
        translated_by=cells.text("translated_by"),
        **_shared(cells),
    )


def _read_foreign(cells: _Cells) -> IntakeRow:
    field = cells.key("field")
    known = field in cells.labels.values["field"]
    kind = cells.key("kind")
    title, text = cells.text("title"), cells.cells["text"].strip()
    return IntakeRow(
        text=text if title is None or text.startswith(title) else f"{title}\n{text}",
        origin_id=cells.text("origin_id") or cells.text("number"),
        field=field if known else None,
        kind=kind if kind in cells.labels.values["kind"] else None,
        publishing=IMPORTED if (cells.text("publishing") or "").casefold() in _ALLOWED else None,
        topics=cells.topics() if known or field is None else (field, *cells.topics()),
        **_shared(cells),
    )


def _shared(cells: _Cells) -> dict[str, Any]:
    language = cells.text("language")
    return {
        **{name: cells.text(name) for name in _PLAIN},
        "length": cells.key("length"),
        "moderation": cells.key("moderation"),
        "dialogue": None if cells.text("dialogue") is None else cells.labels.key("field", cells.text("dialogue") or ""),
        "language": language.lower() if language is not None and len(language) == _LANGUAGE_CODE else None,
        "created_at": cells.parsed("created_at", _moment),
        "latitude": cells.parsed("latitude", lambda text: _degrees(text, 90)),
        "longitude": cells.parsed("longitude", lambda text: _degrees(text, 180)),
        "places": cells.several("places"),
    }


def _status(cells: _Cells) -> str | None:
    status = cells.key("status")
    if status is None or status in STATUSES:
        return status
    cells.note("no_status", known=", ".join(STATUSES))
    return None


def _moment(text: str) -> datetime:
    """Return the moment; without a zone it is the city's time."""
    for read in (datetime.fromisoformat, *map(_by_format, _GERMAN_FORMATS)):
        try:
            moment = read(text)
        except ValueError:
            continue
        return (moment if moment.tzinfo else moment.replace(tzinfo=CITY_TIME)).astimezone(UTC)
    raise Wrong("no_date")


def _by_format(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)  # noqa: DTZ007  # the zone is set by the caller


def _degrees(text: str, most: int) -> float:
    try:
        degrees = float(text.replace(",", "."))
    except ValueError:
        raise Wrong("no_number") from None
    if not -most <= degrees <= most:
        raise Wrong("out_of_range", most=most)
    return round(degrees, _DECIMALS)


def _count(text: str) -> int:
    if not text.isdecimal():
        raise Wrong("no_whole_number")
    return int(text)
