"""How a test steers the emulator: faults, pace, time, and a look into its books."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tests.emulator.deeds.registry import deed
from tests.emulator.errors import Json
from tests.emulator.faults import Fault
from tests.emulator.flood import Flood, Limits
from tests.emulator.world import World


@deed("fail")
def fail(world: World, order: Json) -> bool:
    """The next requests of a method fail."""
    world.network.faults.append(Fault(**order))
    return True


@deed("heal")
def heal(world: World, order: Json) -> bool:
    """Forget all ordered faults, the latency and the pause."""
    del order
    world.network.faults.clear()
    world.network.round_trip, world.network.paused = 0.0, False
    world.network.changed.fire()
    return True


@deed("latency")
def latency(world: World, order: Json) -> bool:
    """Every request takes this long, half of it on each way."""
    world.network.round_trip = order["seconds"]
    return True


@deed("pause")
def pause(world: World, order: Json) -> bool:
    """Hold every request from now on, or let all go."""
    world.network.paused = order["paused"]
    world.network.changed.fire()
    return True


@deed("limit")
def limit(world: World, order: Json) -> bool:
    """Switch Telegram's sending limits on (with these numbers) or off (None)."""
    numbers = order["limits"]
    world.flood = Flood(world.clock, Limits(**numbers)) if numbers is not None else None
    return True


@deed("advance")
def advance(world: World, order: Json) -> float:
    """Move the emulator's clock ahead; gives its new time."""
    world.clock.advance(order["seconds"])
    return world.clock.now()


@deed("hand out")
def hand_out(world: World, order: Json) -> int:
    """Queue an update exactly as given, malformed or not; gives its id in the journal."""
    return world.updates.push_raw(order["update"])


@deed("journal")
def journal(world: World, order: Json) -> list[Json]:
    """What became of every update so far."""
    del order
    return [asdict(entry) for entry in world.updates.journal]


@deed("calls")
def calls(world: World, order: Json) -> list[Json]:
    """Every request of the bot so far, or those of one method."""
    wanted = order.get("method")
    return [asdict(call) for call in world.calls if wanted in (None, call.method)]


@deed("about")
def about(world: World, order: Json) -> Json:
    """What the bot has said of itself."""
    del order
    return dict(world.about)


@deed("nothing")
def nothing(world: World, order: Json) -> Any:
    """Do nothing: the answer comes after everything that was told before it."""
    del world, order
    return None
