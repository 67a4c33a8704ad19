"""The first page: where somebody who comes in is led."""

from __future__ import annotations

from starlette.responses import Response

from desk.doors import Door
from desk.rights import Right
from desk.visit import Visit


async def start(visit: Visit) -> Response:
    """Show what there is to do."""
    return visit.page("start.html")


DOORS = (Door("GET", "/", start, Right.COME_IN),)
