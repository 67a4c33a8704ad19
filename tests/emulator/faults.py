"""What a test can break: answers, connections, the network, the pace.

Law: a fault is used up by the requests it hits, in the order in which faults were ordered.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from tests.emulator.clock import Signal
from tests.emulator.errors import Refused, too_many


@dataclass(frozen=True, slots=True)
class Fault:
    """The next `times` requests of `method` (`*`: any) fail.

    `code` is answered, or the connection dropped when it is None. `when` says whether the request
    still takes effect: dropped or failed `before` it, or `after` it, when the bot can't know.
    """

    method: str = "*"
    times: int = 1
    code: int | None = None
    retry_after: float = 1.0
    when: Literal["before", "after"] = "before"
    chat_id: int | None = None

    def hits(self, method: str, chat_id: object) -> bool:
        """Whether a request of this method to this chat is meant."""
        return self.method in ("*", method) and self.chat_id in (None, chat_id)

    def refusal(self) -> Refused:
        """The answer that the bot gets instead of the true one."""
        match self.code:
            case 429:
                return too_many(self.retry_after)
            case 401:
                return Refused(401, "Unauthorized")
            case 404:
                return Refused(404, "Not Found")
            case 500:
                return Refused(500, "Internal Server Error")
            case code:
                return Refused(code or 0, "Bad Gateway")


@dataclass(slots=True)
class Network:
    """The road between bot and emulator."""

    round_trip: float = 0.0  # seconds
    paused: bool = False
    faults: list[Fault] = field(default_factory=list)
    changed: Signal = field(default_factory=Signal)

    def take(self, method: str, chat_id: object) -> Fault | None:
        """The fault that hits this request, counted as used."""
        for index, fault in enumerate(self.faults):
            if fault.hits(method, chat_id):
                left = replace(fault, times=fault.times - 1)
                self.faults[index : index + 1] = [left] if left.times else []
                return fault
        return None

    async def open(self) -> None:
        """Return when the network is not paused."""
        while self.paused:
            await self.changed.wait()
