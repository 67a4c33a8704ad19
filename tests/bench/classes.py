"""Five classes at the same time: 150 students on real HTTP, and a kill in the middle of a round.

Three classes come by web behind one address, one in private chats, one in a group.

Law of this file: it plays from outside what browsers and apps do; what is counted in the end is read from the database.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from collections.abc import Sized
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bot.keys import load_keys
from bot.school.classroom import open_class
from bot.school.script import SHORTEST, Kind, rounds_for
from storage.audits import Actor
from storage.database import open_engine
from storage.group_sessions import by_code
from storage.session_ideas import all_ideas
from tests.acceptance.program import Program, instance
from tests.bench.class_chats import (
    PATIENCE,
    Heard,
    Outage,
    Stage,
    Student,
    in_group,
    in_private,
    refusals,
    shortest_gap,
)
from tests.bench.class_pages import AGAIN, asked, browser, by_web, kind_on_board, sent
from tests.bench.figures import Figure
from tests.emulator import BotApi, Citizen
from tests.emulator.flood import Limits
from tests.emulator.group import Group
from tests.emulator.running import emulator_process

_SORTING = 3
# So long after a start what came meanwhile is still being worked off (seconds).
BACKLOG = 5.0
STAFF = Actor("cli", "operator")
# Who waits for the end of a round looks so often then (seconds).
OFTEN = 0.1
# The ways into a class, in the order in which classes take them.
WEB, PRIVATE, GROUP = "web", "private", "group"
WAYS = (WEB, WEB, WEB, PRIVATE, GROUP)
SETTINGS = {"TALSTIMME_WEB__MESSAGES_PER_MINUTE": "600", "TALSTIMME_DIALOGUE__LANGUAGES": '["de"]'}


@dataclass(frozen=True, slots=True)
class Load:
    """How much: the way of each class, students in each, how often each acts and asks.

    A round without seconds ends by the clock.
    """

    ways: tuple[str, ...] = WAYS
    students: int = 30
    acts: tuple[float, float] = (8.0, 15.0)
    asks: tuple[float, float] = (3.0, 4.0)
    collecting: float | None = None
    voting: float | None = None


@dataclass(slots=True)
class Played:
    """What was done and answered: texts and dots by class, how long each request took, how late a round ended."""

    texts: dict[str, list[str]] = field(default_factory=dict)
    dots: dict[str, list[int]] = field(default_factory=dict)
    pages: list[tuple[float, float]] = field(default_factory=list)
    taps: list[float] = field(default_factory=list)
    replies: list[float] = field(default_factory=list)
    late: list[float] = field(default_factory=list)
    outage: Outage = field(default_factory=Outage)
    lost: int = 0
    doubled: int = 0
    wrong_votes: int = 0
    refused: int = 0
    shortest_gap: float = float("inf")


@dataclass(frozen=True, slots=True)
class Room:
    """A class with its two addresses, the way it is taken, and what its teacher knows of it."""

    code: str
    teacher: str
    way: str
    stage: Stage = field(default_factory=Stage)
    heard: Heard = field(default_factory=Heard)


@dataclass(frozen=True, slots=True)
class World:
    """The program and the emulator it talks to, with the leader of the group and the group."""

    program: Program
    bot_api: BotApi
    leader: Citizen
    group: Group


async def measure() -> list[Figure]:
    """Return the figures of five full classes."""
    load = Load()
    played = await play(load)
    how = (
        f"{len(load.ways)} classes of {load.students}: three by web behind one address, one in private chats, one in "
        "a group; each acts every 8 to 15 s, one kill -9 while they collect"
    )
    figures = (
        ("answers of a class's pages, 99th percentile", _percentile(_undisturbed(played)), "< 200 ms"),
        ("… the seconds of the restart included", _percentile([end - began for began, end in played.pages]), "–"),
        ("answers to taps, 99th percentile", _percentile(played.taps), "< 200 ms"),
        ("answers in private chats, 99th percentile", _percentile(played.replies), "< 500 ms"),
        ("ideas lost and doubled", f"{played.lost} and {played.doubled} of {_sum(played)}", "none"),
        ("ideas whose votes were counted wrongly", f"{played.wrong_votes}", "none"),
        ("a round ends late by at most", f"{max(map(abs, played.late)):.2f} s", "≤ 1 s"),
        ("changes of the group's message are apart by", f"{played.shortest_gap:.1f} s", "≥ 4 s"),
        ("refusals by Telegram's limits (429)", f"{played.refused}", "none"),
    )
    return [Figure(what, figure, target, how) for what, figure, target in figures]


async def play(load: Load) -> Played:
    """Play collecting and voting, kill and start the program in the middle, and count."""
    played = Played()
    with tempfile.TemporaryDirectory() as folder:
        async with emulator_process() as bot_api:
            world = await _world(Path(folder), bot_api, load)
            rooms = await _opened(world.program, load.ways)
            await world.program.start()
            try:
                async with asyncio.TaskGroup() as tasks:
                    for room in rooms:
                        tasks.create_task(_lesson(world, room, load, played))
                    tasks.create_task(_power_cut(world.program, load, played))
            finally:
                await world.program.stop()
            played.refused = await refusals(bot_api)
            played.shortest_gap = await shortest_gap(bot_api, world.group)
        _count(Path(folder), rooms, played)
    return played


async def _world(folder: Path, bot_api: BotApi, load: Load) -> World:
    await bot_api.limit(Limits())
    leader, *members = bot_api.citizens(load.students + 1)
    group = await bot_api.group("8b", [leader, *members])
    leaders = {"TALSTIMME_SCHOOL__GROUP_LEADERS": f"[{leader.id}]"}
    return World(instance(folder, bot_api, **SETTINGS, **leaders), bot_api, leader, group)


async def _opened(program: Program, ways: tuple[str, ...]) -> list[Room]:
    """Open the classes: the first as an operator does, the others on the instance that this has made."""
    arguments = ("school", "open", "--topic", "learning", "--minutes", str(SHORTEST), "--json")
    code, output, error = await program.command(*arguments)
    assert code == 0, error
    first = json.loads(output)
    rooms = [Room(first["code"], f"/lehrkraft/{first['teacher_link'].rpartition('/')[2]}", ways[0])]
    engine, keys = open_engine(_url(program.folder)), load_keys(program.folder / "secrets.toml")
    with engine.begin() as connection:
        for way in ways[1:]:
            opened = open_class(
                connection,
                keys,
                topics=["learning"],
                minutes=SHORTEST,
                votes_each=3,
                actor=STAFF,
                now=datetime.now(UTC),
            )
            rooms.append(Room(opened.session.code, f"/lehrkraft/{opened.teacher_code}", way))
    engine.dispose()
    return rooms


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'talstimme.sqlite3'}"


async def _power_cut(program: Program, load: Load, played: Played) -> None:
    await asyncio.sleep((load.collecting or _lasts(Kind.COLLECT)) / 2)
    played.outage.began = time.monotonic()
    await program.kill()
    await program.start()
    played.outage.ended = time.monotonic() + BACKLOG


async def _lesson(world: World, room: Room, load: Load, played: Played) -> None:
    program = world.program
    if room.way == GROUP:
        await world.leader.command("klasse", room.code, where=world.group)
    async with browser() as teacher, asyncio.TaskGroup() as students:
        for number in range(load.students):
            students.create_task(_student(world, room, number, load, played))
        for seen, press_after in ((0, load.acts[1]), (1, 1.0), (2, load.collecting), (3, 1.0), (4, load.voting)):
            if press_after is None:
                await _ended(program, room, seen, load, played)
                room.stage.kind = list(Kind)[seen].value
                continue
            await asyncio.sleep(press_after)
            await _acted(room)
            if seen == _SORTING:
                await _checked(program, room)
            following = list(Kind)[seen]
            chosen = {Kind.COLLECT: load.collecting, Kind.VOTE: load.voting}.get(following)
            room.stage.kind = ""
            await sent(program, teacher, room.teacher, {"deed": "next", "seen": str(seen)}, [])
            room.stage.begins(following.value, chosen or _lasts(following))
        room.stage.over.set()
    played.texts.setdefault(room.code, []).extend(room.heard.texts)
    played.dots.setdefault(room.code, []).extend(room.heard.dots)
    played.replies += room.heard.replies
    played.taps += room.heard.taps
    played.pages += room.heard.pages


async def _student(world: World, room: Room, number: int, load: Load, played: Played) -> None:
    if room.way == WEB:
        await by_web(world.program, room.code, number, (load.acts, load.asks), room.stage, room.heard)
        return
    group = world.group if room.way == GROUP else None
    citizen = world.bot_api.citizen()
    if group:
        await group.join(citizen)
    student = Student(citizen, number, room.code, load.acts, room.stage, room.heard, played.outage, group)
    await (in_group if group else in_private)(student)


async def _ended(program: Program, room: Room, position: int, load: Load, played: Played) -> None:
    """Wait until the clock has ended the round that just began, and note how late its board showed it."""
    kind, due = list(Kind)[position - 1], _ends_at(program, room)
    async with browser() as board:
        while await kind_on_board(program, board, room.code) == kind:
            # As often as a board asks, and just before the end as often as it takes to see it.
            left = (due - datetime.now(UTC)).total_seconds()
            await asyncio.sleep(max(OFTEN, min(load.asks[0], left - load.asks[0])))
    played.late.append((datetime.now(UTC) - due).total_seconds())


def _ends_at(program: Program, room: Room) -> datetime:
    """Return when the round that runs is to end, as the class was promised."""
    engine = open_engine(_url(program.folder))
    with engine.connect() as connection:
        session = by_code(connection, room.code)
    engine.dispose()
    assert session is not None
    assert session.ends_at is not None
    return session.ends_at


async def _acted(room: Room) -> None:
    """Wait until somebody has written or given a dot: on a busy machine a short round would be over before."""
    deeds: dict[str, Sized] = {Kind.COLLECT: room.heard.texts, Kind.VOTE: room.heard.dots}
    async with asyncio.timeout(PATIENCE):
        while room.stage.kind in deeds and not deeds[room.stage.kind]:  # noqa: ASYNC110  (students tell nobody)
            await asyncio.sleep(AGAIN)


async def _checked(program: Program, room: Room) -> None:
    """Wait until nothing waits for its check any more, as a teacher would see it."""
    async with browser() as teacher:
        while "paper waiting" in await asked(program, teacher, f"{room.teacher}/stand", [], after=AGAIN):
            pass


def _count(folder: Path, rooms: list[Room], played: Played) -> None:
    engine = open_engine(_url(folder))
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


def _undisturbed(played: Played) -> list[float]:
    """Return how long pages took that a restart did not hold up, as it is counted in chats, too."""
    return [end - began for began, end in played.pages if not played.outage.touches(began, end)]


def _percentile(seconds: list[float]) -> str:
    """Return the 99th percentile and the median of so many."""
    ordered = sorted(seconds)
    last = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return f"{last * 1000:.0f} ms (median {statistics.median(ordered) * 1000:.0f} ms of {len(ordered)})"


def _sum(played: Played) -> int:
    return sum(map(len, played.texts.values()))


def small() -> Load:
    """Return a load for a test: a class of four on each way, rounds ended by their teachers."""
    return replace(
        Load(), ways=(WEB, PRIVATE, GROUP), students=4, acts=(0.8, 1.5), asks=(0.4, 0.6), collecting=7.0, voting=4.0
    )
