"""Spans become paragraphs and quotes, as a page shows them.

Law of this file: pure; every word stays, only empty lines become gaps.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.dialogue.texts import Look, Span


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a citizen's own words set apart."""

    spans: tuple[Span, ...]
    quoted: bool = False


def revived(spans: Iterable[Mapping[str, Any]]) -> list[Span]:
    """Return stored spans as values."""
    return [Span(each["text"], Look(each["look"]), each["href"]) for each in spans]


def blocks(spans: Iterable[Span]) -> list[Block]:
    """Return spans as paragraphs (parted by an empty line) and quotes."""
    found: list[Block] = []
    open_spans: list[Span] = []
    for span in spans:
        if span.look is Look.QUOTE:
            found += _paragraph(open_spans)
            found.append(Block((span,), quoted=True))
            open_spans = []
            continue
        *ended, rest = span.text.split("\n\n")
        for piece in ended:
            found += _paragraph([*open_spans, Span(piece, span.look, span.href)])
            open_spans = []
        open_spans.append(Span(rest, span.look, span.href))
    return found + _paragraph(open_spans)


def _paragraph(spans: list[Span]) -> list[Block]:
    told = [span for span in spans if span.text]
    if not "".join(span.text for span in told).strip():
        return []
    first = Span(told[0].text.lstrip("\n"), told[0].look, told[0].href)
    trimmed = [first, *told[1:]]
    last = Span(trimmed[-1].text.rstrip("\n"), trimmed[-1].look, trimmed[-1].href)
    return [Block(tuple(span for span in (*trimmed[:-1], last) if span.text))]
