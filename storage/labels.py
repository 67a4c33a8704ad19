"""The German words of workbooks and the column names that imports understand, read from `labels.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Labels:
    """Words for people: columns and values by key, what columns mean, names by which columns are recognised."""

    columns: Mapping[str, str] = field(hash=False)
    explanations: Mapping[str, str] = field(hash=False)
    values: Mapping[str, Mapping[str, str]] = field(hash=False)
    workbook: Mapping[str, Any] = field(hash=False)
    names: Mapping[str, tuple[str, ...]] = field(hash=False)

    def value(self, column: str, key: str | None) -> str | None:
        """Return the word for a value, or the value itself where none is known."""
        return None if key is None else self.values.get(column, {}).get(key, key)

    def key(self, column: str, label: str) -> str:
        """Return the key whose word this is, however it is capitalised, or the text itself."""
        wanted = label.casefold()
        return next((key for key, word in self.values.get(column, {}).items() if word.casefold() == wanted), label)


@cache
def german_labels() -> Labels:
    """Return the labels that come with the program."""
    words = tomllib.loads(Path(__file__).with_name("labels.toml").read_text(encoding="utf-8"))
    names = {column: tuple(known) for column, known in words.pop("names").items()}
    return Labels(**words, names=names)
