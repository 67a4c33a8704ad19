"""The city's own statistics, which what citizens say of themselves is compared with.

Law of this file: no number without a source and a date; where the city has filled in none, nothing is compared.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

KINDS = ("district", "age_band")
EMPTY_FILE = Path(__file__).with_name("residents.csv")


@dataclass(frozen=True, slots=True)
class Share:
    """How many residents a district or an age band has, who says so, and of which day."""

    kind: str
    name: str
    number: int
    source: str
    as_of: date


class UnreadableResidents(ValueError):
    """The file of residents can't be read; the text says what to change."""


def read_residents(file: Path = EMPTY_FILE) -> tuple[Share, ...]:
    """Return the rows of a file as `residents.csv` describes it; raises `UnreadableResidents`."""
    lines = [line for line in file.read_text("utf-8-sig").splitlines() if line.strip() and not line.startswith("#")]
    return tuple(_share(file, number, row) for number, row in enumerate(csv.DictReader(lines), 1))


def _share(file: Path, number: int, row: Mapping[str, str]) -> Share:
    try:
        share = Share(row["kind"], row["name"], int(row["number"]), row["source"], date.fromisoformat(row["as_of"]))
    except (KeyError, TypeError, ValueError):
        share = None
    if share is None or share.kind not in KINDS or share.number < 0 or not share.source:
        raise UnreadableResidents(
            f"{file}, row {number}: write kind (district or age_band), name, number, source, as_of"
        )
    return share


def shares(residents: Sequence[Share], kind: str) -> dict[str, float]:
    """Return the percentages of a kind."""
    chosen = [each for each in residents if each.kind == kind]
    total = sum(each.number for each in chosen)
    return {each.name: 100 * each.number / total for each in chosen} if total else {}


def sources(residents: Sequence[Share]) -> list[tuple[str, date]]:
    """Return who says so and of which day, each once."""
    return list(dict.fromkeys((each.source, each.as_of) for each in residents))
