"""The pipeline as its callers use it."""

import pytest

from nlp.analysis import from_json, to_json
from nlp.components.keyphrases import keyphrases
from nlp.components.splitting import split
from nlp.pipeline import CONFIG, Tagger

CONTRACT = [
    "text",
    "language",
    "kind",
    "fields",
    "topics",
    "keyphrases",
    "places",
    "personal_data",
    "moderation",
    "redacted_text",
]


def test_an_analysis_survives_json(tagger: Tagger) -> None:
    analysis = tagger.tag("Ich bin Petra Schmidt. Am Döppersberg fehlen öffentliche Toiletten!")
    assert list(to_json(analysis))[: len(CONTRACT)] == CONTRACT
    again = from_json(to_json(analysis))
    assert to_json(again) == to_json(analysis)


def test_texts_in_batches_give_the_same_as_alone(tagger: Tagger) -> None:
    texts = ["Mehr Bänke", "", "Der Bus kommt nie", "🙂", "Daha fazla bisiklet yolu"]
    together = [(a.language, a.kind.label, a.fields[0].label) for a in tagger.pipe(texts, batch_size=2)]
    assert together == [(a.language, a.kind.label, a.fields[0].label) for a in map(tagger.tag, texts)]


def test_fields_come_best_first_and_a_greeting_is_none(tagger: Tagger) -> None:
    scores = [field.score for field in tagger.tag("komme mit dem Kinderwagen nirgends hoch").fields]
    assert scores == sorted(scores, reverse=True)
    assert tagger.tag("hallo").fields[0].label == "none"


def test_greek_is_never_decided_by_the_machine_alone(tagger: Tagger) -> None:
    assert not tagger.tag("Το λεωφορείο δεν έρχεται ποτέ στην ώρα του").confident


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("den katalavaino tipota apo afto to harti", "el"),
        ("ya ochen dolgo zhdu avtobus", "ru"),
        ("потрібна лавка біля школи", "uk"),
        ("нужна скамейка у школы", "ru"),
        ("Daha fazla ağaç dikilsin, Döppersberg çok sıcak", "tr"),
        ("Bitte mehr Bänke, thanks", "de"),
        ("Please open the Bürgerbüro earlier", "en"),
        ("vorrei un corso di Deutsch la sera", "it"),
    ],
)
def test_the_main_language_of_short_and_mixed_texts(tagger: Tagger, text: str, language: str) -> None:
    assert tagger.tag(text).language == language


def test_danger_despair_and_violence_are_noticed_and_anger_is_not(tagger: Tagger) -> None:
    assert tagger.tag("hilfe in der wohnung brennt es, haus brennt!").kind.label == "emergency"
    assert tagger.tag("ich will nicht mehr leben").care == "despair"
    assert tagger.tag("Mein Mann schlägt mich").care == "violence"
    angry = tagger.tag("Scheiß Baustelle, seit drei Jahren nur Staub und Krach!")
    assert (angry.care, angry.moderation.label) == (None, "ok")


def test_what_runs_is_what_the_config_says(tagger: Tagger) -> None:
    assert all(f"[components.{name}]" in CONFIG.read_text(encoding="utf-8") for name in tagger.nlp.pipe_names)
    analysed = tagger.nlp.analyze_pipes()
    assert analysed is not None
    assert not analysed["problems"]["field"]


def test_a_compound_and_its_paraphrase_meet() -> None:
    assert (
        keyphrases("Die Beleuchtung der Straße ist schwach")
        == keyphrases("Die Straßenbeleuchtung ist schwach")
        == ("Straßenbeleuchtung",)
    )


def test_a_list_of_ideas_is_split_and_one_idea_is_not() -> None:
    assert split("1. Toiletten am Park\n2. Spätbus nach Ronsdorf") == ("Toiletten am Park", "Spätbus nach Ronsdorf")
    assert len(split("Mehr Bänke am Weg. Außerdem fehlen Mülleimer am Bahnhof.")) == 2
    assert split("Mehr Bänke am Weg, weil viele Ältere dort gehen.") == (
        "Mehr Bänke am Weg, weil viele Ältere dort gehen.",
    )
