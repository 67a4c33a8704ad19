"""Pictures that were drawn, kept for a while: the same snapshot gives the same picture, so it is drawn once.

Law of this file: drawing happens in a thread of its own, never on the event loop.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from desk.figures.tables import Table

# About 40 kB each.
KEPT = 400


@dataclass(frozen=True, slots=True)
class Wish:
    """A picture: of which snapshot, which table, in which language, form and light."""

    snapshot: int
    name: str
    language: str
    form: str
    is_dark: bool
    erased: int = 0


@dataclass(slots=True)
class Gallery:
    """The pictures that were drawn last, and the one thread that draws."""

    drawn: OrderedDict[Wish, bytes] = field(default_factory=OrderedDict)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, thread_name_prefix="charts"))

    async def picture(self, wish: Wish, table: Table, lines: list[str]) -> bytes:
        """Return a picture, drawn now or before."""
        if wish not in self.drawn:
            draw = partial(_drawn, table, lines, wish)
            self.drawn[wish] = await asyncio.get_running_loop().run_in_executor(self.pool, draw)
        self.drawn.move_to_end(wish)
        while len(self.drawn) > KEPT:
            self.drawn.popitem(last=False)
        return self.drawn[wish]


def _drawn(table: Table, lines: list[str], wish: Wish) -> bytes:
    drawing: Any = _drawing()
    look = drawing.DARK if wish.is_dark else drawing.LIGHT
    return bytes(drawing.draw(table, drawing.Caption(lines, wish.language), form=wish.form, look=look))


def _drawing() -> Any:
    # Takes a second to load; who opens no page of figures shall not wait for it.
    from desk.figures import drawing

    return drawing
