"""The desk in a real browser: by keyboard, read by axe, merged and undone, answered and entered."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from bot.web.server import open_port, serve
from storage import announcements, answers, workshops
from storage.announcements import Plan
from storage.workshops import NewWorkshop
from tests.conftest import NOW
from tests.desk.shelf import fill, numbers
from tests.desk.site import DeskSite, open_desk_site, settings
from tests.web.browser import CHROMIUM, chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COUNT = 30
# No place of a page is farther from its beginning.
MOST_TABS = 90
MEETING = workshops.code_of("werkstatt")
PAGES = (
    *("/desk/", "/desk/beitraege?stand=received&folge=uncertain", "/desk/erfassen", "/desk/vorlagen"),
    *("/desk/uebersetzen", "/desk/team", "/desk/protokoll", "/desk/ansicht", "/desk/tasten", "/desk/gibt-es-nicht"),
    f"/desk/beitrag/{numbers(1)[0]}",
    *("/desk/ankuendigungen", "/desk/ankuendigungen/neu", "/desk/ankuendigungen/1", "/desk/klassen", "/desk/uebergabe"),
    *("/desk/workshops", "/desk/workshops/neu", "/desk/workshops/einlesen", "/desk/einlesen"),
    *(f"/desk/workshops/{MEETING}", f"/desk/workshops/{MEETING}/liste"),
)


@contextmanager
def serving(url: str, now: datetime) -> Iterator[tuple[str, str]]:
    """Serve a desk with contributions and a template, and yield its address and a link that lets in once."""
    port = open_port("127.0.0.1", 0)
    address = f"http://127.0.0.1:{port.getsockname()[1]}"
    loop, stop, up = asyncio.new_event_loop(), asyncio.Event(), threading.Event()
    links: list[str] = []

    async def live() -> None:
        try:
            async with open_desk_site(url, now, settings(public_url=address)) as site:
                await _prepare(site)
                links.append(await site.link())
                task = asyncio.create_task(serve(site.app, port))
                up.set()
                await stop.wait()
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        finally:
            up.set()

    thread = threading.Thread(target=loop.run_until_complete, args=(live(),))
    thread.start()
    up.wait()
    try:
        yield address, links[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


async def _prepare(site: DeskSite) -> None:
    await fill(site, COUNT)
    texts = {"de": "Das gibt es schon."}
    meeting = NewWorkshop("werkstatt", {"de": "Werkstatt"}, NOW + timedelta(days=9), NOW + timedelta(days=9, hours=2))
    await site.store.write(workshops.add, [meeting], now=site.clock())
    words = {"de": {"title": "Auftakt", "text": "Am [Montag](https://example.org) geht es los."}}
    plan = Plan("Auftakt", words, ("all",), "process", NOW + timedelta(days=3), "weekly")
    await site.store.write(announcements.add, plan, by="amt", now=site.clock())
    await site.store.write(answers.keep_template, "Doppelt", "rejected", texts, now=site.clock())


@pytest.fixture(scope="module")
def context(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[tuple[BrowserContext, str]]:
    """Somebody who has logged in by a link, for all tests of this file."""
    file = tmp_path_factory.mktemp("desk") / "talstimme.sqlite3"
    file.write_bytes(migrated_file.read_bytes())
    with serving(f"sqlite:///{file}", NOW) as (address, link), chromium() as browser:
        yield _logged_in(browser, link), address


def _logged_in(browser: Browser, link: str) -> BrowserContext:
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = opened.new_page()
    page.goto(link)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Guten Tag, Rosa Test")).to_be_visible()
    page.close()
    return opened


@pytest.fixture
def page(context: tuple[BrowserContext, str]) -> Iterator[Page]:
    """A page, and at the end the proof that nothing went wrong on it or asked another host."""
    opened, address = context
    page = opened.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda asked: None if asked.url.startswith(address) else wrong.append(asked.url))
    yield page
    page.close()
    assert wrong == []


@pytest.fixture
def address(context: tuple[BrowserContext, str]) -> str:
    """Where the desk is."""
    return context[1]


def broken(page: Page) -> list[str]:
    """Return what axe finds on a page."""
    found: dict[str, Any] = Axe().run(page, options={"runOnly": RULES}).response
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found["violations"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(page: Page, address: str, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    found = {}
    for path in PAGES:
        page.goto(address + path)
        found[path] = broken(page)
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("width", [320, 390, 1280, 1920])
def test_no_page_is_wider_than_its_window(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for path in PAGES:
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_twenty_contributions_are_reviewed_by_keyboard(page: Page, address: str) -> None:
    """At most three keystrokes for a clear case: released, rejected for a known reason, sorted and released."""
    page.goto(f"{address}/desk/beitraege?stand=received&folge=oldest")
    keys = 0
    for turn, number in enumerate(numbers(20)):
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
    assert keys <= 3 * 20
    page.keyboard.press("z")
    expect(page.locator(f"[id='{numbers(20)[-1]}']")).to_contain_text("eingegangen")


def test_two_are_merged_and_parted_again(page: Page, address: str) -> None:
    page.goto(f"{address}/desk/beitraege?stand=received&folge=newest")
    for number in numbers(COUNT)[-2:]:
        page.get_by_label(f"{number} markieren").check()
    page.get_by_role("button", name="Zusammenführen").click()
    expect(page.get_by_text("Zusammengeführt:")).to_be_visible()
    page.get_by_role("button", name="Rückgängig").click()
    expect(page.get_by_text("Rückgängig gemacht:")).to_be_visible()


def test_five_are_answered_at_once(page: Page, address: str) -> None:
    page.goto(f"{address}/desk/beitraege?stand=received&folge=newest")
    for number in numbers(COUNT)[-7:-2]:
        page.get_by_label(f"{number} markieren").check()
    page.locator("#b-status").select_option("answered")
    page.locator("#b-reason").fill("Das kommt 2027.")
    page.get_by_role("button", name="Entscheiden").click()
    expect(page.get_by_text("5 in allem")).to_be_visible()


def test_three_cards_are_entered(page: Page, address: str) -> None:
    page.goto(f"{address}/desk/erfassen")
    page.get_by_label("Aufgenommen von").fill("Infostand")
    for words in ("Mehr Bänke", "Mehr Bäume", "Mehr Busse"):
        page.locator("#text").fill(words)
        page.get_by_role("button", name="Speichern, nächste Karte").click()
        expect(page.get_by_role("heading", name="Erfasst")).to_be_visible()
        expect(page.locator("#text")).to_be_focused()
        assert page.get_by_label("Aufgenommen von").input_value() == "Infostand"


def test_an_announcement_is_planned_by_keyboard_after_its_preview(page: Page, address: str) -> None:
    page.goto(f"{address}/desk/ankuendigungen/neu")
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
    assert broken(page) == []
    page.locator("#title-de").press("Enter")
    expect(page.get_by_role("button", name="Planen für 01.10.2026, 17:30")).to_be_visible()
    tab_to(page.get_by_role("button", name="Planen für 01.10.2026, 17:30"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Werkstatt Mobilität")).to_be_visible()
    expect(page.get_by_text("geplant", exact=True)).to_be_visible()


def tab_to(place: Locator) -> None:
    """Go on by the Tab key until a place has the focus."""
    for _ in range(MOST_TABS):
        if place.evaluate("it => it === document.activeElement"):
            return
        place.page.keyboard.press("Tab")
    expect(place).to_be_focused()


def test_the_filtered_list_is_exported_corrected_and_read_back(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/desk/beitraege?art=problem&folge=newest")
    page.get_by_role("link", name="Als Datei").click()
    with page.expect_download() as begun:
        page.get_by_role("button", name="Excel-Arbeitsmappe").click()
    file = tmp_path / "zurück.xlsx"
    begun.value.save_as(file)
    rows = _corrected(file)
    page.goto(f"{address}/desk/einlesen")
    page.get_by_label("Datei", exact=True).set_input_files(file)
    page.get_by_role("button", name="Ansehen", exact=True).click()
    expect(page.get_by_text("Berichtigungen: 1")).to_be_visible()
    expect(page.get_by_text(f"unverändert: {rows - 1}")).to_be_visible()
    assert broken(page) == []
    page.get_by_role("button", name="So übernehmen").click()
    expect(page.get_by_text("berichtigt: 1")).to_be_visible()
    page.get_by_role("button", name="Rückgängig").click()
    expect(page.get_by_text("Rückgängig gemacht:")).to_be_visible()


def _corrected(file: Path) -> int:
    """Write another kind into the first row of a workbook, and return how many rows its sheets have together."""
    book = openpyxl.load_workbook(file)
    sheets = [sheet for sheet in book.worksheets if sheet["A1"].value == "Nummer"]
    rows = sum(str(cell.value).startswith("T-") for each in sheets for cell in each["A"])
    (sheet,) = (each for each in book.worksheets if each.title == "smarte Mobilität")
    place = [cell.value for cell in sheet[1]].index("Art")
    sheet[2][place].value = "Lob"
    book.save(file)
    return rows


def test_what_is_too_large_to_send_is_said_in_a_sentence(page: Page, address: str, tmp_path: Path) -> None:
    file = tmp_path / "riesig.xlsx"
    file.write_bytes(bytes(50_000_000))
    page.goto(f"{address}/desk/einlesen")
    page.get_by_label("Datei", exact=True).set_input_files(file)
    page.get_by_role("button", name="Ansehen", exact=True).click()
    expect(page.get_by_text("Eine Datei darf 20 MB groß sein.")).to_be_visible()


def test_single_keys_are_silent_while_somebody_writes_or_switched_them_off(page: Page, address: str) -> None:
    page.goto(f"{address}/desk/beitraege?stand=received&folge=newest")
    page.locator("#search").focus()
    page.keyboard.type("jrx")
    assert page.locator("#search").input_value() == "jrx"
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.goto(f"{address}/desk/ansicht")
    page.get_by_label("Tastenkürzel aus einem Buchstaben einschalten").uncheck()
    page.get_by_role("button", name="Speichern").click()
    page.goto(f"{address}/desk/beitraege?stand=received&folge=newest")
    page.keyboard.press("x")
    expect(page.locator("dialog[open]")).to_have_count(0)
    page.goto(f"{address}/desk/ansicht")
    page.get_by_label("Tastenkürzel aus einem Buchstaben einschalten").check()
    page.get_by_role("button", name="Speichern").click()
