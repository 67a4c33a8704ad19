"""What Unicode CLDR knows of a language beyond words, as Babel brings it."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress

from babel import Locale, UnknownLocaleError

from bot.dialogue.plurals import Rule


def plural_rules(codes: Collection[str]) -> dict[str, Rule]:
    """Return the plural rules of languages (ISO 639-1); one that CLDR doesn't know has the form `other` alone."""
    rules: dict[str, Rule] = {}
    for code in codes:
        with suppress(UnknownLocaleError, ValueError):
            rules[code] = Locale.parse(code).plural_form
    return rules
