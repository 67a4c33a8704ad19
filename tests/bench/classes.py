"""Five classes at the same time: 150 students on real HTTP behind one address, and a kill in the middle of a round.

Law of this file: it plays from outside what browsers do; what is counted in the end is read from the database.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import statistics
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp

from bot.school.script import SHORTEST, Kind, rounds_for
from storage.database import open_engine
from storage.group_sessions import by_code
from storage.session_ideas import all_ideas
from tests.acceptance.program import Program, instance
from tests.bench.figures import Figure

_DOT = re.compile(r'name="deed" value="dot">\s*<input type="hidden" name="idea" value="(\d+)"')
_KIND = re.compile(r'data-stamp="[^"]*" data-kind="(\w+)"')
_SORTING = 3
# After an answer that never came a page waits so long before it sends the same again (seconds).
AGAIN = 0.5
WISHES = ("Mehr Bäume", "Ein Ruheraum", "Steckdosen", "Ein Radkeller", "Längere Pausen", "Bessere Lampen")
PLACES = ("auf dem Hof", "im zweiten Stock", "neben der Mensa", "an der Turnhalle", "beim Musikraum", "am Tor")


@dataclass(frozen=True, slots=True)
class Load:
    """How much: classes, students in each, how often each acts and asks; a round without seconds ends by the clock."""

    classes: int = 5
    students: int = 30
    acts: tuple[float, float] = (8.0, 15.0)
    asks: tuple[float, float] = (3.0, 4.0)
    collecting: float | None = None
    voting: float | None = None


@dataclass(slots=True)
class Played:
    """What was done and answered: texts and dots by class, seconds of each request, how late a round ended."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    dots: dict[str, list[int]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    lost: int = 0
    doubled: int = 0
    wrong_votes: int = 0


@dataclass(frozen=True, slots=True)
class Room:
    """A class with its two addresses."""

    code: str
    teacher: str


async def measure() -> list[Figure]:
    """Return the figures of five full classes."""
    played = await play(Load())
    ordered = sorted(played.seconds)
    how = "5 classes of 30 by web behind one address, each acts every 8 to 15 s, one kill -9 while they collect"
    figures = (
        ("answers of a class's pages, median", f"{statistics.median(ordered) * 1000:.0f} ms", ""),
        ("answers of a class's pages, 99th percentile", f"{_share(ordered, 0.99) * 1000:.0f} ms", "< 200 ms"),
        ("ideas lost and doubled", f"{played.lost} and {played.doubled} of {_sum(played)}", "none"),
        ("ideas whose votes were counted wrongly", f"{played.wrong_votes}", "none"),
        ("a round ends late by at most", f"{max(map(abs, played.late)):.2f} s", "≤ 1 s"),
    )
    return [Figure(what, figure, target, how) for what, figure, target in figures]


async def play(load: Load) -> Played:
    """Play collecting and voting, kill and start the program in the middle, and count."""
    played = Played()
    with tempfile.TemporaryDirectory() as folder:
        program = instance(Path(folder), TALSTIMME_WEB__MESSAGES_PER_MINUTE="600")
        rooms = [await _opened(program) for _ in range(load.classes)]
        await program.start()
        try:
            async with asyncio.TaskGroup() as tasks:
                lessons = [tasks.create_task(_lesson(program, room, load, played)) for room in rooms]
                tasks.create_task(_power_cut(program, load))
            assert len(lessons) == load.classes
        finally:
            await program.stop()
        _count(Path(folder), rooms, played)
    return played


async def _opened(program: Program) -> Room:
    arguments = ("school", "open", "--topic", "learning", "--minutes", str(SHORTEST), "--json")
    code, output, error = await program.command(*arguments)
    assert code == 0, error
    found = json.loads(output)
    return Room(found["code"], f"/lehrkraft/{found['teacher_link'].rpartition('/')[2]}")


async def _power_cut(program: Program, load: Load) -> None:
    await asyncio.sleep((load.collecting or _lasts(Kind.COLLECT)) / 2)
    await program.kill()
    await program.start()


async def _lesson(program: Program, room: Room, load: Load, played: Played) -> None:
    stop = asyncio.Event()
    async with _browser() as teacher, asyncio.TaskGroup() as students:
        for number in range(load.students):
            students.create_task(_student(program, room, number, load, played, stop))
        for seen, press_after in ((0, load.acts[1]), (1, 1.0), (2, load.collecting), (3, 1.0), (4, load.voting)):
            if press_after is None:
                await _ended(program, room, seen, played)
                continue
            await asyncio.sleep(press_after)
            if seen == _SORTING:
                await _checked(program, room)
            await _sent(program, teacher, room.teacher, {"deed": "next", "seen": str(seen)}, None)
        stop.set()


async def _ended(program: Program, room: Room, position: int, played: Played) -> None:
    """Wait until the clock has ended the round that just began, and note how late it was."""
    kind = list(Kind)[position - 1]
    due = time.monotonic() + _lasts(kind)
    async with _browser() as board:
        while await _kind(program, board, room) == kind:
            pass
    played.late.append(time.monotonic() - due)


async def _kind(program: Program, board: aiohttp.ClientSession, room: Room) -> str:
    """Look at the board, ten times a second."""
    while True:
        await asyncio.sleep(0.1)
        with suppress(aiohttp.ClientError):
            async with board.get(f"{program.address}/board/{room.code}/stand") as answer:
                return str(_KIND.findall(await answer.text())[0])


async def _checked(program: Program, room: Room) -> None:
    """Wait until nothing waits for its check any more, as a teacher would see it."""
    async with _browser() as teacher:
        while "paper waiting" in await _asked(program, teacher, f"{room.teacher}/stand", Played(), after=AGAIN):
            pass


async def _student(program: Program, room: Room, number: int, load: Load, played: Played, stop: asyncio.Event) -> None:
    chance, page, address = random.Random(f"{room.code}{number}"), "", f"/klasse/{room.code}"
    dots: list[int] = []
    async with _browser() as browser:
        await asyncio.sleep(chance.uniform(0, load.acts[1]))
        await _sent(program, browser, address, {"deed": "join"}, played)
        act = time.monotonic() + chance.uniform(*load.acts) / 2
        while not stop.is_set():
            await asyncio.sleep(chance.uniform(*load.asks))
            page = await _asked(program, browser, f"{address}/stand", played) or page
            if time.monotonic() < act:
                continue
            act += chance.uniform(*load.acts)
            await _acted(program, browser, room, number, page, chance, played, dots)
    played.dots.setdefault(room.code, []).extend(dots)


async def _acted(
    program: Program,
    browser: aiohttp.ClientSession,
    room: Room,
    number: int,
    page: str,
    chance: random.Random,
    played: Played,
    dots: list[int],
) -> None:
    address, kind = f"/klasse/{room.code}", (_KIND.findall(page) or [""])[0]
    written = played.texts.setdefault(room.code, [])
    if kind == Kind.COLLECT:
        text = f"{chance.choice(WISHES)} {chance.choice(PLACES)}, Wunsch {number}.{len(written)}"
        form = {"deed": "write", "text": text, "id": f"bench-{number}-{len(written)}"}
        if await _sent(program, browser, address, form, played) == 200:
            written.append(text)
    elif kind == Kind.VOTE and (free := _DOT.findall(page)):
        idea = chance.choice(free)
        if await _sent(program, browser, address, {"deed": "dot", "idea": idea}, played) == 200:
            dots.append(int(idea))


def _browser() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True), headers={"x-fragment": "1"})


async def _asked(
    program: Program, browser: aiohttp.ClientSession, path: str, played: Played, *, after: float = 0
) -> str:
    await asyncio.sleep(after)
    began = time.monotonic()
    try:
        async with browser.get(program.address + path) as answer:
            page = await answer.text()
    except aiohttp.ClientError:
        return ""
    played.seconds.append(time.monotonic() - began)
    return page


async def _sent(
    program: Program, browser: aiohttp.ClientSession, path: str, form: dict[str, str], played: Played | None
) -> int:
    """Send a form until it is answered, always with the same id, as the page's script does."""
    while True:
        began = time.monotonic()
        try:
            async with browser.post(program.address + path, data=form) as answer:
                await answer.read()
        except aiohttp.ClientError:
            await asyncio.sleep(AGAIN)
            continue
        if played is not None:
            played.seconds.append(time.monotonic() - began)
        return answer.status


def _count(folder: Path, rooms: list[Room], played: Played) -> None:
    engine = open_engine(f"sqlite:///{folder / 'talstimme.sqlite3'}")
    with engine.connect() as connection:
        for room in rooms:
            session = by_code(connection, room.code)
            assert session is not None
            kept = all_ideas(connection, session.id)
            texts, sent = [idea.text for idea in kept], played.texts.get(room.code, [])
            played.lost += len(set(sent) - set(texts))
            played.doubled += len(texts) - len(set(texts))
            given = played.dots.get(room.code, [])
            played.wrong_votes += sum(idea.votes != given.count(idea.id) for idea in kept)
    engine.dispose()


def _lasts(kind: Kind) -> float:
    return next(each.seconds for each in rounds_for(SHORTEST) if each.kind is kind)


def _share(ordered: list[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def _sum(played: Played) -> int:
    return sum(map(len, played.texts.values()))


def small() -> Load:
    """Return a load for a test: two classes of five, rounds ended by their teachers."""
    return replace(Load(), classes=2, students=5, acts=(0.5, 1.0), asks=(0.4, 0.6), collecting=8.0, voting=4.0)
