"""Time and chance, handed in, so that everything that waits can run in simulated time."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

# The first wait after a failure and the longest one, in seconds.
FIRST_WAIT = 0.5
LONGEST_WAIT = 60.0
_DOUBLINGS = 10  # more change nothing: the longest wait is reached before


@dataclass(frozen=True, slots=True)
class Pace:
    """`now` tells seconds from any fixed point, `sleep` waits seconds, `chance` gives a number from 0 up to 1."""

    now: Callable[[], float]
    sleep: Callable[[float], Awaitable[object]]
    chance: Callable[[], float]

    def backoff(self, failures: int) -> float:
        """Return how many seconds to wait after so many failures in a row.

        Between half and the whole of a doubling wait, so that many who failed together don't come back together.
        """
        whole = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(failures, _DOUBLINGS))
        return whole * (0.5 + self.chance() / 2)
