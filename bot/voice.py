"""Voice messages written down by a model on the city's own machine, where one is configured.

Law of this file: nothing leaves the machine; without model or package the messages wait for staff, and nobody is told
otherwise.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

from sqlalchemy.exc import OperationalError

from bot.bell import Clock
from bot.config import Voice
from bot.store import Store
from storage import spoken
from storage.audits import Actor

log = logging.getLogger(__name__)

# MIT licence; reads Opus as Telegram sends it. https://github.com/SYSTRAN/faster-whisper
PACKAGE = "faster_whisper"
# Nobody waits for a transcript: look so often (seconds).
IDLE = 30.0
# What could not be understood is kept as this, so that it is not tried for ever; staff can still listen.
NOTHING_HEARD = "[…]"

Listen = Callable[[bytes], str]


def hindrance(settings: Voice) -> str:
    """Return what stands against writing down, as one sentence; empty when nothing does or nobody wants it."""
    if not settings.model:
        return ""
    if not Path(settings.model).is_dir():
        return f"[voice] model: {settings.model} is no folder; name one with a faster-whisper model, or leave it empty"
    if find_spec(PACKAGE) is None:
        return "[voice] model is set, but the package faster-whisper is missing: pip install 'talstimme[voice]'"
    return ""


def is_wanted(settings: Voice) -> bool:
    """Say whether voice messages are written down here."""
    return bool(settings.model) and not hindrance(settings)


def load_listener(settings: Voice) -> Listen:
    """Return what writes down a voice message; loading the model takes seconds."""
    model = import_module(PACKAGE).WhisperModel(settings.model, device="cpu", compute_type="int8")

    def listen(content: bytes) -> str:
        segments, _ = model.transcribe(BytesIO(content))
        return " ".join(segment.text.strip() for segment in segments).strip()

    return listen


async def write_down(store: Store, settings: Voice, *, clock: Clock, wake: Callable[[], None]) -> None:
    """Write voice messages down until cancelled; `wake` is called when there is something new to tag."""
    listen = await asyncio.to_thread(load_listener, settings)
    actor = Actor(f"model:{Path(settings.model).name}", "machine")
    while True:
        try:
            done = await write_all(store, listen, actor, now=clock())
        except OperationalError as error:
            log.exception("writing down waits for the database (%s)", type(error.orig).__name__, exc_info=False)
            done = 0
        if done:
            wake()
        else:
            await asyncio.sleep(IDLE)


async def write_all(store: Store, listen: Listen, actor: Actor, *, now: datetime) -> int:
    """Write down what waits and return how many voice messages that were."""
    waiting = await store.read(spoken.unwritten)
    for recording, content in waiting:
        words = await asyncio.to_thread(_heard, listen, recording, content)
        await store.write(spoken.write_down, recording, words, actor, now=now)
    return len(waiting)


def _heard(listen: Listen, recording: int, content: bytes) -> str:
    try:
        return listen(content) or NOTHING_HEARD
    except Exception as error:  # a decoder fails in as many ways as there are formats
        log.warning("recording %d cannot be written down (%s)", recording, type(error).__name__)
        return NOTHING_HEARD
