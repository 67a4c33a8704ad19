"""Places as citizens write them."""

import pytest

from nlp.components.places import find_places
from nlp.district import district_at


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mehr Bänke auf der Trasse", "Nordbahntrasse"),
        ("am Hbf ist es dunkel", "Wuppertal Hauptbahnhof"),
        ("Barmens Innenstadt stirbt", "Barmen-Mitte"),
        ("die Elberfelder wollen das nicht", "Elberfeld"),
        ("in der luisenstr. rasen alle", "Luisenstraße"),
        ("Sonborn hat keinen Arzt", "Sonnborn"),
        ("am alten markt", "Alter Markt"),
        ("Toelleturm putzen", "Toelleturm"),
        ("Tölleturm putzen", "Toelleturm"),
        ("am Rott fehlt ein Spielplatz", "Rott"),
        ("wtal braucht mehr Grün", "Wuppertal"),
    ],
)
def test_a_place_is_found_however_it_is_written(text: str, name: str) -> None:
    assert name in [place.name for place in find_places(text)]


@pytest.mark.parametrize(
    "text",
    [
        "die Höhe der Miete",
        "ein Bruch im Rohr",
        "rotte Bretter",
        "wir sind warmen Sommer gewohnt",
        "mehr Radwege und Spielplätze",
    ],
)
def test_an_ordinary_word_is_no_place(text: str) -> None:
    assert find_places(text) == ()


def test_an_ambiguous_name_is_asked_about() -> None:
    (place,) = find_places("mehr Grün in Barmen")
    assert "Barmen" in place.candidates
    assert len(place.candidates) > 1


def test_a_landmark_has_coordinates_quarter_and_district() -> None:
    (place,) = find_places("Brunnen auf dem Laurentiusplatz")
    assert (place.district, place.quarter) == ("Elberfeld", "Elberfeld-Mitte")
    assert place.latitude == pytest.approx(51.257, abs=0.003)


@pytest.mark.parametrize(
    "text",
    ["Ecke Ahornweg/Birkenallee ist es dunkel", "die Ampel in der Musterfelder Straße", "das Schlagloch im Ahornweg"],
)
def test_a_place_that_no_gazetteer_holds_is_found_by_its_build(text: str) -> None:
    assert [place.kind for place in find_places(text)] == ["pattern"]


@pytest.mark.parametrize(
    ("where", "district"),
    [
        ((51.207, 7.134), "Cronenberg"),
        ((51.272, 7.199), "Barmen"),
        ((51.233, 7.072), "Vohwinkel"),
        ((51.249, 7.300), "Langerfeld-Beyenburg"),
        ((50.735, 7.102), None),
    ],
)
def test_a_shared_location_names_its_district(where: tuple[float, float], district: str | None) -> None:
    assert district_at(*where) == district


def test_the_schwebebahn_as_a_whole_is_no_station() -> None:
    assert find_places("Schwebebahn zu teuer") == ()
    assert [place.name for place in find_places("Schwebebahn Zoo")] == ["Zoo/Stadion"]
