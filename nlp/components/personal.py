"""Personal data: who somebody is or how to reach them. Law: spans never overlap; the surer type wins."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from spacy.language import Language
from spacy.tokens import Doc

from nlp.analysis import PersonalDatum, Place
from nlp.marks import text_of
from nlp.personal_numbers import numbers
from nlp.persons import addresses, persons


@Language.component("talstimme_personal", assigns=["doc._.personal_data"], requires=["doc._.places"])
def mark_personal_data(doc: Doc) -> Doc:
    """Write `personal_data`."""
    doc._.personal_data = find_personal_data(text_of(doc), doc._.places)
    return doc


def find_personal_data(text: str, places: Sequence[Place] = ()) -> tuple[PersonalDatum, ...]:
    """Find all personal data of a text, in order; `places` keep streets from being read as persons."""
    return _apart((*numbers(text), *addresses(text, places), *persons(text, places)))


def _apart(found: Iterable[PersonalDatum]) -> tuple[PersonalDatum, ...]:
    kept: list[PersonalDatum] = []
    for datum in found:
        if not any(datum.start < other.end and other.start < datum.end for other in kept):
            kept.append(datum)
    return tuple(sorted(kept, key=lambda datum: datum.start))
