"""From the analyst's words to the engine's: the one place where a tag becomes a proposal.

Law of this file: what is not sure enough is not proposed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.dialogue.events import NOTHING, Part, PlaceGuess, Understanding

# Below these scores a proposal would annoy more often than help; docs/nlp-quality.md has the figures behind them.
FIELD_SURE = 0.10
KIND_SURE = 0.50
INSULT_SURE = 0.80
# Languages in which the figures are below the bar: a person chooses.
NOT_PROPOSED = frozenset({"el", "uk"})
KINDS_PROPOSED = frozenset({"problem", "opinion", "idea", "question", "praise", "defect"})


def understand(analysis: Mapping[str, Any] | None) -> Understanding:
    """Return what the engine may propose from a stored analysis (`nlp.analysis.to_json`), or nothing."""
    if not analysis:
        return NOTHING
    fields = [each["label"] for each in analysis["fields"] if each["score"] >= FIELD_SURE and each["label"] != "none"]
    kind, known = analysis["kind"], analysis["language"] not in NOT_PROPOSED
    fields = fields if known else []
    sure = known and kind["score"] >= KIND_SURE and kind["label"] in KINDS_PROPOSED
    moderation = analysis["moderation"]
    return Understanding(
        language=analysis["language"] or None,
        fields=tuple(fields[:2]),
        kind=kind["label"] if sure else None,
        topics=tuple(analysis["topics"]),
        places=tuple(_place(place) for place in analysis["places"]),
        care=analysis["care"],
        insult=moderation["label"] in ("insult", "hate", "threat") and moderation["score"] >= INSULT_SURE,
        redacted=analysis["redacted_text"] if analysis["personal_data"] else None,
        parts=_parts(analysis),
        similar=tuple(analysis.get("similar", ())),
    )


def _parts(analysis: Mapping[str, Any]) -> tuple[Part, ...]:
    each = analysis.get("each") or ()
    return tuple(Part(text, understand(one)) for text, one in zip(analysis["parts"], each, strict=False))


def _place(place: Mapping[str, Any]) -> PlaceGuess:
    return PlaceGuess(
        text=place["text"],
        name=place["name"] or place["text"],
        district=place["district"],
        candidates=tuple(place["candidates"]),
    )
