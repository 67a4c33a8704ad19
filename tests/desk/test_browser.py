"""A day at the desk in a real browser, from the login to the file that is read back; and what keys must not do."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
from playwright.sync_api import Page, expect

from storage.models.desk import ADMIN, MODERATOR
from tests.desk.browsing import COUNT, Office, faults, needs_chromium, tab_to
from tests.desk.shelf import numbers

pytestmark = needs_chromium
CASES = 20
CORRECTIONS = (("Art", "Lob"), ("Stand", "freigegeben"), ("Stand", "abgelehnt"))


def test_a_day_at_the_desk(office: Office, tmp_path: Path) -> None:
    """One login by link, then all that a day brings, on one database."""
    with office.page(ADMIN) as page:
        assert twenty_are_reviewed_by_keyboard(page) <= 3 * CASES
        two_are_merged_and_parted_again(page)
        five_are_answered_at_once(page)
        three_cards_are_entered(page)
        an_announcement_is_planned_by_keyboard_after_its_preview(page)
        the_filtered_list_is_exported_corrected_and_read_back(page, tmp_path / "zurück.xlsx")


def twenty_are_reviewed_by_keyboard(page: Page) -> int:
    """Release, reject for a known reason, sort and release; return how many keys that took, and undo the last."""
    page.goto("/desk/beitraege?stand=received&folge=oldest")
    keys = 0
    for turn, number in enumerate(numbers(CASES)):
        row = page.locator(f"[id='{number}']")
        expect(row).to_be_focused()
        stroke = ("r", "x1", "f1r")[turn % 3]
        for key in stroke:
            page.keyboard.press(key)
            keys += 1
            if key == "f" or key == "x":
                expect(page.locator("dialog[open]")).to_be_visible()
            elif key == "1" and stroke == "f1r":
                expect(row).to_contain_text("smarte Wuppertaler:innen")
        expect(row).to_contain_text("abgelehnt" if turn % 3 == 1 else "freigegeben")
    page.keyboard.press("z")
    expect(page.locator(f"[id='{numbers(CASES)[-1]}']")).to_contain_text("eingegangen")
    return keys


def two_are_merged_and_parted_again(page: Page) -> None:
    """Merge the two newest, and undo it."""
    page.goto("/desk/beitraege?stand=received&folge=newest")
    for number in numbers(COUNT)[-2:]:
        page.get_by_label(f"{number} markieren").check()
    page.get_by_role("button", name="Zusammenführen").click()
    expect(page.get_by_text("Zusammengeführt:")).to_be_visible()
    page.get_by_role("button", name="Rückgängig").click()
    expect(page.get_by_text("Rückgängig gemacht:")).to_be_visible()


def five_are_answered_at_once(page: Page) -> None:
    """Answer five with one reason."""
    page.goto("/desk/beitraege?stand=received&folge=newest")
    for number in numbers(COUNT)[-7:-2]:
        page.get_by_label(f"{number} markieren").check()
    page.locator("#b-status").select_option("answered")
    page.locator("#b-reason").fill("Das kommt 2027.")
    page.get_by_role("button", name="Entscheiden").click()
    expect(page.get_by_text("5 in allem")).to_be_visible()


def three_cards_are_entered(page: Page) -> None:
    """Enter three cards of one stand; each gets its receipt, and the next can be typed at once."""
    page.goto("/desk/erfassen")
    page.get_by_label("Aufgenommen von").fill("Infostand")
    for words in ("Mehr Bänke", "Mehr Bäume", "Mehr Busse"):
        page.locator("#text").fill(words)
        page.get_by_role("button", name="Speichern, nächste Karte").click()
        expect(page.get_by_role("heading", name="Erfasst")).to_be_visible()
        expect(page.locator("#text")).to_be_focused()
        assert page.get_by_label("Aufgenommen von").input_value() == "Infostand"
    assert faults(page) == []


def an_announcement_is_planned_by_keyboard_after_its_preview(page: Page) -> None:
    """Write, choose who gets it and when, look at it, and plan it: all by keys."""
    page.goto("/desk/ankuendigungen/neu")
    tab_to(page.locator("#title-de"))
    page.keyboard.type("Werkstatt Mobilität")
    tab_to(page.locator("#text-de"))
    page.keyboard.type("Kommen Sie. [Mehr](https://example.org)")
    tab_to(page.locator("summary", has_text=re.compile("^Sprache$")))
    page.keyboard.press("Enter")
    tab_to(page.get_by_role("checkbox", name="Türkçe"))
    page.keyboard.press("Space")
    tab_to(page.locator("#day"))
    page.keyboard.type("10012026")
    tab_to(page.locator("#hour"))
    page.keyboard.type("0530P")
    tab_to(page.get_by_role("button", name="Prüfen und Vorschau"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Diese Ankündigung erreicht 0 Menschen")).to_be_visible()
    expect(page.get_by_role("link", name="Mehr")).to_be_visible()
    assert faults(page) == []
    page.locator("#title-de").press("Enter")
    expect(page.get_by_role("button", name="Planen für 01.10.2026, 17:30")).to_be_visible()
    tab_to(page.get_by_role("button", name="Planen für 01.10.2026, 17:30"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Werkstatt Mobilität")).to_be_visible()
    expect(page.get_by_text("geplant", exact=True)).to_be_visible()


def the_filtered_list_is_exported_corrected_and_read_back(page: Page, file: Path) -> None:
    """Take the problems out as a workbook, correct one, decide on two, bring it back, and undo it."""
    page.goto("/desk/beitraege?art=problem&folge=newest")
    page.get_by_role("link", name="Als Datei").click()
    with page.expect_download() as begun:
        page.get_by_role("button", name="Excel-Arbeitsmappe").click()
    begun.value.save_as(file)
    rows = _corrected(file)
    page.goto("/desk/einlesen")
    page.get_by_label("Datei", exact=True).set_input_files(file)
    page.get_by_role("button", name="Ansehen", exact=True).click()
    expect(page.get_by_text("Berichtigungen: 2")).to_be_visible()
    expect(page.get_by_text("Darunter Entscheidungen: 1.")).to_be_visible()
    expect(page.get_by_text("„abgelehnt“ braucht einen Grund")).to_be_visible()
    expect(page.get_by_text(f"unverändert: {rows - 3}")).to_be_visible()
    assert faults(page) == []
    page.get_by_role("button", name="So übernehmen").click()
    expect(page.get_by_text("berichtigt: 2")).to_be_visible()
    page.get_by_role("button", name="Rückgängig").click()
    expect(page.get_by_text("Rückgängig gemacht:")).to_be_visible()


def _corrected(file: Path) -> int:
    """Correct one row of a workbook, release another and reject a third without a reason; return how many it has."""
    book = openpyxl.load_workbook(file)
    sheets = [sheet for sheet in book.worksheets if sheet["A1"].value == "Nummer"]
    rows = sum(str(cell.value).startswith("T-") for each in sheets for cell in each["A"])
    (sheet,) = (each for each in book.worksheets if each.title == "smarte Mobilität")
    place = {cell.value: at for at, cell in enumerate(sheet[1])}
    waiting = [row for row in sheet.iter_rows() if row[place["Stand"]].value == "eingegangen"]
    for row, (heading, value) in zip(waiting, CORRECTIONS, strict=False):
        row[place[heading]].value = value
    book.save(file)
    return rows


def test_what_is_too_large_to_send_is_said_in_a_sentence(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "riesig.xlsx"
    file.write_bytes(bytes(50_000_000))
    with office.page(ADMIN) as page:
        page.goto("/desk/einlesen")
        page.get_by_label("Datei", exact=True).set_input_files(file)
        page.get_by_role("button", name="Ansehen", exact=True).click()
        expect(page.get_by_text("Eine Datei darf 20 MB groß sein.")).to_be_visible()


def test_single_keys_are_silent_while_somebody_writes_or_switched_them_off(office: Office) -> None:
    with office.page(MODERATOR) as page:
        page.goto("/desk/beitraege?stand=received&folge=newest")
        page.locator("#search").focus()
        page.keyboard.type("jrx")
        assert page.locator("#search").input_value() == "jrx"
        expect(page.locator("dialog[open]")).to_have_count(0)
        page.goto("/desk/ansicht")
        page.get_by_label("Tastenkürzel aus einem Buchstaben einschalten").uncheck()
        page.get_by_role("button", name="Speichern").click()
        page.goto("/desk/beitraege?stand=received&folge=newest")
        page.keyboard.press("x")
        expect(page.locator("dialog[open]")).to_have_count(0)
