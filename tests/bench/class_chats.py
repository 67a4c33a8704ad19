"""Students of a measured class who come by Telegram: one by one in private chats, or together in a group.

Law of this file: what counts as written or given is what the bot has acknowledged; what a restart held up is not timed.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass, field
from itertools import pairwise

from bot.school.links import PAYLOAD
from tests.emulator import BotApi, Citizen
from tests.emulator.deeds import Impossible
from tests.emulator.group import Group
from tests.emulator.screen import Seen

# As long as a kill and a start may take, and then the queue (seconds).
PATIENCE = 120.0
# Telegram takes the answer to a tap for a few seconds only; after so many nobody waits for it any more.
TAP_PATIENCE = 20.0
# In a group nothing is said to a text: none is written so shortly before the round ends (seconds).
BEFORE_THE_BELL = 3.0
WISHES = ("Mehr Bäume", "Ein Ruheraum", "Steckdosen", "Ein Radkeller", "Längere Pausen", "Bessere Lampen")
PLACES = ("auf dem Hof", "im zweiten Stock", "neben der Mensa", "an der Turnhalle", "beim Musikraum", "am Tor")


@dataclass(slots=True)
class Stage:
    """What a class does, as its teacher knows it, and until when (seconds of the monotonic clock)."""

    kind: str = "lobby"
    until: float = float("inf")
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def begins(self, kind: str, seconds: float) -> None:
        """Note that a round has begun."""
        self.kind, self.until = kind, time.monotonic() + seconds


@dataclass(slots=True)
class Heard:
    """What the students of a class did and how long the bot took, in seconds; of pages from when to when."""

    texts: list[str] = field(default_factory=list)
    dots: list[int] = field(default_factory=list)
    replies: list[float] = field(default_factory=list)
    taps: list[float] = field(default_factory=list)
    pages: list[tuple[float, float]] = field(default_factory=list)


@dataclass(slots=True)
class Outage:
    """When the program was not there."""

    began: float = float("inf")
    ended: float = float("inf")

    def touches(self, began: float, ended: float | None = None) -> bool:
        """Say whether something that began and ended then (now, if nothing else is said) fell into it."""
        return began < self.ended and (ended or time.monotonic()) > self.began


@dataclass(frozen=True, slots=True)
class Student:
    """Somebody in a class, with how often they act."""

    citizen: Citizen
    number: int
    code: str
    acts: tuple[float, float]
    stage: Stage
    heard: Heard
    outage: Outage
    group: Group | None = None
    dots: set[int] = field(default_factory=set)

    @property
    def chance(self) -> random.Random:
        """Dice of their own, the same in each run."""
        return random.Random(f"{self.code}{self.number}")


async def in_private(student: Student) -> None:
    """Join by the deep link, then act until the class is over."""
    chance, citizen = student.chance, student.citizen
    await asyncio.sleep(chance.uniform(0, student.acts[1]))
    await citizen.start(f"{PAYLOAD}{student.code}")
    await citizen.hears("Bevor es losgeht", within=PATIENCE)
    await _tapped(student, "Mitmachen")
    while not await _is_over(student, chance):
        if student.stage.kind == "collect":
            await _writes_alone(student, chance)
        elif student.stage.kind == "vote":
            await _gives_dot(student, chance)


async def in_group(student: Student) -> None:
    """Act in the group until the class is over."""
    chance = student.chance
    await asyncio.sleep(chance.uniform(0, student.acts[1]))
    while not await _is_over(student, chance):
        if student.stage.kind == "collect":
            await _writes_to_all(student, chance)
        elif student.stage.kind == "vote":
            await _gives_dot(student, chance)


async def _is_over(student: Student, chance: random.Random) -> bool:
    """Wait until it is time to act again, and say whether the class is over by then."""
    try:
        await asyncio.wait_for(student.stage.over.wait(), chance.uniform(*student.acts))
    except TimeoutError:
        return False
    return True


def wish(chance: random.Random, number: int, written: int) -> str:
    """Return an idea that nobody else writes."""
    return f"{chance.choice(WISHES)} {chance.choice(PLACES)}, Wunsch {number}.{written}"


async def _writes_alone(student: Student, chance: random.Random) -> None:
    text, began = wish(chance, student.number, len(student.heard.texts)), time.monotonic()
    await student.citizen.say(text)
    answer = await _next(student)
    if "Danke!" in answer:
        student.heard.texts.append(text)
    if not student.outage.touches(began):
        student.heard.replies.append(time.monotonic() - began)


async def _next(student: Student) -> str:
    """Return the answer to a text; a new round that is told meanwhile is none."""
    while True:
        seen = await student.citizen.hears(within=PATIENCE)
        if "Danke!" in seen.text or "nichts aufgeschrieben" in seen.text:
            return seen.text


async def _writes_to_all(student: Student, chance: random.Random) -> None:
    live = _live(student)
    if live is not None and time.monotonic() < student.stage.until - BEFORE_THE_BELL:
        text = wish(chance, student.number, len(student.heard.texts))
        student.heard.texts.append(text)
        await student.citizen.say(text, where=student.group, reply_to=live)
    await _tapped(student, "Meine Texte")


async def _gives_dot(student: Student, chance: random.Random) -> None:
    seen = _live(student)
    dots = [button for button in seen.buttons if _is_dot(student, button.data)] if seen else []
    if not dots or seen is None:
        return
    chosen = chance.choice(dots)
    assert chosen.data is not None
    toast = await _tapped(student, chosen.data, on=seen)
    idea = int(chosen.data.rpartition(":")[2])
    if "Punkt gegeben" in toast and idea not in student.dots:
        student.dots.add(idea)
        student.heard.dots.append(idea)


def _is_dot(student: Student, data: str | None) -> bool:
    return bool(data) and str(data).startswith(f"k:{student.code}:dot:")


def _live(student: Student) -> Seen | None:
    """Return the newest message of the bot with buttons."""
    messages = (student.group or student.citizen).messages
    return next((seen for seen in reversed(messages) if seen.is_from_bot and seen.buttons), None)


async def _tapped(student: Student, button: str, *, on: Seen | None = None) -> str:
    """Press a button and return what the tap is answered by; empty where the button is gone."""
    began = time.monotonic()
    try:
        await student.citizen.press(button, on=on, where=student.group)
    except Impossible:
        return ""
    try:
        told = (await student.citizen.answered(within=TAP_PATIENCE)).text
    except TimeoutError:
        told = ""  # it counts as an answer that took so long
    if not student.outage.touches(began):
        student.heard.taps.append(time.monotonic() - began)
    return told


async def refusals(bot_api: BotApi) -> int:
    """Return how often Telegram's limits refused a request."""
    return sum(call.code == 429 for call in await bot_api.calls())


async def shortest_gap(bot_api: BotApi, group: Group) -> float:
    """Return the shortest time between two changes of a group's message (seconds)."""
    calls = await bot_api.calls("editMessageText")
    moments = [call.started_at for call in calls if call.chat_id == group.id and call.code == 200]
    return min((later - earlier for earlier, later in pairwise(moments)), default=float("inf"))
