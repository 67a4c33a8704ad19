"""The web chat with a real database and the real worker, as a visitor meets it."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.bell import Bell
from bot.config import Settings
from bot.dialogue.model import Book
from bot.handle import Channel
from bot.keys import Keys
from bot.store import Store, open_store
from bot.web.app import build_app
from bot.web.gong import Gong
from bot.web.read import read
from bot.web.render import renderer
from bot.worker import Office, work
from tests.books import whole_book

ORIGIN = "http://chat.example"
# So long a thread of the database driver may take to end (seconds); it takes milliseconds.
DRIVER_PATIENCE = 5.0
KEYS = Keys(b"c" * 32, b"k" * 32)


@dataclass(slots=True)
class Ticking:
    """A clock that starts at a moment and moves a millisecond each time somebody looks."""

    at: datetime

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


@dataclass(slots=True)
class Site:
    """One instance: its application, its database, and what a test may change."""

    app: Starlette
    store: Store
    clock: Ticking
    loops: dict[str, bool] = field(default_factory=lambda: {"worker": True})

    def visitor(self, **headers: str) -> Visitor:
        """Return somebody with a browser of their own, without cookies yet."""
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app),
            base_url=ORIGIN,
            headers={"Origin": ORIGIN, **headers},
            follow_redirects=True,
        )
        return Visitor(client)


def settings(**web: Any) -> Settings:
    """Return a configuration without analyst, so that no message waits for tags."""
    return Settings.model_validate({"web": {"public_url": ORIGIN, **web}, "nlp": {"patience_ms": 0}})


def offering(*codes: str) -> Book:
    """Return the book with these languages in its menu; with one alone nobody is asked for theirs."""
    book = whole_book()
    return replace(book, languages=tuple(replace(each, offered=each.code in codes) for each in book.languages))


@asynccontextmanager
async def open_site(
    url: str,
    now: datetime,
    chosen: Settings | None = None,
    *,
    book: Book | None = None,
    works: bool = True,
    patience: float = 8.0,
) -> AsyncIterator[Site]:
    """Run a site; without `works` nobody takes turns, as when the worker is far behind."""
    clock, bell, gong, book = Ticking(now), Bell(), Gong(), book or offering("de")
    office = Office(book, {"web": Channel("web", read, renderer(book))}, KEYS)
    async with open_store(url) as store:
        loops = {"worker": True}
        app = build_app(
            store=store,
            book=book,
            keys=KEYS,
            settings=chosen or settings(),
            clock=clock,
            ring=bell.ring,
            gong=gong,
            alive=lambda: loops,
            patience=patience,
        )
        async with _working(store, office, clock, bell, gong, works=works):
            yield Site(app, store, clock, loops)
    await _driver_ended()


async def _driver_ended() -> None:
    """Wait for the driver's threads: one that a cancelled turn left behind still answers to this loop."""
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            await asyncio.to_thread(thread.join, DRIVER_PATIENCE)


@asynccontextmanager
async def _working(
    store: Store, office: Office, clock: Ticking, bell: Bell, gong: Gong, *, works: bool
) -> AsyncIterator[None]:
    if not works:
        yield
        return
    task = asyncio.create_task(work(store, office, clock=clock, bell=bell, taken=gong.ring))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@dataclass(slots=True)
class Visitor:
    """Somebody without JavaScript: reads the page, fills in a form of it, presses a button."""

    client: httpx.AsyncClient
    page: Page = field(default_factory=lambda: Page(""))

    async def open(self, path: str = "/") -> Page:
        """Load a page."""
        self.page = Page((await self.client.get(path)).text)
        return self.page

    async def press(self, label: str) -> httpx.Response:
        """Press the button that shows this label."""
        form, name, value = self.page.button(label)
        return await self.post({**self.page.hidden(form), name: value})

    async def write(self, text: str) -> httpx.Response:
        """Write into the input and send."""
        return await self.post({**self.page.hidden("composer"), "text": text})

    async def post(self, fields: dict[str, str], files: Any = None) -> httpx.Response:
        """Send a form's fields, and read the page that comes back."""
        answer = await self.client.post("/say", data=fields, files=files)
        self.page = Page(answer.text)
        return answer


class Page:
    """A page as text: what is said, which buttons there are, what its forms carry."""

    def __init__(self, html: str) -> None:
        self.html = html
        self._reader = _Reader()
        self._reader.feed(html)

    @property
    def said(self) -> list[str]:
        """What the bot said, in order."""
        return [text for method, text in self._reader.messages if method == "say"]

    @property
    def told(self) -> list[str]:
        """What the citizen did, in order."""
        return [text for method, text in self._reader.messages if method == "echo"]

    @property
    def toasts(self) -> list[str]:
        """The short notices, in order."""
        return [text for method, text in self._reader.messages if method == "toast"]

    @property
    def labels(self) -> list[str]:
        """What the buttons of the current question show."""
        return [label for form, name, _, label in self._reader.buttons if name == "tap"]

    @property
    def taps(self) -> list[str]:
        """What the buttons of the current question carry."""
        return [value for _, name, value, _ in self._reader.buttons if name == "tap"]

    def button(self, label: str) -> tuple[str, str, str]:
        """Return form, name and value of the button whose label holds these words."""
        found = [each for each in self._reader.buttons if label in each[3]]
        assert found, f"no button {label!r} among {[each[3] for each in self._reader.buttons]}"
        form, name, value, _ = found[0]
        return form, name, value

    def hidden(self, form: str) -> dict[str, str]:
        """Return the hidden fields of a form."""
        return dict(self._reader.hidden.get(form, {}))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.messages: list[tuple[str, str]] = []
        self.buttons: list[tuple[str, str, str, str]] = []
        self.hidden: dict[str, dict[str, str]] = {}
        self._form = ""
        self._open: list[str] = []
        self._method = ""
        self._naming = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        match tag:
            case "form":
                self._form = found.get("id", "")
            case "input" if found.get("type") == "hidden":
                self.hidden.setdefault(self._form, {})[found["name"]] = found["value"]
            case "button":
                form = found.get("form", self._form)
                self.buttons.append((form, found.get("name", ""), found.get("value", ""), ""))
                self._open.append("button")
            case "p" if found.get("class") == "who":
                self._naming = True
            case "li" if "message" in found.get("class", "").split():
                self._method = found["class"].split()[1]
                self.messages.append((self._method, ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._open:
            self._open.pop()
        if tag == "li":
            self._method = ""
        if tag == "p":
            self._naming = False

    def handle_data(self, text: str) -> None:
        if self._open:
            form, name, value, label = self.buttons[-1]
            self.buttons[-1] = (form, name, value, (label + text).strip())
        elif self._method and not self._naming and text.strip():
            method, words = self.messages[-1]
            self.messages[-1] = (method, f"{words} {text.strip()}".strip())


def numbers(text: str) -> Iterator[str]:
    """Yield the public numbers in a text."""
    yield from re.findall(r"T-\d{3}-\d{3}-\d{3}", text)
