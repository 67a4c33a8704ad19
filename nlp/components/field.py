"""Action field: nine labels and `none`, best first, and whether the machine may decide alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from spacy.language import Language
from spacy.tokens import Doc

from nlp.analysis import Score
from nlp.components.classify import Classify
from nlp.components.topics import cue_counts
from nlp.encoder import KNOWN_BY_BUNDLED
from nlp.models import read_model

SHOWN = 0.05  # labels less likely than this help nobody
AT_MOST = 4


@Language.factory(
    "talstimme_field",
    assigns=["doc._.fields", "doc._.confident"],
    requires=["doc._.embedding", "doc._.grams", "doc._.language"],
    default_config={"folder": None},
)
def create(nlp: Language, name: str, folder: str | None) -> Classify:
    """Read the field model; its card holds the score from which it is right often enough to decide alone."""
    model = read_model("field", Path(folder) if folder else None)
    enough = float(model.card["accept_from"])

    def write(doc: Doc, row: NDArray[np.float32]) -> None:
        order = np.argsort(-row)[:AT_MOST]
        kept = [i for rank, i in enumerate(order) if rank == 0 or row[i] >= SHOWN]
        doc._.fields = tuple(Score(model.labels[i], float(row[i])) for i in kept)
        doc._.confident = bool(row[order[0]] >= enough and doc._.language in KNOWN_BY_BUNDLED)

    topics = tuple(model.card.get("topics", ()))
    return Classify(model, write, (lambda text: cue_counts(text, topics)) if topics else None)
