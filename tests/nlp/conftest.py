"""One loaded pipeline for all tests of this folder: loading takes seconds, tagging milliseconds."""

import pytest

from nlp.pipeline import Tagger, load


@pytest.fixture(scope="session")
def tagger() -> Tagger:
    return load()
