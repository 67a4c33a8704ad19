"""The desk with a real database, as somebody of the staff meets it: on the web port, behind its shield."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.config import Settings
from bot.desk import alone, new_link, open_desk
from bot.keys import Keys
from bot.store import Store, open_store
from desk.visit import FORM_TOKEN
from storage.models.desk import ADMIN
from storage.staff import Account, account_for
from tests.books import whole_book

ORIGIN = "http://desk.example"
KEYS = Keys(b"c" * 32, b"k" * 32)


@dataclass(slots=True)
class Hands:
    """A clock that a test moves."""

    at: datetime

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass(slots=True)
class DeskSite:
    """One desk: its application, its database and its clock."""

    app: Starlette
    store: Store
    clock: Hands
    settings: Settings

    async def link(self, role: str = ADMIN, fields: Collection[str] = (), name: str = "Rosa Test") -> str:
        """Make an account and return the path of a link that lets it in."""
        return await self.store.write(_link, self.settings, name, role, fields, self.clock())

    def stranger(self, **headers: str) -> Clerk:
        """Return somebody with a browser of their own who is not logged in."""
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app),
            base_url=ORIGIN,
            headers={"Origin": ORIGIN, "Accept-Language": "de", **headers},
            follow_redirects=True,
        )
        return Clerk(client)

    async def clerk(self, role: str = ADMIN, fields: Collection[str] = (), name: str = "Rosa Test") -> Clerk:
        """Return somebody who has logged in by a link."""
        come = self.stranger()
        await come.enter(await self.link(role, fields, name))
        return come


def _link(connection: Any, settings: Settings, name: str, role: str, fields: Collection[str], now: datetime) -> str:
    account: Account = account_for(connection, name, role, fields, now=now)
    return new_link(connection, settings, account, now=now).removeprefix(ORIGIN)


def settings(**desk: Any) -> Settings:
    """Return a configuration of a desk at `ORIGIN`."""
    return Settings.model_validate({"web": {"public_url": ORIGIN}, "desk": {"public_url": ORIGIN, **desk}})


@asynccontextmanager
async def open_desk_site(url: str, now: datetime, chosen: Settings | None = None) -> AsyncIterator[DeskSite]:
    """Run a desk on a database."""
    clock, chosen = Hands(now), chosen or settings()
    async with open_store(url) as store:
        app = alone(open_desk(chosen, store, clock, book=whole_book(), keys=KEYS, ring=lambda: None))
        yield DeskSite(app, store, clock, chosen)


@dataclass(slots=True)
class Clerk:
    """Somebody without JavaScript: reads a page, fills in one of its forms, presses a button."""

    client: httpx.AsyncClient
    page: Leaf = field(default_factory=lambda: Leaf("", 0))

    async def open(self, path: str) -> Leaf:
        """Load a page."""
        return self._read(await self.client.get(path))

    async def enter(self, link: str) -> Leaf:
        """Open a login link and press its button."""
        await self.open(link)
        return self._read(await self.client.post(link))

    async def post(self, path: str, fields: Any = None, **more: Any) -> Leaf:
        """Send a form with the token of the page that was read last."""
        sent = {FORM_TOKEN: self.page.token, **(fields or {})}
        return self._read(await self.client.post(path, data=sent, **more))

    def _read(self, answer: httpx.Response) -> Leaf:
        self.page = Leaf(answer.text, answer.status_code, answer.url.raw_path.decode(), dict(answer.headers))
        return self.page


@dataclass(slots=True)
class Leaf:
    """A page as it came."""

    html: str
    status: int
    path: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def token(self) -> str:
        """What the forms of this page carry."""
        return next((each.get("value", "") for each in self.inputs() if each.get("name") == FORM_TOKEN), "")

    def inputs(self) -> list[dict[str, str]]:
        """Return the attributes of all inputs."""
        reader = _Reader()
        reader.feed(self.html)
        return reader.inputs

    @property
    def text(self) -> str:
        """What is to be read on it."""
        reader = _Reader()
        reader.feed(self.html)
        return " ".join(" ".join(reader.words).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.inputs: list[dict[str, str]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("input", "textarea", "select", "button"):
            self.inputs.append({name: value or "" for name, value in attrs} | {"tag": tag})

    def handle_data(self, data: str) -> None:
        self.words.append(data)
