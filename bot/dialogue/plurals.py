"""The forms a sentence takes by number, in the notation of ICU: `{count, plural, one {# idea} other {# ideas}}`.

Law of this file: which numbers take which form is the language's rule (Unicode CLDR) and handed in; nothing is guessed.
Source of the notation: ICU MessageFormat, of which this is the plural argument without nesting.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

# The form that every language has, and that stands where a language has no rule here.
OTHER = "other"

_PLURAL = re.compile(r"\{(?P<value>\w+),\s*plural,(?P<forms>(?:\s*(?:=\d+|\w+)\s*\{[^{}]*\})+)\s*\}")
_FORM = re.compile(r"(?P<name>=\d+|\w+)\s*\{(?P<text>[^{}]*)\}")


class Rule(Protocol):
    """A language's rule of plural forms."""

    @property
    def tags(self) -> frozenset[str]:
        """Return the forms it has beside `other`."""
        ...

    def __call__(self, n: int) -> str:
        """Return the form of a number."""
        ...


def agreed(text: str, values: Mapping[str, object], rule: Rule | None) -> str:
    """Return a text in the form its numbers ask for; `#` is the number. Raises `KeyError` for a missing value."""

    def form(mark: re.Match[str]) -> str:
        number = values[mark["value"]]
        if not isinstance(number, int):
            raise KeyError(mark["value"])
        forms = _forms(mark)
        name = rule(number) if rule else OTHER
        return forms.get(f"={number}", forms.get(name, forms.get(OTHER, ""))).replace("#", str(number))

    return _PLURAL.sub(form, text)


def longest(text: str) -> str:
    """Return a text in its longest form, with the mark of a number: what has to fit a button."""
    return _each(text, lambda forms: max(forms.values(), key=len))


def unfolded(text: str) -> str:
    """Return a text with all its forms after each other: what a reader may meet of it."""
    return _each(text, lambda forms: " ".join(forms.values()))


def numbers(text: str) -> frozenset[str]:
    """Return the names of the values that a text counts."""
    return frozenset(mark["value"] for mark in _PLURAL.finditer(text))


def lacking(text: str, rule: Rule | None) -> Iterator[str]:
    """Say which forms of the language a text has not."""
    wanted = {OTHER, *(rule.tags if rule else ())}
    for mark in _PLURAL.finditer(text):
        yield from sorted(wanted - set(_forms(mark)))


def _forms(mark: re.Match[str]) -> dict[str, str]:
    return {form["name"]: form["text"] for form in _FORM.finditer(mark["forms"])}


def _each(text: str, choose: Callable[[dict[str, str]], str]) -> str:
    return _PLURAL.sub(lambda mark: choose(_forms(mark)).replace("#", "…"), text)
