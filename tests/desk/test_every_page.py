"""Every page of the desk in a real browser: axe finds nothing at WCAG 2.2 AA, and none is wider than its window.

Law of this file: the table of routes says which pages there are; one without a place here fails.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from desk.app import DOORS
from storage.models.desk import ADMIN, MODERATOR, STRATEGIST
from tests.desk.browsing import COUNT, DOOR, MEETING, STRANGER, Office, faults, needs_chromium
from tests.desk.shelf import numbers

pytestmark = needs_chromium
NUMBER = numbers(COUNT)[19]
FIRST = "/beitraege?stand=received&folge=uncertain"
# Which addresses show the page behind a door, to an admin unless somebody else is named.
PAGES: dict[str, tuple[str, ...]] = {
    "/": ("/", f"{MODERATOR} /", f"{STRATEGIST} /"),
    "/beitraege": (FIRST, f"{STRATEGIST} {FIRST}", "/beitraege?suche=Nirgendwo"),
    "/beitrag/{number}": (f"/beitrag/{NUMBER}", f"{STRATEGIST} /beitrag/{NUMBER}"),
    "/zahlen": ("/zahlen", "/zahlen?schnappschuss=1"),
    "/zahlen/blatt/{file}": ("/zahlen/blatt/Barmen.html",),
    "/vorlagen": ("/vorlagen",),
    "/uebersetzen": ("/uebersetzen",),
    "/erfassen": ("/erfassen",),
    "/uebergabe": ("/uebergabe",),
    "/einlesen": ("/einlesen",),
    "/protokoll": ("/protokoll",),
    "/ausfuhr": ("/ausfuhr",),
    "/themen": ("/themen", f"{MODERATOR} /themen"),
    "/themen/{id:int}": ("/themen/1", f"{MODERATOR} /themen/1"),
    "/ankuendigungen": ("/ankuendigungen",),
    "/ankuendigungen/neu": ("/ankuendigungen/neu",),
    "/ankuendigungen/{id:int}": ("/ankuendigungen/1",),
    "/workshops": ("/workshops",),
    "/workshops/neu": ("/workshops/neu",),
    "/workshops/einlesen": ("/workshops/einlesen",),
    "/workshops/{code}": (f"/workshops/{MEETING}",),
    "/workshops/{code}/liste": (f"/workshops/{MEETING}/liste",),
    "/klassen": ("/klassen",),
    "/klassen/{code}": ("/klassen/CLASS",),
    "/schnittstelle": ("/schnittstelle",),
    "/team": ("/team",),
    "/ansicht": ("/ansicht",),
    "/tasten": ("/tasten",),
    "/anmelden": (f"{STRANGER} /anmelden", f"{STRANGER} /anmelden?abgemeldet=1&sprache=en"),
    "/anmelden/{token}": (f"{STRANGER} {DOOR}", f"{STRANGER} /anmelden/x"),
    "/openid": (f"{STRANGER} /openid",),
    "/openid/zurueck": (f"{STRANGER} /openid/zurueck",),
    "/openid/abmelden": (f"{STRANGER} /openid/abmelden",),
    "": ("/gibt-es-nicht", f"{MODERATOR} /team"),
}
# What these hand out is a file, and one is a row that a script puts into the list.
FILES: dict[str, str] = {
    "/beitrag/{number}/akte.pdf": f"/beitrag/{NUMBER}/akte.pdf",
    "/erfassen/karte.pdf": "/erfassen/karte.pdf",
    "/uebergabe/liste.xlsx": "/uebergabe/liste.xlsx",
    "/zahlen/{id:int}/{file}": "/zahlen/1/kinds.csv",
    "/klassen/mappe.pdf": "/klassen/mappe.pdf",
    "/klassen/{code}/aushang.pdf": "/klassen/CLASS/aushang.pdf",
    "/workshops/{code}/plakat.pdf": f"/workshops/{MEETING}/plakat.pdf",
    "/workshops/{code}/eingang.pdf": f"/workshops/{MEETING}/eingang.pdf",
    "/workshops/{code}/termin.ics": f"/workshops/{MEETING}/termin.ics",
}
ROW = "/beitrag/{number}/zeile"


def test_every_page_has_a_place_here() -> None:
    """A new page of the desk is looked at by axe, or these tables say that it is none."""
    here = PAGES.keys() - {""} | FILES.keys() | {ROW}
    assert here == {door.path for door in DOORS if door.method == "GET"}


@pytest.mark.parametrize(("door", "asked"), [(door, asked) for door in PAGES for asked in PAGES[door]])
def test_axe_finds_nothing(office: Office, door: str, asked: str) -> None:
    who, _, path = asked.rpartition(" ")
    with office.page(who or ADMIN) as page:
        page.goto(address_of(office, path))
        assert page.locator("h1").count() == 1, "a page has one heading of the first rank"
        assert faults(page) == []


def address_of(office: Office, path: str) -> str:
    """Return the address of a page of this office."""
    return office.links[DOOR] if path == DOOR else f"/desk{path.replace('CLASS', office.class_code)}"


def test_what_is_left_out_is_no_page(office: Office) -> None:
    with office.page(ADMIN) as page:
        for path in FILES.values():
            answer = page.request.get(address_of(office, path))
            assert (answer.status, "html" in answer.headers["content-type"]) == (200, False), path


def _press(page: Page, name: str) -> Page:
    page.get_by_role("button", name=name, exact=True).first.click()
    page.wait_for_load_state()
    return page


def _needs(page: Page) -> Page:
    page.goto(f"/desk/workshops/{MEETING}")
    return _press(page, "Bedarfe lesen (wird protokolliert)")


def _class(page: Page) -> Page:
    page.goto("/desk/klassen")
    page.get_by_role("checkbox").first.check()
    return _press(page, "Öffnen")


def _way_in(page: Page) -> Page:
    page.goto("/desk/team")
    page.locator("main summary").first.click()
    return _press(page, "Link zum Anmelden erzeugen")


def _key(page: Page) -> Page:
    page.goto("/desk/schnittstelle")
    page.locator("#name").fill("Open Data")
    return _press(page, "Schlüssel erzeugen")


def _names(page: Page) -> Page:
    page.goto("/desk/protokoll")
    page.locator("#subject").fill(NUMBER)
    page.locator("#occasion").fill("Eine Nachfrage")
    return _press(page, "Mit Namen zeigen")


def _original(page: Page) -> Page:
    page.goto(f"/desk/beitrag/{NUMBER}")
    return _press(page, "Originaltext öffnen (wird protokolliert)")


def _reading(page: Page) -> Page:
    page.goto(f"/desk/beitrag/{NUMBER}")
    page.locator("#reason").fill("Das gibt es schon.")
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Vorschau").click()
    return popup.value


def _stale(page: Page) -> Page:
    page.goto(f"/desk/beitrag/{NUMBER}")
    other = page.context.new_page()
    other.goto(f"/desk/beitrag/{NUMBER}")
    _press(other, "Freigeben").close()
    page.locator("#reason").fill("Das gibt es schon.")
    return _press(page, "Ablehnen")


def _fault(page: Page) -> Page:
    page.goto("/desk/workshops/neu")
    typed = {"title-de": "Werkstatt", "day": "2026-11-05", "begins": "18:00", "ends": "17:00"}
    for name, value in typed.items():
        page.locator(f"#{name}").fill(value)
    return _press(page, "Workshop anlegen")


def _timetable(page: Page) -> Page:
    table = b"titel;beginn;ende\nA;2026-11-05 17:00;2026-11-05 18:00\nB;bald;\n"
    return _brought(page, "/desk/workshops/einlesen", table)


def _columns(page: Page) -> Page:
    return _brought(page, "/desk/einlesen", b"Notiz;Tisch\nMehr Licht;1\n")


def _brought(page: Page, address: str, table: bytes) -> Page:
    page.goto(address)
    file = page.get_by_label("Datei", exact=True)
    file.set_input_files({"name": "liste.csv", "mimeType": "text/csv", "buffer": table})
    return _press(page, "Ansehen")


def _mailed(page: Page) -> Page:
    page.goto("/desk/anmelden")
    page.locator("#address").fill("niemand@stadt.example")
    return _press(page, "Link per E-Mail senden")


ANSWERS: dict[Callable[[Page], Page], str] = {
    _needs: "1 Rollstuhl",
    _class: "nur jetzt",
    _way_in: "",
    _key: "",
    _names: "Rosa Test",
    _original: "Frau Geheim",
    _reading: "Das gibt es schon.",
    _stale: "geändert",
    _fault: "Das Ende liegt vor dem Beginn.",
    _timetable: "kommt neu dazu",
    _columns: "hat keine Spalte mit den Texten",
    _mailed: "ist eine E-Mail unterwegs",
}


@pytest.mark.parametrize("ask", ANSWERS, ids=lambda ask: ask.__name__)
def test_axe_finds_nothing_in_the_answer_to_a_form(office: Office, ask: Callable[[Page], Page]) -> None:
    """Some pages are reached by a form alone."""
    with office.page(STRANGER if ask is _mailed else ADMIN) as page:
        answer = ask(page)
        expect(answer.locator("main")).to_contain_text(ANSWERS[ask])
        assert faults(answer) == []
