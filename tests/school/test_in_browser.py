"""A class in a real browser: each page in each round is read by axe, light and dark; a text survives a gone network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.school import classroom
from bot.school.classroom import Opened
from bot.school.script import Kind
from storage import group_sessions, session_ideas
from storage.database import open_engine
from storage.group_sessions import OpenSession
from storage.session_ideas import Checked, NewIdea
from tests.conftest import NOW
from tests.school.lesson import STAFF
from tests.web.browser import CHROMIUM, chromium, serving
from tests.web.site import KEYS

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ROUNDS = ["lobby", *Kind, "end"]
COLLECTING = list(Kind).index(Kind.COLLECT) + 1
IDEAS = (
    "Eine Solaranlage auf das Schuldach",
    "Steckdosen an jedem Platz",
    "Ein ruhiger Raum für alle, die lesen wollen",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests of this file."""
    with chromium() as opened:
        yield opened


class Stage:
    """A class on a served site, set where a test wants it."""

    def __init__(self, url: str, address: str) -> None:
        self.address, self.engine = address, open_engine(url)
        with self.engine.begin() as connection:
            self.opened: Opened = classroom.open_class(
                connection, KEYS, topics=["learning", "climate"], minutes=45, votes_each=3, actor=STAFF, now=NOW
            )

    @property
    def pages(self) -> dict[str, str]:
        """The addresses of student, board and teacher."""
        code = self.opened.session.code
        return {
            "student": f"/klasse/{code}",
            "board": f"/board/{code}",
            "teacher": f"/lehrkraft/{self.opened.teacher_code}",
        }

    def session(self) -> OpenSession:
        """Return the class as it stands."""
        with self.engine.begin() as connection:
            found = group_sessions.by_id(connection, self.opened.session.id)
        assert found is not None
        return found

    def reach(self, position: int) -> None:
        """Press "next" until the class is here; ideas are written while it collects, chosen while it votes."""
        while (session := self.session()).position < position:
            if session.position == COLLECTING:
                self._write(session)
            with self.engine.begin() as connection:
                if session.position == len(Kind):
                    classroom.end_class(connection, session, now=NOW)
                else:
                    classroom.press_next(connection, session, seen=session.position, now=NOW)

    def _write(self, session: OpenSession) -> None:
        with self.engine.begin() as connection:
            who = group_sessions.join(connection, session.id, "somebody")
            for number, text in enumerate((*IDEAS, "gehalten", "Not")):
                new = NewIdea(f"stage-{number}", who, "learning", text)
                session_ideas.add_idea(connection, session.id, new, now=NOW)
            waiting = session_ideas.unchecked(connection)
            reasons = (None, None, None, "insult", "care")
            checks = [
                Checked(each.id, each.session, False, reason, "despair" if reason == "care" else None)
                for each, reason in zip(waiting, reasons, strict=True)
            ]
            session_ideas.note_checks(connection, checks, now=NOW)


@pytest.fixture
def stage(sqlite_url: str) -> Iterator[Stage]:
    """A class on a site of its own."""
    with serving(sqlite_url, NOW) as address:
        opened = Stage(sqlite_url, address)
        yield opened
        opened.engine.dispose()


def violations(page: Page) -> list[str]:
    found: dict[str, Any] = Axe().run(page, options={"runOnly": RULES}).response
    return [f"{each['id']}: {each['nodes'][0]['html'][:120]}" for each in found["violations"]]


def joined(context: BrowserContext, stage: Stage) -> Page:
    page = context.new_page()
    page.goto(stage.address + stage.pages["student"])
    page.get_by_role("button", name="Mitmachen").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Bevor es losgeht")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_in_every_round_has_no_violation(browser: Browser, stage: Stage, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page, found = context.new_page(), list[str]()
    for entrance in ("/klasse", "/klasse?code=CDFGHJ", "/klasse/ergebnisse", stage.pages["student"]):
        page.goto(stage.address + entrance)
        found += [f"{entrance}: {each}" for each in violations(page)]
    joined(context, stage)
    for position, name in enumerate(ROUNDS):
        stage.reach(position)
        for who, path in stage.pages.items():
            page.goto(stage.address + path)
            found += [f"{who} in {name}: {each}" for each in violations(page)]
    context.close()
    assert found == []


def test_a_text_written_without_a_network_goes_out_by_itself_and_once(browser: Browser, stage: Stage) -> None:
    stage.reach(2)
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = joined(context, stage)
    page.get_by_label("Smarter Klimaschutz").check()
    context.set_offline(True)
    page.get_by_label("Deine Idee").fill("Ein Beet auf dem Dach")
    page.get_by_role("button", name="Abschicken").click()
    expect(page.locator("#unsent")).to_contain_text("Ein Beet auf dem Dach")
    expect(page.get_by_label("Deine Idee")).to_have_value("")
    page.get_by_label("Deine Idee").fill("Schon die nächste")
    context.set_offline(False)
    expect(page.locator("#live")).to_contain_text("Wird gerade geprüft", timeout=20_000)
    expect(page.locator("#unsent")).to_be_hidden()
    expect(page.get_by_label("Deine Idee")).to_have_value("Schon die nächste")
    expect(page.get_by_label("Smarter Klimaschutz")).to_be_checked()
    context.close()
    with stage.engine.begin() as connection:
        kept = session_ideas.all_ideas(connection, stage.opened.session.id)
    assert [(idea.text, idea.topic) for idea in kept] == [("Ein Beet auf dem Dach", "climate")]


def test_who_works_by_keyboard_stays_where_they_were_when_the_page_is_drawn_anew(
    browser: Browser, stage: Stage
) -> None:
    stage.reach(4)
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = joined(context, stage)
    buttons = page.get_by_role("button", name="Punkt geben")
    buttons.nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Punkt zurücknehmen")).to_have_count(1)
    buttons.nth(0).focus()
    with stage.engine.begin() as connection:
        group_sessions.touch(connection, stage.opened.session.id)
    page.evaluate("ask()")
    expect(buttons.nth(0)).to_be_focused()
    context.close()


def test_the_board_fills_a_projector_and_fits_a_phone(browser: Browser, stage: Stage) -> None:
    stage.reach(3)
    for width, height in ((1920, 1080), (390, 844), (320, 256)):
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(stage.address + stage.pages["board"])
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()
