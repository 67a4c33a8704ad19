"""The report for politicians: what was counted, in charts, by field, in people's own words, and how it was counted.

Law of this file: a report is a value; HTML, PDF and DOCX are made of the same one. Quotes are released, redacted texts
whose authors consented to publishing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from desk.figures.residents import Share
from desk.figures.tables import Table, tables, value_word
from desk.figures.telling import Counted, caption, counted
from desk.words import Words
from storage.figures import snapshots
from storage.figures.quotes import Quote, ThemeLine, quotes_of, themes_of
from storage.figures.snapshots import Taken

# The charts of a report in their order; the page of figures has more.
CHARTS = ("fields", "weeks", "kinds", "districts", "languages", "channels", "perspectives", "completion", "residents")
SHEET_CHARTS = ("fields", "kinds")
_QUOTES, _THEMES = 3, 5


@dataclass(frozen=True, slots=True)
class Section:
    """What one field brought: how many contributions, its themes and some words of citizens."""

    name: str
    number: int
    themes: tuple[ThemeLine, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything a report says, in words of one language. `pictures` are added by whoever draws, by table name."""

    title: str
    language: str
    lines: tuple[str, ...]
    summary: tuple[str, ...]
    counted: tuple[Counted, ...]
    tables: tuple[Table, ...]
    sections: tuple[Section, ...]
    is_test: bool = False
    pictures: dict[str, bytes] = field(default_factory=dict, hash=False, repr=False)


def build_report(
    connection: Connection,
    taken: Taken,
    words: Words,
    *,
    title: str,
    charts: Sequence[str] = CHARTS,
    residents: Sequence[Share] = (),
    is_test: bool = False,
) -> Report:
    """Return the report on a snapshot."""
    erased = snapshots.erased_since(connection, taken.number)
    chosen = [each for each in tables(taken, words, residents) if each.name in charts and not each.is_empty]
    chosen.sort(key=lambda each: charts.index(each.name))
    return Report(
        title=title,
        language=words.language,
        lines=tuple(caption(taken, words, erased)),
        summary=tuple(_summary(taken, words)),
        counted=tuple(counted(taken, words)),
        tables=tuple(chosen),
        sections=tuple(_sections(connection, taken, words)),
        is_test=is_test,
    )


def _summary(taken: Taken, words: Words) -> list[str]:
    numbers = {name: words.number(number) for name, number in taken.figures.counts.items()}
    found = [words("report.summary", **{name: numbers[name] for name in ("received", "valid", "supports")})]
    for column, key in (("field", "report.first_field"), ("kind", "report.first_kind")):
        named = [row for row in taken.figures.tables.get(column, []) if row[0] != "none"]
        if named:
            found.append(words(key, name=value_word(words, column, named[0][0]), number=words.number(named[0][1])))
    return [*found, words("report.no_vote")] if taken.figures.counts["valid"] else [words("report.nothing")]


def _sections(connection: Connection, taken: Taken, words: Words) -> list[Section]:
    ids = snapshots.members(connection, taken.number)
    themes, quotes = themes_of(connection, ids, limit=_THEMES), quotes_of(connection, ids, limit=_QUOTES)
    found = []
    for key, number in taken.figures.tables.get("field", []):
        name = value_word(words, "field", key)
        found.append(Section(name, number, tuple(themes.get(key, ())), tuple(quotes.get(key, ()))))
    return found
