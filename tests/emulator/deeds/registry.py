"""What can be ordered from outside: deeds of citizens, and steering by tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from tests.emulator.errors import Json
from tests.emulator.world import World

Deed = Callable[[World, Json], Any]
DEEDS: Final[dict[str, Deed]] = {}


class Impossible(Exception):
    """A test asks for what Telegram's app would not offer, such as writing to a blocked bot."""


def deed(name: str) -> Callable[[Deed], Deed]:
    """Register the decorated function under this name."""

    def register(handler: Deed) -> Deed:
        DEEDS[name] = handler
        return handler

    return register


def perform(world: World, name: str, order: Json) -> Any:
    """Do what is ordered; raises Impossible when that can't be."""
    if name not in DEEDS:
        raise Impossible(f"there is no deed {name!r}")
    return DEEDS[name](world, order)
