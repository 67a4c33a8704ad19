"""The same thing in other words, and pairs made of grouped texts."""

from collections import Counter
from pathlib import Path

from nlp.examples import pair_rows
from nlp.things import things


def test_other_words_and_languages_name_the_same_thing() -> None:
    assert "sit" in things(["man", "müsste", "sich", "mal", "hinsetzen"]) & things(["Die", "Parkbänke", "fehlen"])
    assert "light" in things(["abends", "ist", "es", "stockdunkel"]) & things(["di", "sera", "manca", "la", "luce"])


def test_a_short_beginning_is_no_other_word() -> None:
    assert "winter" not in things(["Eisenbahn"])
    assert "council" not in things(["Rathaus"])


def test_grouped_texts_make_pairs_of_every_label(tmp_path: Path) -> None:
    row = '{"text": "%s", "topic": "%s", "wish": "%s"}\n'
    texts = [
        ("Bänke her", "sitzen", "A"), ("bank fehlt", "sitzen", "A"), ("bank kaputt", "sitzen", "B"),
        ("Bus kommt nie", "bus takt", "A"), ("Bus zu teuer", "bus preis", "A"),
    ]  # fmt: skip
    (tmp_path / "same.jsonl").write_text("".join(row % each for each in texts), encoding="utf-8")
    found = pair_rows(tmp_path)
    assert Counter(pair["label"] for pair in found) == {"duplicate": 1, "related": 2, "different": 10}
    assert not any("Bus" in pair["a"] and "Bus" in pair["b"] for pair in found)
