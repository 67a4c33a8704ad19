"""Students of a measured class who come by web: a page that asks every few seconds, and sends again what got no answer.

Law of this file: it plays from outside what the page's script does; a request that got no answer is not timed.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from contextlib import suppress

import aiohttp

from bot.school.script import Kind
from tests.acceptance.program import Program
from tests.bench.class_chats import Heard, Stage, wish

_DOT = re.compile(r'name="deed" value="dot">\s*<input type="hidden" name="idea" value="(\d+)"')
_KIND = re.compile(r'data-stamp="[^"]*" data-kind="(\w+)"')
# After an answer that never came a page waits so long before it sends the same again (seconds).
AGAIN = 0.5
_OK = 200
Span = tuple[float, float]


def browser() -> aiohttp.ClientSession:
    """Return a browser with cookies of its own."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers={"x-fragment": "1"})


async def by_web(
    program: Program, code: str, number: int, often: tuple[Span, Span], stage: Stage, heard: Heard
) -> None:
    """Join, ask and act until the class is over; `often` says how many seconds lie between deeds and between looks."""
    chance, page, address = random.Random(f"{code}{number}"), "", f"/klasse/{code}"
    acts, asks = often
    async with browser() as own:
        await asyncio.sleep(chance.uniform(0, acts[1]))
        await sent(program, own, address, {"deed": "join"}, heard.pages)
        act = time.monotonic() + chance.uniform(*acts) / 2
        while not stage.over.is_set():
            await asyncio.sleep(chance.uniform(*asks))
            page = await asked(program, own, f"{address}/stand", heard.pages) or page
            if time.monotonic() < act:
                continue
            act += chance.uniform(*acts)
            form = _deed(page, chance, number, heard)
            if form and await sent(program, own, address, form, heard.pages) == _OK:
                _note(form, heard)


def _deed(page: str, chance: random.Random, number: int, heard: Heard) -> dict[str, str] | None:
    """Return the form that somebody sends now: an idea, or a dot that they still have."""
    kind, free = (_KIND.findall(page) or [""])[0], _DOT.findall(page)
    if kind == Kind.COLLECT:
        written = len(heard.texts)
        return {"deed": "write", "text": wish(chance, number, written), "id": f"bench-{number}-{written}"}
    return {"deed": "dot", "idea": chance.choice(free)} if kind == Kind.VOTE and free else None


def _note(form: dict[str, str], heard: Heard) -> None:
    if form["deed"] == "write":
        heard.texts.append(form["text"])
    else:
        heard.dots.append(int(form["idea"]))


async def asked(program: Program, own: aiohttp.ClientSession, path: str, spans: list[Span], *, after: float = 0) -> str:
    """Ask for a page after so many seconds and note from when to when that took; empty where none came."""
    await asyncio.sleep(after)
    began = time.monotonic()
    try:
        async with own.get(program.address + path) as answer:
            page = await answer.text()
    except aiohttp.ClientError:
        return ""
    spans.append((began, time.monotonic()))
    return page


async def sent(program: Program, own: aiohttp.ClientSession, path: str, form: dict[str, str], spans: list[Span]) -> int:
    """Send a form until it is answered, always with the same id, as the page's script does."""
    while True:
        began = time.monotonic()
        try:
            async with own.post(program.address + path, data=form) as answer:
                await answer.read()
        except aiohttp.ClientError:
            await asyncio.sleep(AGAIN)
            continue
        spans.append((began, time.monotonic()))
        return answer.status


async def kind_on_board(program: Program, board: aiohttp.ClientSession, code: str) -> str:
    """Return what the board shows that a class does, asking until it can be seen."""
    while True:
        with suppress(aiohttp.ClientError):
            async with board.get(f"{program.address}/board/{code}/stand") as answer:
                return str(_KIND.findall(await answer.text())[0])
        await asyncio.sleep(AGAIN)
