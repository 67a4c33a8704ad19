"""Kind of contribution: problem, opinion, idea, question, praise, defect, emergency, other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from nlp.analysis import Score
from nlp.components.classify import Classify
from nlp.models import read_model


@Language.factory(
    "talstimme_kind",
    assigns=["doc._.kind"],
    requires=["doc._.embedding", "doc._.grams", "doc._.care"],
    default_config={"folder": None},
)
def create(nlp: Language, name: str, folder: str | None) -> Classify:
    """Read the kind model. Words of danger to life outweigh it: a missed emergency costs more than a false one."""
    model = read_model("kind", Path(folder) if folder else None)

    def write(doc: Doc, row: NDArray[np.float32]) -> None:
        best = int(np.argmax(row))
        doc._.kind = Score(model.labels[best], float(row[best]))
        if doc._.care == "emergency":
            doc._.kind = Score("emergency", max(0.9, float(row[model.labels.index("emergency")])))

    return Classify(model, write)
