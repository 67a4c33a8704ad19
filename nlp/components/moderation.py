"""Moderation: ok unless the model is sure. Law: honest anger is not accused; the threshold is set on false alarms."""

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
    "talstimme_moderation",
    assigns=["doc._.moderation"],
    requires=["doc._.embedding", "doc._.grams"],
    default_config={"folder": None},
)
def create(nlp: Language, name: str, folder: str | None) -> Classify:
    """Read the moderation model; its card holds the probability of `ok` below which a text is held back."""
    model = read_model("moderation", Path(folder) if folder else None)
    ok = model.labels.index("ok")
    enough = float(model.card["alarm_from"])

    def write(doc: Doc, row: NDArray[np.float32]) -> None:
        if 1 - row[ok] < enough:
            doc._.moderation = Score("ok", float(row[ok]))
            return
        worst = max((i for i in range(len(row)) if i != ok), key=lambda i: float(row[i]))
        doc._.moderation = Score(model.labels[worst], float(1 - row[ok]))

    return Classify(model, write)
