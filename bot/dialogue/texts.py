"""Sentences a citizen reads: found by language and key, filled with values, returned as spans.

Law of this file: values never become markup; a missing key in a language falls back to German.
A text may hold `{name}` for a value, `**words**` for emphasis, `[words](https://…)` for a link and plural forms.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.dialogue.plurals import Rule, agreed, numbers, unfolded

FALLBACK = "de"

_MARK = re.compile(r"\*\*(?P<strong>.+?)\*\*|\[(?P<label>[^\]]+)\]\((?P<href>[^)\s]+)\)|\{(?P<value>\w+)\}", re.S)


def tongue(code: str) -> str:
    """Return the language of a voice as ISO 639-1: `de` of `de-du` and of `de-plain`."""
    return code.partition("-")[0]


class Look(StrEnum):
    """How a span looks."""

    PLAIN = "plain"
    STRONG = "strong"
    QUOTE = "quote"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text in one look; `href` only for links."""

    text: str
    look: Look = Look.PLAIN
    href: str | None = None


Spans = tuple[Span, ...]
Value = str | int | Spans


@dataclass(frozen=True, slots=True)
class Texts:
    """All texts by language code and dotted key, e.g. `("de", "menu.question")`; plural rules by ISO 639-1."""

    by_language: Mapping[str, Mapping[str, str]]
    fallback: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    plurals: Mapping[str, Rule] = field(default_factory=dict)

    def has(self, language: str, key: str) -> bool:
        """Say whether a text of this key can be shown in this language or one it falls back to."""
        return self._find(language, key) is not None

    def plain(self, language: str, key: str, **values: Value) -> str:
        """Return a text without looks, for button labels and notices of a tap."""
        return "".join(span.text for span in self.spans(language, key, **values))

    def words(self, language: str, key: str) -> tuple[str, ...]:
        """Return a text that lists words between commas, e.g. what can be typed for a command."""
        found = self._find(language, key) or ("", "")
        return tuple(word.strip() for word in found[1].split(",") if word.strip())

    def spans(self, language: str, key: str, **values: Value) -> Spans:
        """Return a text as spans with its values filled in.

        Raises `KeyError` when neither the language nor its fallbacks have the key or a value is missing:
        both are mistakes of the book that `talstimme check` reports first.
        """
        found = self._find(language, key)
        if found is None:
            raise KeyError(key)
        code, text = found
        return tuple(_spans(agreed(text, values, self.plurals.get(tongue(code))), values))

    def _find(self, language: str, key: str) -> tuple[str, str] | None:
        """Return a text and the language it is in."""
        for code in (language, *self.fallback.get(language, ()), FALLBACK):
            if (text := self.by_language.get(code, {}).get(key)) is not None:
                return code, text
        return None


def _spans(text: str, values: Mapping[str, Value]) -> list[Span]:
    spans: list[Span] = []
    end = 0
    for mark in _MARK.finditer(text):
        spans.append(Span(text[end : mark.start()]))
        spans.extend(_marked(mark, values))
        end = mark.end()
    spans.append(Span(text[end:]))
    return [span for span in spans if span.text]


def _marked(mark: re.Match[str], values: Mapping[str, Value]) -> list[Span]:
    if strong := mark["strong"]:
        return [Span(span.text, Look.STRONG) for span in _spans(strong, values)]
    if label := mark["label"]:
        return [Span(label, Look.LINK, mark["href"])]
    value = values[mark["value"]]
    return list(value) if isinstance(value, tuple) else [Span(str(value))]


def placeholders(text: str) -> frozenset[str]:
    """Return the names of the values a text asks for."""
    return numbers(text) | {mark["value"] for mark in re.finditer(r"\{(?P<value>\w+)\}", unfolded(text))}


def quote(text: str) -> Spans:
    """Return a citizen's own words as one quoted span."""
    return (Span(text, Look.QUOTE),)
