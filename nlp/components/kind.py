"""Kind of contribution: problem, opinion, idea, question, praise, defect, emergency, other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from nlp.analysis import Score
from nlp.components.classify import Classify
from nlp.marks import text_of
from nlp.models import read_model
from nlp.wishes import sentences, weighed, wishing


@Language.factory(
    "talstimme_kind",
    assigns=["doc._.kind"],
    requires=["doc._.embedding", "doc._.grams", "doc._.care"],
    default_config={"folder": None},
)
def create(nlp: Language, name: str, folder: str | None) -> Classify:
    """Read the kind model, and the one that tells which sentence wishes for something.

    Words of danger to life outweigh both: a missed emergency costs more than a false one.
    """
    where = Path(folder) if folder else None
    model, wishes = read_model("kind", where), read_model("wish", where)
    idea, problem = model.labels.index("idea"), model.labels.index("problem")

    def write(doc: Doc, row: NDArray[np.float32]) -> None:
        if int(np.argmax(row)) in (idea, problem) and len(sentences(text_of(doc))) > 1:
            row = weighed(row, idea, problem, wishing(wishes, text_of(doc)))
        best = int(np.argmax(row))
        doc._.kind = Score(model.labels[best], float(row[best]))
        if doc._.care == "emergency":
            doc._.kind = Score("emergency", max(0.9, float(row[model.labels.index("emergency")])))

    return Classify(model, write)
