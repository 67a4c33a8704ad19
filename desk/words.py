"""The desk's own texts, files for each language (`de.toml`, `figures.de.toml`), German first.

Law of this file: no sentence that staff read stands in Python; a key that one language lacks is a mistake.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from storage.city import CITY_TIME, day_of
from storage.labels import german_labels

GERMAN = "de"
LANGUAGES = (GERMAN, "en")
_FOLDER = Path(__file__).with_name("texts")
_LOCALES = {GERMAN: "de_DE", "en": "en_GB"}


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language, by dotted key."""

    language: str
    texts: Mapping[str, str] = field(hash=False, repr=False)

    def __call__(self, key: str, **values: object) -> str:
        """Return a text with its values; KeyError for one that is not there."""
        text = self.texts[key]
        return text.format_map(values) if values else text

    def value(self, column: str, key: str | None) -> str:
        """Return the word for a value of a column, such as a field; the value itself where none is known."""
        if key is None:
            return self("value.none")
        found = self.texts.get(f"value.{column}.{key}")
        return found or german_labels().value(column, key) or key

    def maybe(self, group: str, key: str) -> str:
        """Return the word for a key of a group, or the key itself where it has none."""
        return self.texts.get(f"{group}.{key}", key)

    def day(self, moment: date | datetime | None) -> str:
        """Return a day by the city's calendar."""
        if isinstance(moment, datetime):
            moment = day_of(moment)
        return "" if moment is None else format_date(moment, "medium", locale=_LOCALES[self.language])

    def moment(self, moment: datetime | None) -> str:
        """Return a moment by the city's clock."""
        if moment is None:
            return ""
        local = moment.astimezone(CITY_TIME)
        return format_datetime(local, "dd.MM.yyyy, HH:mm" if self.language == GERMAN else "d MMM yyyy, HH:mm")

    def number(self, number: float) -> str:
        """Return a number as people write it."""
        return format_decimal(number, locale=_LOCALES[self.language])


@cache
def words_of(language: str) -> Words:
    """Return the texts of a language."""
    files = sorted(_FOLDER.glob(f"*{language}.toml"))
    return Words(language, {key: text for file in files for key, text in _flat(tomllib.loads(file.read_text("utf-8")))})


def choices_of(column: str) -> tuple[str, ...]:
    """Return the values a column can have, in the order in which people know them."""
    return tuple(key for key in german_labels().values[column] if key != "none")


def _flat(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in tree.items():
        found.extend(_flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else [(f"{prefix}{key}", value)])
    return found
