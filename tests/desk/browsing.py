"""A desk in the middle of its work on a port of this machine, people with browsers, and what is wrong with a page."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from sqlalchemy import Connection, update

from bot.config import Mail, Oidc, Settings
from bot.outreach import school_of
from bot.web.server import open_port, serve
from desk.parts import NewClass
from storage import announcements, answers, workshops
from storage.announcements import Plan
from storage.audits import Actor
from storage.contributions import ids_of
from storage.figures import snapshots, themes
from storage.figures.themes import Found
from storage.models import Contribution
from storage.models.desk import ADMIN, MODERATOR, STRATEGIST
from storage.worklist import Wanted
from storage.workshops import NewWorkshop
from tests.books import whole_book
from tests.desk.shelf import fill, numbers
from tests.desk.site import KEYS, DeskSite, open_desk_site, settings
from tests.desk.test_workshops import come
from tests.web.browser import CHROMIUM

needs_chromium = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="Chromium is not installed"),
]
COUNT = 30
AMT = Actor("Amt", ADMIN)
MEETING = workshops.code_of("werkstatt")
STRANGER, DOOR = "stranger", "door"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Of these, what colours and width can change: the rest reads the same page again.
_BY_LOOK = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable"]
# Axe on a page that has its script already.
_LOADED = Axe("")
_WIDTHS = (320, 390, 1280, 1920)
# No place of a page is farther from its beginning.
_MOST_TABS = 90
# Nobody answers at this port: a provider that is down.
_NOWHERE = "http://127.0.0.1:9"


@dataclass(slots=True)
class Office:
    """A desk, one browser, and links that let in once: one for each role, and one that is never used (`DOOR`)."""

    browser: Browser
    address: str
    links: Mapping[str, str]
    class_code: str
    _people: dict[str, BrowserContext] = field(default_factory=dict)

    @contextmanager
    def page(self, who: str) -> Iterator[Page]:
        """Yield a page of somebody, who logs in when they first come; at the end nothing went wrong on it."""
        page = self._context(who).new_page()
        wrong: list[str] = []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("request", lambda asked: None if asked.url.startswith(self.address) else wrong.append(asked.url))
        yield page
        page.close()
        assert wrong == []

    def _context(self, who: str) -> BrowserContext:
        if who not in self._people:
            opened = self.browser.new_context(
                base_url=self.address, viewport={"width": 1280, "height": 900}, reduced_motion="reduce", locale="de-DE"
            )
            if who in self.links:
                _log_in(opened.new_page(), self.links[who])
            self._people[who] = opened
        return self._people[who]


def _log_in(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Jetzt anmelden").press("Enter")
    expect(page.get_by_role("heading", name="Guten Tag, Rosa Test")).to_be_visible()
    page.close()


@contextmanager
def opened(url: str, now: datetime, browser: Browser) -> Iterator[Office]:
    """Serve a desk in the middle of its work for as long as the block runs."""
    port = open_port("127.0.0.1", 0)
    address = f"http://127.0.0.1:{port.getsockname()[1]}"
    loop, stop, up = asyncio.new_event_loop(), asyncio.Event(), threading.Event()
    offices: list[Office] = []

    async def live() -> None:
        try:
            async with open_desk_site(url, now, _settings(address)) as site:
                code = await _prepare(site)
                offices.append(Office(browser, address, await _links(site), code))
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
        yield offices[0]
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


def _settings(address: str) -> Settings:
    mail = Mail.model_validate({"host": "mail.example", "sender": "talstimme@stadt.example"})
    oidc = Oidc.model_validate({"issuer": _NOWHERE, "client_id": "talstimme"})
    return settings(public_url=address).model_copy(update={"mail": mail, "oidc": oidc})


async def _links(site: DeskSite) -> dict[str, str]:
    return {
        name: await site.link(role)
        for name, role in {ADMIN: ADMIN, MODERATOR: MODERATOR, STRATEGIST: STRATEGIST, DOOR: ADMIN}.items()
    }


async def _prepare(site: DeskSite) -> str:
    """Put something onto each page, and return the code of a class."""
    now = site.clock()
    await fill(site, COUNT)
    await site.store.write(_shape, now)
    await site.store.write(_plan, now)
    school = school_of(site.settings, whole_book(), KEYS)
    return (await site.store.write(school.open, NewClass(("learning",), 45, 3, "de"), AMT, now)).code


def _shape(connection: Connection, now: datetime) -> None:
    """Make one contribution a defect that waits for the service centre, and a theme of others; count them once."""
    *chosen, defect = numbers(COUNT)[19:23]
    connection.execute(update(Contribution).where(Contribution.number == defect).values(kind="defect"))
    ids = tuple(ids_of(connection, chosen).values())
    found = Found(None, "Ampel", ids, ids[:1], b"")
    themes.keep(connection, "mobility", [found], AMT, now=now)
    snapshots.take(connection, Wanted(), now=now)


def _plan(connection: Connection, now: datetime) -> None:
    """Plan a workshop to which people come, and an announcement; keep a template."""
    begins = now + timedelta(days=9)
    meeting = NewWorkshop("werkstatt", {"de": "Werkstatt"}, begins, begins + timedelta(hours=2))
    workshops.add(connection, [meeting], now=now)
    come(connection, workshops.by_uids(connection, ["werkstatt"])["werkstatt"].id, 3, now)
    words = {"de": {"title": "Auftakt", "text": "Am [Montag](https://example.org) geht es los."}}
    announcements.add(
        connection, Plan("Auftakt", words, ("all",), "process", now + timedelta(days=3), "weekly"), by="amt", now=now
    )
    answers.keep_template(connection, "Doppelt", "rejected", {"de": "Das gibt es schon."}, now=now)


def faults(page: Page) -> list[str]:
    """Return what is wrong with a page: what axe finds in light at a desk and, of what looks can change, in dark on a
    phone; and what is wider than its window.
    """
    # What is folded is read by axe, too.
    page.evaluate("document.querySelectorAll('main details').forEach(it => it.open = true)")
    wide = [f"wider than {width} px" for width in _WIDTHS if not _fits(page, width)]
    by_look = {"runOnly": {"type": "rule", "values": _BY_LOOK}}
    dark = _read_by_axe(page, Axe(), "dark", 390, by_look)
    return [*wide, *dark, *_read_by_axe(page, _LOADED, "light", 1280, {"runOnly": _RULES})]


def _read_by_axe(page: Page, axe: Axe, scheme: Any, width: int, rules: Mapping[str, Any]) -> list[str]:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    said: dict[str, Any] = axe.run(page, options={**rules, "resultTypes": ["violations"]}).response
    return [f"{scheme}: {each['id']}: {each['nodes'][0]['html'][:120]}" for each in said["violations"]]


def _fits(page: Page, width: int) -> bool:
    page.set_viewport_size({"width": width, "height": 900})
    fits: bool = page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    return fits


def tab_to(place: Locator) -> None:
    """Go on by the Tab key until a place has the focus."""
    for _ in range(_MOST_TABS):
        if place.evaluate("it => it === document.activeElement"):
            return
        place.page.keyboard.press("Tab")
    expect(place).to_be_focused()
