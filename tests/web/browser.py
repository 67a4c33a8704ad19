"""A site on a port of this machine, in a thread of its own, and Chromium that looks at it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from playwright.sync_api import Browser, Page, sync_playwright

from bot.config import Settings
from bot.web.server import open_port, serve
from tests.web.site import Site, open_site, settings

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def serving(url: str, now: datetime) -> Iterator[str]:
    """Serve a site for as long as the block runs, and yield its address."""
    port = open_port("127.0.0.1", 0)
    address = f"http://127.0.0.1:{port.getsockname()[1]}"
    chosen: Settings = settings(public_url=address)
    loop, stop, up = asyncio.new_event_loop(), asyncio.Event(), threading.Event()

    async def live() -> None:
        try:
            async with open_site(url, now, chosen) as site:
                await _until(stop, site, port, up)
        finally:
            up.set()

    thread = threading.Thread(target=loop.run_until_complete, args=(live(),))
    thread.start()
    up.wait()
    try:
        yield address
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join()
        loop.close()


async def _until(stop: asyncio.Event, site: Site, port: object, up: threading.Event) -> None:
    task = asyncio.create_task(serve(site.app, port))  # type: ignore[arg-type]
    up.set()
    await stop.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run a quiet Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


def say(page: Page, text: str) -> None:
    """Type a message and send it with the Enter key."""
    page.get_by_label("Ihre Nachricht").fill(text)
    page.get_by_label("Ihre Nachricht").press("Enter")
