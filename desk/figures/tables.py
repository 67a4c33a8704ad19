"""The tables of a snapshot, each with its words: what a chart is drawn from, what stands below it, what is downloaded.

Law of this file: a chart shows no number that its table does not show; a hidden cell is None and is said to be hidden.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from babel import Locale

from desk.figures.residents import Share, shares
from desk.words import Words
from nlp.district import districts
from storage.figures.counting import Rows
from storage.figures.snapshots import Taken

Cell = str | int | float | None
NONE = "none"
# A row of weeks longer than this began with a wrong date.
_MOST_WEEKS = 520
# In the order in which the page shows them.
NAMES = (
    *("weeks", "fields", "kinds", "districts", "languages", "channels", "perspectives"),
    *("steps", "completion", "residents", "ages"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """Numbers under headings. `keys` are what the rows stand for; `summary` says in words what a chart shows."""

    name: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    keys: tuple[str, ...] = ()
    summary: str = ""
    note: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(isinstance(cell, int | float) and cell for row in self.rows for cell in row)


def table(name: str, taken: Taken, words: Words, residents: Sequence[Share] = ()) -> Table:
    """Return a table of a snapshot; KeyError for a name that is not in NAMES."""
    return _MAKERS[name](name, taken, words, residents)


def tables(taken: Taken, words: Words, residents: Sequence[Share] = ()) -> list[Table]:
    """Return all tables of a snapshot."""
    return [table(name, taken, words, residents) for name in NAMES]


def value_word(words: Words, column: str, key: str) -> str:
    """Return what people read for a value."""
    if key == NONE:
        return words("figures.unknown")
    if column == "language":
        name = Locale(words.language).languages.get(key)
        return f"{name[0].upper()}{name[1:]}" if name else key
    return words.value(column, key)


_Maker = Callable[[str, Taken, Words, Sequence[Share]], Table]


def _plain(column: str) -> _Maker:
    def make(name: str, taken: Taken, words: Words, _: Sequence[Share]) -> Table:
        return _counted(name, column, taken.figures.tables.get(column, []), words)

    return make


def _counted(name: str, column: str, rows: Rows, words: Words) -> Table:
    named = tuple((value_word(words, column, key), number) for key, number in rows)
    headings = (words(f"figures.column.{name}"), words("figures.contributions"))
    keys = tuple(str(key) for key, _ in rows)
    note = words("figures.hidden") if any(number is None for _, number in rows) else ""
    return Table(name, words(f"figures.title.{name}"), headings, named, keys, _most(named, words), note)


def _districts(name: str, taken: Taken, words: Words, _: Sequence[Share]) -> Table:
    found: dict[str, int] = {key: number for key, number in taken.figures.tables.get("district", [])}  # noqa: C416
    known = [*districts(), *sorted(key for key in found if key not in districts() and key != NONE), NONE]
    rows = [[key, found.get(key, 0)] for key in sorted(known, key=lambda key: (key == NONE, -found.get(key, 0), key))]
    return replace(_counted(name, "district", rows, words), note=words("figures.map_note"))


def _weeks(name: str, taken: Taken, words: Words, _: Sequence[Share]) -> Table:
    cells: dict[str, dict[str, int]] = defaultdict(dict)
    for week, key, number in taken.figures.tables.get("weeks", []):
        cells[week][key] = number
    fields = [key for key, _ in taken.figures.tables.get("field", [])]
    weeks = _filled(sorted(cells))
    days = {week: words.day(date.fromisoformat(week)) for week in weeks}
    rows: list[tuple[Cell, ...]] = [(days[week], *(cells[week].get(key, 0) for key in fields)) for week in weeks]
    sums: list[tuple[Cell, ...]] = [(days[week], sum(cells[week].values())) for week in weeks]
    headings = (words("figures.column.weeks"), *(value_word(words, "field", key) for key in fields))
    return Table(name, words("figures.title.weeks"), headings, tuple(rows), tuple(weeks), _most(sums, words))


def _filled(weeks: Sequence[str]) -> Sequence[str]:
    """Return all weeks from the first to the last: one without contributions is a gap to be seen."""
    if not weeks:
        return weeks
    first = date.fromisoformat(weeks[0])
    number = (date.fromisoformat(weeks[-1]) - first).days // 7 + 1
    return weeks if number > _MOST_WEEKS else [(first + timedelta(weeks=each)).isoformat() for each in range(number)]


def _steps(name: str, taken: Taken, words: Words, _: Sequence[Share]) -> Table:
    asked = sorted(taken.figures.tables.get("asked", []), key=lambda row: (row[0], -row[2], row[1]))
    rows = tuple((value_word(words, "field", row[0]), value_word(words, "step", row[1]), row[2]) for row in asked)
    headings = (words("figures.column.completion"), words("figures.column.steps"), words("figures.asked"))
    title = words("figures.title.steps")
    return Table(
        name, title, headings, rows, tuple(row[0] for row in asked), words("figures.summary.steps"), _by(words)
    )


def _completion(name: str, taken: Taken, words: Words, _: Sequence[Share]) -> Table:
    begun: dict[str, int] = {}
    for dialogue, _step, number in taken.figures.tables.get("asked", []):
        begun[dialogue] = max(begun.get(dialogue, 0), number)
    sent: dict[str, int] = defaultdict(int)
    for dialogue, _length, number in taken.figures.tables.get("sent", []):
        sent[dialogue] += number
    keys = sorted(begun.keys() | sent.keys())
    rows = tuple(
        (value_word(words, "field", key), begun.get(key, 0), sent[key], _percent(sent[key], begun.get(key, 0)))
        for key in keys
    )
    headings = tuple(words(f"figures.{key}") for key in ("column.completion", "begun", "sent", "share"))
    summary = words("figures.summary.completion")
    return Table(name, words("figures.title.completion"), headings, rows, tuple(keys), summary, _by(words))


def _by(words: Words) -> str:
    return words("figures.steps_note")


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole and part <= whole else None


def _compared(column: str, kind: str) -> _Maker:
    def make(name: str, taken: Taken, words: Words, residents: Sequence[Share]) -> Table:
        found = {str(key): number for key, number in taken.figures.tables.get(column, [])}
        return _beside(name, found, shares(residents, kind), words)

    return make


def _beside(name: str, found: Mapping[str, int | None], city: Mapping[str, float], words: Words) -> Table:
    """Put what people said of themselves beside what the city knows of all its residents, in percent."""
    total = sum(number or 0 for number in found.values())
    keys = list(dict.fromkeys([*city, *found]))
    rows = tuple((value_word(words, "age", key), found.get(key, 0), *_parts(key, found, total, city)) for key in keys)
    headings = tuple(words(f"figures.{key}") for key in (f"column.{name}", "persons", "share_here", "share_city"))
    note = " ".join(filter(None, (words("figures.hidden") if None in found.values() else "", _source(city, words))))
    return Table(
        name, words(f"figures.title.{name}"), headings, rows, tuple(keys), words("figures.summary.compared"), note
    )


def _parts(key: str, found: Mapping[str, int | None], total: int, city: Mapping[str, float]) -> tuple[Cell, Cell]:
    number = found.get(key, 0)
    here = None if number is None or not total or None in found.values() else round(100 * number / total, 1)
    return here, round(city[key], 1) if key in city else None


def _source(city: Mapping[str, float], words: Words) -> str:
    return "" if city else words("figures.no_residents")


def _most(rows: Iterable[tuple[Cell, ...]], words: Words) -> str:
    """Say in words what a chart shows: how many bars, the longest and the shortest."""
    known = [(str(row[0]), row[1]) for row in rows if isinstance(row[1], int)]
    if not known:
        return words("figures.summary.empty")
    most, least = max(known, key=lambda row: row[1]), min(known, key=lambda row: row[1])
    return words(
        "figures.summary.bars",
        number=len(known),
        most=most[0],
        most_number=words.number(most[1]),
        least=least[0],
        least_number=words.number(least[1]),
    )


_MAKERS: Mapping[str, _Maker] = {
    "weeks": _weeks,
    "fields": _plain("field"),
    "kinds": _plain("kind"),
    "districts": _districts,
    "languages": _plain("language"),
    "channels": _plain("channel"),
    "perspectives": _plain("perspective"),
    "steps": _steps,
    "completion": _completion,
    "residents": _compared("lives_district", "district"),
    "ages": _compared("lives_age_band", "age_band"),
}
