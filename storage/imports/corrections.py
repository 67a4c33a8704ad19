"""What somebody changed in an export that comes back, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass, field

from storage.exports.cells import unguarded

Value = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Correction:
    """A cell that says something else than the database. `reason` is empty for an edit that can be made, else why not:
    changed (here, since the export), undated (nobody can tell), unknown (a value nobody knows), foreign (a field of
    somebody else), or one of those of decisions. `words` is the reason that stands beside a new status.
    """

    number: str
    column: str
    now: Value
    then: Value = field(repr=False)
    reason: str = ""
    words: str = field(default="", repr=False)


def plain(value: Value) -> object:
    """Return a value as it is compared: spreadsheets change line ends, and guards before formulas come and go."""
    if isinstance(value, tuple):
        return frozenset(value)
    return unguarded("\n".join(value.replace("_x000D_", "").splitlines()).strip())
