"""The composition root: the only place where things are wired.

Law of this file: clock, network and folders come in as arguments; nothing here decides anything a citizen notices.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from bot.analyst import Analyst, analyse
from bot.bell import Bell, Clock, utc_now
from bot.broadcast import Megaphone, Render, ahead_of, broadcast
from bot.broadcast import job as announcements_job
from bot.config import Settings
from bot.desk import alone, desk_routes, open_api, open_desk
from bot.dialogue.model import Book
from bot.edition import load_edition
from bot.erasing import erase
from bot.handle import Channel
from bot.housekeeping import jobs
from bot.keys import Keys, load_keys
from bot.line import Line, open_line
from bot.mailing import office
from bot.mind import open_mind
from bot.nightly import job as themes_job
from bot.notices import Herald
from bot.notices import job as notices_job
from bot.quiet import Quiet
from bot.reminding import job as reminders_job
from bot.schedule import Job
from bot.schedule import start as start_scheduler
from bot.school.bells import keep_time
from bot.school.checking import Monitor, look_after
from bot.school.crier import Crier, cry
from bot.school.visits import Usher
from bot.store import Store, open_store
from bot.voice import is_wanted, write_down
from bot.web.app import build_app
from bot.web.gong import Gong
from bot.web.read import read as read_web
from bot.web.render import renderer as web_renderer
from bot.web.server import open_port, serve
from bot.worker import Office, work
from bot.workshop_notices import jobs as workshop_jobs
from desk.api.app import ROOT as API
from nlp.district import district_at

log = logging.getLogger(__name__)

WEB = "web"
DESK = "desk"


@dataclass(slots=True)
class Program:
    """What runs: the parts that loops are made of, and the loops by name."""

    settings: Settings
    store: Store
    office: Office
    clock: Clock
    line: Line | None
    inbox_bell: Bell
    analyst_bell: Bell
    school_bell: Bell
    monitor_bell: Bell
    mail_bell: Bell
    crier_bell: Bell
    gong: Gong
    loops: dict[str, asyncio.Task[None]] = field(default_factory=dict)

    def received(self) -> None:
        """Wake whoever waits for new updates."""
        self.analyst_bell.ring()
        self.inbox_bell.ring()
        self.school_bell.ring()
        self.monitor_bell.ring()
        self.crier_bell.ring()

    def moved(self) -> None:
        """Wake whoever shows a class that began another round, or texts that were checked."""
        self.gong.ring()
        self.crier_bell.ring()

    def taken(self) -> None:
        """Wake whoever waits for turns that were taken."""
        self.gong.ring()
        self.analyst_bell.ring()
        self.monitor_bell.ring()
        self.crier_bell.ring()
        if self.line:
            self.line.bell.ring()

    def alive(self) -> dict[str, bool]:
        """Say of each loop whether it lives."""
        return {name: not task.done() for name, task in self.loops.items()}


async def run(
    settings: Settings,
    *,
    stop: asyncio.Event,
    clock: Clock = utc_now,
    ready: Callable[[str], None] = print,
) -> None:
    """Run until `stop` is set: inbox, engine, outbox and web, and the analyst behind them.

    The database must be migrated. Raises `PortTaken`, `WrongToken` or `BrokenBook`, each one clear sentence.
    """
    port = open_port(settings.web.host, settings.web.port)
    async with AsyncExitStack() as stack:
        program = await _assemble(settings, clock, stack)
        scheduler = start_scheduler(program.store, _lanes(program), clock)
        stack.callback(scheduler.shutdown, wait=False)
        desk = _desk(program)
        web = _web(program, () if settings.desk.port else desk_routes(desk))
        served = {WEB: serve(web, port, trusted_proxies=settings.web.trusted_proxies), **_apart(settings, desk)}
        await stack.enter_async_context(_looping(program, {**served, **_loops(program)}))
        introduction = asyncio.create_task(_introduce(program))
        stack.callback(introduction.cancel)
        ready(f"ready: http://{settings.web.host}:{port.getsockname()[1]}")
        await _until(stop, program)


def _lanes(program: Program) -> tuple[Sequence[Job], ...]:
    """Return what is done in time: what people wait for, and beside it what may take minutes."""
    store = program.store
    herald = Herald(program.office.book, _renders(program), _quiet(program.settings), program.taken)
    prompt = (*workshop_jobs(store, herald), notices_job(store, herald), reminders_job(store, herald))
    announced = (announcements_job(store, _megaphone(program)),) if program.line else ()
    mail = office.jobs(store, program.settings, program.mail_bell.ring)
    return (*announced, *prompt), mail, (*jobs(store, program.settings), themes_job(store, program.office.book))


def _megaphone(program: Program) -> Megaphone:
    ahead = ahead_of(program.settings.telegram.messages_per_second)
    return Megaphone(program.office.book, _renders(program), _quiet(program.settings), ahead, program.taken)


def _renders(program: Program) -> dict[str, Render]:
    return {program.line.channel.name: program.line.render} if program.line else {}


def _quiet(settings: Settings) -> Quiet:
    return Quiet(settings.notices.quiet_from, settings.notices.quiet_until)


async def _introduce(program: Program) -> None:
    """Tell Telegram commands and descriptions; nobody waits for it."""
    if program.line:
        await program.line.introduce(program.office.book)


async def _assemble(settings: Settings, clock: Clock, stack: AsyncExitStack) -> Program:
    book = load_edition(settings)
    keys = load_keys(Path(settings.storage.secrets_file))
    store = await stack.enter_async_context(open_store(settings.storage.url))
    line = await stack.enter_async_context(open_line(settings, store, clock, keys)) if _on_telegram(settings) else None
    channels = {WEB: Channel(WEB, partial(read_web, district_at=district_at), web_renderer(book))}
    if line:
        channels[line.channel.name] = line.channel
    usher = _usher(settings, book, keys, line) if line else None
    bells = (Bell(), Bell(), Bell(), Bell(), Bell(), Bell())
    return Program(settings, store, Office(book, channels, keys, usher=usher), clock, line, *bells, Gong())


def _usher(settings: Settings, book: Book, keys: Keys, line: Line) -> Usher:
    leaders = frozenset(str(each) for each in settings.school.group_leaders)
    return Usher(book, keys, line.channel.read, settings.web.public_url, line.name, leaders)


def _desk(program: Program) -> Starlette:
    office = program.office
    return open_desk(
        program.settings, program.store, program.clock, book=office.book, keys=office.keys, ring=program.taken
    )


def _apart(settings: Settings, desk: Starlette) -> dict[str, Coroutine[Any, Any, None]]:
    """Return the loop that serves the desk on a port of its own, where it has one."""
    chosen = settings.desk
    if not chosen.port:
        return {}
    port = open_port(chosen.host or settings.web.host, chosen.port, key="desk.port")
    return {DESK: serve(alone(desk), port, trusted_proxies=settings.web.trusted_proxies)}


def _web(program: Program, desk: Sequence[BaseRoute]) -> Starlette:
    return build_app(
        store=program.store,
        book=program.office.book,
        keys=program.office.keys,
        settings=program.settings,
        clock=program.clock,
        ring=program.received,
        gong=program.gong,
        alive=program.alive,
        extra_routes=[
            *desk,
            Mount(API, app=open_api(program.store, program.clock)),
            *(program.line.routes(program.received) if program.line else ()),
        ],
    )


def _on_telegram(settings: Settings) -> bool:
    return bool(settings.telegram.token.get_secret_value())


def _loops(program: Program) -> dict[str, Coroutine[Any, Any, None]]:
    worker = work(program.store, program.office, clock=program.clock, bell=program.inbox_bell, taken=program.taken)
    eraser = erase(program.store, program.settings.storage, clock=program.clock)
    school = keep_time(program.store, clock=program.clock, bell=program.school_bell, moved=program.moved)
    loops = {"worker": worker, "eraser": eraser, "school": school}
    if program.line and program.office.usher:
        loops |= program.line.loops(program.received)
        loops["crier"] = cry(_crier(program, program.line, program.office.usher))
        loops["megaphone"] = broadcast(program.store, _megaphone(program), clock=program.clock)
    if program.settings.mail.host:
        loops["mail"] = office.loop(program.store, program.settings, clock=program.clock, bell=program.mail_bell)
    if is_wanted(program.settings.voice):
        settings, wake = program.settings.voice, program.analyst_bell.ring
        loops["scribe"] = write_down(program.store, settings, clock=program.clock, wake=wake)
    if program.settings.nlp.enabled:
        loops["analyst"] = _analyst(program)
    return loops


def _crier(program: Program, line: Line, usher: Usher) -> Crier:
    is_test = program.settings.instance.kind == "test"
    return Crier(program.store, usher, line.bot, program.clock, program.crier_bell, line.bell.ring, is_test)


async def _analyst(program: Program) -> None:
    """Load the models behind everything else, then tag."""
    chosen, store, clock = program.settings, program.store, program.clock
    with ThreadPoolExecutor(1, thread_name_prefix="analyst") as pool, open_mind(chosen.nlp) as mind:
        await asyncio.get_running_loop().run_in_executor(pool, mind.wait)
        log.info("proposals are ready")
        monitor = Monitor(store, mind.tag_texts, mind.same_pairs, pool, clock, program.monitor_bell, program.moved)
        patience = chosen.patience / 3  # the citizen waits for the tags, too
        bells = program.analyst_bell, program.inbox_bell
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(analyse(Analyst(store, mind, pool, clock, *bells, patience)))
            tasks.create_task(look_after(monitor))


@asynccontextmanager
async def _looping(program: Program, loops: dict[str, Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Run the loops for as long as the block does; they end in the order in which work flows."""
    program.loops = {name: asyncio.create_task(loop, name=name) for name, loop in loops.items()}
    try:
        yield
    finally:
        for task in program.loops.values():
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def _until(stop: asyncio.Event, program: Program) -> None:
    """Wait for `stop`; a loop that ends before is a mistake that ends the program, to be started anew."""
    stopped = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait([stopped, *program.loops.values()], return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    for task in done - {stopped}:
        task.result()
        raise RuntimeError(f"the loop {task.get_name()} ended")
