"""Words that are facts, not code. Law: every German word the pipeline knows stands in `lexicons/` or `gazetteer/`,
once.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def lexicon(name: str) -> dict[str, Any]:
    """Read `lexicons/<name>.toml`."""
    return tomllib.loads((FOLDER / "lexicons" / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def words(name: str) -> frozenset[str]:
    """Read `lexicons/<name>.txt`: words between white space, `#` starts a comment."""
    lines = (FOLDER / "lexicons" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines for word in line.partition("#")[0].split())


def any_of(patterns: Iterable[str]) -> str:
    """Return a pattern that finds any of these, the longest first."""
    return "|".join(sorted(patterns, key=len, reverse=True))


def any_word(found: Iterable[str]) -> str:
    """Return a pattern that finds any of these words, whatever signs are in them."""
    return any_of(map(re.escape, found))


def table(path: Path) -> list[dict[str, str]]:
    """Read a CSV file with a header, UTF-8."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
