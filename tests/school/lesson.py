"""A class as its people meet it: students with browsers, the board, a teacher with a link, and a clock we turn."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html.parser import HTMLParser

import httpx

from bot.config import Settings
from bot.school import classroom
from bot.school.checking import TagTexts, check_due
from bot.school.classroom import Opened
from bot.school.sorting import SamePairs, sort_due
from storage.audits import Actor
from tests.web.site import KEYS, Site, open_site, settings

STAFF = Actor("cli", "operator")
_SILENT = frozenset({"select", "meter"})
_BREAKS = frozenset({"p", "li", "h1", "h2", "h3", "div", "form", "section", "article", "header", "footer", "main"})


@dataclass(frozen=True, slots=True)
class Mind:
    """What reads texts and compares them."""

    tag: TagTexts
    same_pairs: SamePairs


@dataclass(slots=True)
class Lesson:
    """An open class on a site, with who checks and sorts, and the bell that we ring."""

    site: Site
    opened: Opened
    mind: Mind
    pool: ThreadPoolExecutor
    students: list[Student] = field(default_factory=list)

    @property
    def code(self) -> str:
        """The code of the class."""
        return self.opened.session.code

    async def student(self) -> Student:
        """Return somebody who has joined."""
        joining = Student(self.site.visitor().client, f"/klasse/{self.code}")
        self.students.append(joining)
        await joining.do(deed="join")
        return joining

    def teacher(self) -> Teacher:
        """Return somebody with the teacher's link."""
        joining = Teacher(self.site.visitor().client, f"/lehrkraft/{self.opened.teacher_code}")
        self.students.append(joining)
        return joining

    async def board(self) -> list[str]:
        """Return what stands on the board."""
        async with self.site.visitor().client as client:
            return lines((await client.get(f"/board/{self.code}")).text)

    async def wait(self, *, minutes: float = 0, seconds: float = 0) -> None:
        """Let time pass, then ring the bell, check and sort, as the loops of the program do."""
        self.site.clock.at += timedelta(minutes=minutes, seconds=seconds)
        await self.settle()

    async def settle(self) -> None:
        """Do what the loops of the program would have done by now."""
        store, clock = self.site.store, self.site.clock
        await store.write(classroom.ring_due, now=clock())
        while await check_due(store, self.mind.tag, self.pool, clock=clock):
            pass
        await sort_due(store, self.mind.same_pairs, self.pool, clock=clock)


@asynccontextmanager
async def open_lesson(
    url: str,
    now: datetime,
    mind: Mind,
    *,
    topics: Sequence[str] = ("learning",),
    chosen: Settings | None = None,
    language: str = "de",
) -> AsyncIterator[Lesson]:
    """Open a class of 45 minutes with three dots each."""
    async with open_site(url, now, chosen or settings(), works=False) as site:
        opened = await site.store.write(
            classroom.open_class,
            KEYS,
            topics=topics,
            minutes=45,
            votes_each=3,
            actor=STAFF,
            now=site.clock(),
            language=language,
        )
        with ThreadPoolExecutor(1) as pool:
            lesson = Lesson(site, opened, mind, pool)
            yield lesson
        for each in lesson.students:
            await each.client.aclose()


@dataclass(slots=True)
class Student:
    """Somebody with a browser without JavaScript."""

    client: httpx.AsyncClient
    address: str
    answer: httpx.Response = field(default_factory=lambda: httpx.Response(200))
    written: int = 0

    async def do(self, **fields: object) -> httpx.Response:
        """Send a form of the page."""
        self.answer = await self.client.post(self.address, data={name: str(value) for name, value in fields.items()})
        return self.answer

    async def write(self, text: str, *, part: str = "", idea: int = 0, topic: str = "", id: str = "") -> httpx.Response:
        """Write an idea, or a sentence for a part of the script."""
        self.written += 1
        action = id or f"form-{self.written:08}"
        return await self.do(deed="write", id=action, text=text, part=part, idea=idea, topic=topic)

    async def see(self, query: str = "") -> list[str]:
        """Return the page line by line."""
        self.answer = await self.client.get(self.address + query)
        return lines(self.answer.text)

    async def ideas(self, deed: str) -> list[int]:
        """Return the ideas that the page offers this for."""
        await self.see()
        return [int(number) for number in re.findall(rf'value="{deed}">\s*<input[^>]*value="(\d+)"', self.answer.text)]


@dataclass(slots=True)
class Teacher(Student):
    """Somebody with the link to the cockpit."""

    async def press(self, deed: str, **fields: object) -> httpx.Response:
        """Press a button of the cockpit."""
        return await self.do(deed=deed, **fields)

    async def next(self, seen: int) -> httpx.Response:
        """Press "next" on a page that shows this position."""
        return await self.do(deed="next", seen=seen)


def lines(html: str) -> list[str]:
    """Return what somebody reads in the part of a page that changes, a line for each block."""
    reader = _Reader()
    reader.feed(html)
    return [line for line in (" ".join(each.split()) for each in reader.blocks) if line.strip("#- ")]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = [""]
        self._live = 0
        self._hidden = 0
        self._until = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "main":
            self._live = 1
        if tag in _BREAKS and self.blocks[-1] != "- ":
            self.blocks.append({"h1": "# ", "h2": "## ", "h3": "### ", "li": "- "}.get(tag, ""))
        if tag == "button":
            self.blocks.append("[ ")
        if tag == "textarea":
            self.blocks.append("____")
        if tag == "img":
            self.blocks.append(f"({found.get('alt')})")
        if not self._hidden and ("unseen" in (found.get("class") or "") or "hidden" in found or tag in _SILENT):
            self._hidden, self._until = 1, tag

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._live = 0
        if self._hidden and tag == self._until:
            self._hidden -= 1
        elif tag == "button":
            self.blocks[-1] += " ]"
            self.blocks.append("")
        elif tag in _BREAKS:
            self.blocks.append("")
        elif tag == "span":
            self.blocks[-1] += " "

    def handle_data(self, text: str) -> None:
        if self._live and not self._hidden:
            self.blocks[-1] += text
