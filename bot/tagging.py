"""From the tagger's words to what is noted of a contribution: the one place where an analysis becomes tags.

Law of this file: every label keeps its score and the version of the model that gave it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nlp.analysis import Analysis
from nlp.pipeline import Tagger
from storage.contributions import NewPlace, NewTag, Unanalysed
from storage.tagging import Analysed

# Fields below this score are not noted: they would fill the tags of every contribution with noise.
FIELD_NOTED = 0.05


def tag_contributions(tagger: Tagger, pending: Sequence[Unanalysed]) -> list[Analysed]:
    """Analyse contributions and return what is to be noted of each, in their order."""
    texts = [f"{each.title}\n{each.text}" if each.title else each.text for each in pending]
    vectors = tagger.embed(texts).astype(np.float16)
    return [_analysed(*each) for each in zip(pending, tagger.pipe(texts), vectors, strict=True)]
