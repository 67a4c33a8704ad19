"""What the pipeline says about a text. Law: plain frozen values that know neither spaCy nor NumPy.

Labels are those of the contract (design section 6); offsets count Python characters of `Analysis.text`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Score:
    """A label and how sure the model is of it, from 0 to 1."""

    label: str
    score: float


@dataclass(frozen=True, slots=True)
class Place:
    """A place named in the text. `candidates` holds the meanings to ask about when it is ambiguous."""

    text: str
    start: int
    end: int
    name: str | None
    kind: str
    district: str | None
    quarter: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonalDatum:
    """A stretch of the text that tells who somebody is or how to reach them."""

    start: int
    end: int
    type: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything the pipeline says about one text.

    `confident` is false when a person should choose the field; `care` is None, "emergency", "despair" or "violence".
    """

    text: str
    language: str
    kind: Score
    fields: tuple[Score, ...]
    topics: tuple[str, ...]
    keyphrases: tuple[str, ...]
    places: tuple[Place, ...]
    personal_data: tuple[PersonalDatum, ...]
    moderation: Score
    redacted_text: str
    parts: tuple[str, ...]
    confident: bool
    care: str | None
    model: str


def _score(score: Score) -> dict[str, Any]:
    return {"label": score.label, "score": round(score.score, 4)}


def _place(place: Place) -> dict[str, Any]:
    keys = ("text", "start", "end", "name", "kind", "district", "quarter", "latitude", "longitude")
    return {key: getattr(place, key) for key in keys} | {"candidates": list(place.candidates)}


def to_json(analysis: Analysis) -> dict[str, Any]:
    """Give the object that `talstimme tag` prints: the contract's keys first, then our own."""
    return {
        "text": analysis.text,
        "language": analysis.language,
        "kind": _score(analysis.kind),
        "fields": [_score(score) for score in analysis.fields],
        "topics": list(analysis.topics),
        "keyphrases": list(analysis.keyphrases),
        "places": [_place(place) for place in analysis.places],
        "personal_data": [{"start": d.start, "end": d.end, "type": d.type} for d in analysis.personal_data],
        "moderation": _score(analysis.moderation),
        "redacted_text": analysis.redacted_text,
        "parts": list(analysis.parts),
        "confident": analysis.confident,
        "care": analysis.care,
        "model": analysis.model,
    }


def from_json(row: Mapping[str, Any]) -> Analysis:
    """Read what `to_json` wrote."""
    return Analysis(
        text=row["text"],
        language=row["language"],
        kind=Score(**row["kind"]),
        fields=tuple(Score(**score) for score in row["fields"]),
        topics=tuple(row["topics"]),
        keyphrases=tuple(row["keyphrases"]),
        places=tuple(Place(**{**place, "candidates": tuple(place["candidates"])}) for place in row["places"]),
        personal_data=tuple(PersonalDatum(**datum) for datum in row["personal_data"]),
        moderation=Score(**row["moderation"]),
        redacted_text=row["redacted_text"],
        parts=tuple(row["parts"]),
        confident=row["confident"],
        care=row["care"],
        model=row["model"],
    )
