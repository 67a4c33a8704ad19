"""What stands beside every figure: which snapshot, up to when, under which filter, counted by which rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from desk.figures.tables import value_word
from desk.words import GERMAN, Words, words_of
from storage.exports.cells import COLUMNS, Layout
from storage.figures.counting import COUNTS
from storage.figures.snapshots import Taken
from storage.labels import german_labels

# Columns of a filter whose values are keys.
_KEYED = ("status", "field", "kind", "language", "channel", "district")


@dataclass(frozen=True, slots=True)
class Counted:
    """A number with its name and the rule by which it was counted."""

    name: str
    number: int
    rule: str


def counted(taken: Taken, words: Words) -> list[Counted]:
    """Return the numbers of a snapshot with their rules."""
    numbers = taken.figures.counts
    return [Counted(words.value("counting", key), numbers[key], words.value("rule", key)) for key in COUNTS]


def filter_line(kept: Mapping[str, Any], words: Words) -> str:
    """Say a filter in words."""
    parts = [f"{_column(name, words)}: {_values(name, value, words)}" for name, value in kept.items()]
    return "; ".join(parts) or words("figures.all")


def caption(taken: Taken, words: Words, erased: int = 0) -> list[str]:
    """Return the lines that every picture and every sheet carries."""
    numbers = taken.figures.counts
    lines = [
        words("figures.snapshot_line", number=taken.number, moment=words.moment(taken.cut_off)),
        words("figures.valid_line", valid=words.number(numbers["valid"]), received=words.number(numbers["received"])),
        words("figures.filter_line", filter=filter_line(taken.filter, words)),
    ]
    return [*lines, words("figures.erased", number=words.number(erased))] if erased else lines


def _column(name: str, words: Words) -> str:
    return words(f"figures.filter.{name}")


def _values(name: str, value: Any, words: Words) -> str:
    match value:
        case list():
            return ", ".join(value_word(words, name, each) if name in _KEYED else str(each) for each in value)
        case str() if name == "topic":
            return words.value("topics", value)
        case _:
            return str(value)


def layout_of(
    taken: Taken, *, is_test: bool, desk_url: str, columns: tuple[str, ...] = COLUMNS, erased: int = 0
) -> Layout:
    """Return the layout of an export, in German: columns, and what was counted."""
    words = words_of(GERMAN)
    notes = (*([words("desk.test")] if is_test else []), *caption(taken, words, erased), words("export.rows_note"))
    counts = tuple((each.name, each.number, each.rule) for each in counted(taken, words))
    return Layout(german_labels(), columns, taken.number, notes, counts, desk_url)
