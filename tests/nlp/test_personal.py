"""Personal data is found and the sentence stays readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.components.personal import find_personal_data
from nlp.components.places import find_places
from nlp.components.redaction import redact
from nlp.examples import CORPUS, rows
from nlp.metrics import overlap


def redacted(text: str) -> str:
    return redact(text, find_personal_data(text, find_places(text)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ruft mich an: 0202 1234567", "Ruft mich an: [Telefon]"),
        ("null eins sieben sechs vier vier drei zwei eins null", "[Telefon]"),
        ("schreibt an a.b@beispiel.example bitte", "schreibt an [E-Mail] bitte"),
        ("IBAN DE89 3704 0044 0532 0130 00", "IBAN [IBAN]"),
        ("geb. 12.03.1985", "geb. [Geburtsdatum]"),
        ("W-AB 123 parkt immer hier", "[Kennzeichen] parkt immer hier"),
        ("Ich wohne in der Gathe 45", "Ich wohne in der [Adresse]"),
        ("Mein Name ist Petra Schmidt", "Mein Name ist [Name]"),
        ("Herr Müller vom Amt", "Herr [Name] vom Amt"),
        ("mehr unter https://beispiel.example/seite", "mehr unter [Link]"),
        ("auf Telegram bin ich @trassenfan", "auf Telegram bin ich [Nutzername]"),
        ("Versichertennummer A123456789", "Versichertennummer [Versichertennummer]"),
    ],
)
def test_a_datum_is_replaced_by_a_word(text: str, expected: str) -> None:
    assert redacted(text) == expected


def test_nine_in_ten_kinds_of_sloppy_spelling_are_found_and_little_else() -> None:
    found = rows(CORPUS / "dev" / "personal.jsonl")
    right = [[(mark["start"], mark["end"]) for mark in row["personal_data"]] for row in found]
    said = [find_personal_data(row["text"], find_places(row["text"])) for row in found]
    precision, recall, _ = overlap(right, [[(datum.start, datum.end) for datum in each] for each in said])
    assert recall >= 0.97
    assert precision >= 0.97


@pytest.mark.parametrize(
    "text",
    [
        "Mein Nachbar parkt immer auf dem Gehweg",
        "Am Alten Markt 3 Ampeln zu viel",
        "six minutes at home. More like this please",
        "ben Köln'de oturuyorum",
        "Die Friedrich-Engels-Allee ist laut",
        "Am Robert-Daum-Platz hält der Bus 615",
        "Else-Lasker-Schüler-Gesamtschule braucht WLAN",
        "Am 12.05.2024 war das Stadtfest",
        "Tempo 30 statt 50 und 200 Bäume bis 2030",
        "Auf der A46 ist Stau",
        "Das kostet 50000 Euro im Jahr",
    ],
)
def test_streets_dates_and_numbers_are_not_personal(text: str) -> None:
    assert redacted(text) == text


@given(st.text(max_size=200))
def test_spans_lie_in_the_text_in_order_and_apart(text: str) -> None:
    found = find_personal_data(text, find_places(text))
    edges = [edge for datum in found for edge in (datum.start, datum.end)]
    assert edges == sorted(edges)
    assert all(0 <= datum.start < datum.end <= len(text) for datum in found)
