"""The page in a real browser: by keyboard, read by axe, enlarged, without a network, right to left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.conftest import NOW
from tests.web.browser import CHROMIUM, chromium, say, serving

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
IDEA = "An der Haltestelle Ohligsmühle fehlen Fahrradbügel, alle schließen ihr Rad an Laternen."
# WCAG 2.2, 1.4.10 Reflow: 400 % zoom of a window of 1280 × 1024 pixels.
ENLARGED = {"width": 320, "height": 256}
# WCAG 2.2, 2.5.5 Target Size (Enhanced), in CSS pixels.
TARGET = 44


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Iterator[str]:
    """A site for all tests of this file; each test is another visitor."""
    file = tmp_path_factory.mktemp("web") / "talstimme.sqlite3"
    file.write_bytes(migrated_file.read_bytes())
    with serving(f"sqlite:///{file}", NOW) as opened:
        yield opened


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this file."""
    with chromium() as opened:
        yield opened


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor with a phone."""
    opened = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, address: str) -> Iterator[Page]:
    """The first page, and at the end the proof that nothing went wrong on it or asked another host."""
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    opened.on("request", lambda asked: None if asked.url.startswith(address) else wrong.append(asked.url))
    opened.goto(address)
    yield opened
    assert [line for line in wrong if "ERR_INTERNET_DISCONNECTED" not in line] == []


def violations(page: Page) -> list[str]:
    found: dict[str, Any] = Axe().run(page, options={"runOnly": RULES}).response
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found["violations"]]


def hears(page: Page, words: str) -> None:
    """Wait until the bot has said these words last."""
    expect(page.locator(".message.say .bubble").last).to_contain_text(words)


def to_the_card(page: Page) -> None:
    page.get_by_role("button", name="Smarte Mobilität").click()
    hears(page, "Wie kommen Sie besser von A nach B?")
    say(page, IDEA)
    hears(page, "Stimmt das so?")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_whole_dialogue(page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    assert violations(page) == []
    to_the_card(page)
    assert violations(page) == []
    page.locator("#menu summary").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Abschicken").click()
    hears(page, "Ihr Beitrag ist angekommen")
    assert violations(page) == []


@pytest.mark.parametrize(
    "path", ["/datenschutz", "/impressum", "/barrierefreiheit", "/neu", "/termine", "/gibt-es-nicht"]
)
def test_axe_finds_nothing_on_the_other_pages(context: BrowserContext, address: str, path: str) -> None:
    opened = context.new_page()
    opened.goto(address + path)
    assert violations(opened) == []


def test_the_keyboard_alone_sends_an_idea(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Zum Eingabefeld springen")).to_be_focused()
    reach(page, "Smarte Mobilität")
    page.keyboard.press("Enter")
    expect(page.locator(".message.say").last).to_be_focused()
    reach(page, "Ihre Nachricht")
    page.keyboard.type(IDEA)
    page.keyboard.press("Enter")
    hears(page, "Stimmt das so?")
    expect(page.get_by_label("Ihre Nachricht")).to_be_focused()
    reach(page, "Abschicken", backwards=True)
    page.keyboard.press("Space")
    hears(page, "Ihr Beitrag ist angekommen")
    expect(page.locator(".message.say").last).to_be_focused()


def reach(page: Page, name: str, *, backwards: bool = False) -> None:
    """Press Tab until what is called so has the focus and can be seen."""
    for _ in range(40):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        focused = page.evaluate(
            "() => { const it = document.activeElement, box = it.getBoundingClientRect();"
            " const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);"
            " return [it.labels?.[0]?.textContent ?? it.textContent, it.contains(top)]; }"
        )
        if name in focused[0]:
            assert focused[1], f"{name} has the focus, but something lies on it"
            return
    raise AssertionError(f"{name} cannot be reached")


def test_the_menu_closes_with_escape_and_gives_the_focus_back(page: Page) -> None:
    summary = page.locator("#menu summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Hilfe: was ich kann")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Hilfe: was ich kann")).to_be_hidden()
    expect(summary).to_be_focused()


def test_a_screen_reader_hears_the_answer_once(page: Page) -> None:
    say(page, "Hilfe")
    expect(page.locator("#announcer")).to_contain_text("So geht es")
    expect(page.locator("#announcer")).not_to_contain_text("Computerprogramm")


@pytest.mark.parametrize("viewport", [ENLARGED, {"width": 640, "height": 512}, {"width": 320, "height": 640}])
def test_enlarged_nothing_is_cut_off_or_hidden(page: Page, viewport: Any) -> None:
    page.set_viewport_size(viewport)
    to_the_card(page)
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0
    stuck = page.locator(".dock").evaluate("it => getComputedStyle(it).position == 'sticky' ? it.offsetHeight : 0")
    assert stuck < viewport["height"] / 3
    page.get_by_role("button", name="Abschicken").click()
    hears(page, "Ihr Beitrag ist angekommen")


def test_every_button_is_large_enough_for_a_thumb(page: Page) -> None:
    to_the_card(page)
    page.locator("#menu summary").click()
    for each in page.locator("button:visible, summary:visible, label.tool:visible, footer a, .panel a").all():
        box = each.bounding_box()
        assert box is not None
        assert box["height"] >= TARGET, each.inner_text()


def test_without_a_network_the_message_waits_and_then_arrives_once(page: Page, context: BrowserContext) -> None:
    to_the_card(page)
    context.set_offline(True)
    say(page, "Und mehr Bänke dort, bitte auch im Schatten.")
    expect(page.get_by_text("Die Verbindung ist unterbrochen.")).to_be_visible()
    expect(page.get_by_role("button", name="Noch einmal versuchen")).to_be_visible()
    context.set_offline(False)
    page.get_by_role("button", name="Noch einmal versuchen").or_(page.locator("#log")).first.click()
    hears(page, "Gehört das zu Ihrem Beitrag?")
    expect(page.get_by_text("Die Verbindung ist unterbrochen.")).to_be_hidden()
    assert page.locator(".message.echo", has_text="Und mehr Bänke").count() == 1


def test_a_reload_shows_the_same_conversation(page: Page) -> None:
    to_the_card(page)
    before = page.locator(".message .bubble").all_inner_texts()
    page.reload()
    assert page.locator(".message .bubble").all_inner_texts() == before


def test_two_windows_of_one_conversation_show_the_same(page: Page, context: BrowserContext, address: str) -> None:
    to_the_card(page)
    other = context.new_page()
    other.goto(address)
    say(page, "Pause")
    other.bring_to_front()
    expect(other.locator(".message.echo").last).to_contain_text("Pause", timeout=20_000)
    expect(other.get_by_role("button", name="Weiter", exact=True)).to_be_visible()


def test_right_to_left_nothing_is_cut_off(page: Page) -> None:
    page.evaluate("() => { document.documentElement.dir = 'rtl'; document.documentElement.lang = 'ar'; }")
    to_the_card(page)
    bot, own = page.locator(".say .bubble").last.bounding_box(), page.locator(".echo .bubble").last.bounding_box()
    assert bot is not None
    assert own is not None
    assert bot["x"] + bot["width"] > own["x"] + own["width"]
    wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide == 0


def test_forced_colours_keep_every_edge(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    to_the_card(page)
    for each in page.locator(".bubble, .choice:visible").all():
        assert each.evaluate("it => parseFloat(getComputedStyle(it).borderTopWidth)") >= 1


def test_without_script_an_idea_is_sent_as_well(browser: Browser, address: str) -> None:
    plain = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = plain.new_page()
    page.goto(address)
    page.get_by_role("button", name="Smarte Mobilität").click()
    page.get_by_label("Ihre Nachricht").fill(IDEA)
    page.get_by_role("button", name="Senden").click()
    expect(page.get_by_role("button", name="Abschicken")).to_be_visible()
    page.get_by_role("button", name="Abschicken").click()
    expect(page.locator(".message.say").last).to_be_in_viewport()
    hears(page, "Ihr Beitrag ist angekommen")
    plain.close()
