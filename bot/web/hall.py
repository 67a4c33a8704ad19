"""What every page is made with, handed in once.

Law of this file: no globals; clock, randomness and database come from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from jinja2 import Environment
from starlette.requests import Request

from bot.bell import Clock
from bot.config import Settings
from bot.dialogue.model import Book
from bot.keys import Keys
from bot.school.scenes import Scenes
from bot.store import Store
from bot.web.gong import Gong
from bot.web.names import BOT, CHANNEL
from bot.web.pace import Pace
from bot.web.session import Sessions


@dataclass(frozen=True, slots=True)
class Hall:
    """The parts of the web chat. `ring` wakes the worker, `gong` tells of its batches, `alive` says which loops live.

    `scenes` are classes as they stand, for those who only ask; `tries` counts who opens a contribution by its code.
    `patience` is how many seconds a page waits for an answer before it says that it takes longer.
    """

    store: Store
    book: Book
    keys: Keys
    settings: Settings
    clock: Clock
    ring: Callable[[], None]
    gong: Gong
    alive: Callable[[], Mapping[str, bool]]
    fresh: Callable[[], str]
    patience: float
    pace: Pace
    tries: Pace
    scenes: Scenes
    sessions: Sessions
    pages: Environment

    def key(self, chat: str) -> str:
        """Return the name under which the database knows who talks in a chat."""
        return self.keys.citizen(CHANNEL, BOT, chat)


def hall_of(request: Request) -> Hall:
    """Return the parts of the application that got this request."""
    hall = request.app.state.hall
    assert isinstance(hall, Hall)
    return hall
