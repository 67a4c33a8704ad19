"""One measured figure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, with its target and how it was done."""

    what: str
    figure: str
    target: str
    how: str

    def row(self) -> str:
        """Return the line of the report's table."""
        return f"| {self.what} | {self.figure} | {self.target} | {self.how} |\n"
