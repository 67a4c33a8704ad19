"""The script of a class: which round comes when, and what a step, a pause or more time does to it.

Law of this file: pure. Where the class stands and what time it is comes in, where it stands next goes out; whoever asks
for a step names the position they saw, so that two who press "next" together move the class once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What a class does in a round."""

    WARMUP = "warmup"
    COLLECT = "collect"
    SORT = "sort"
    VOTE = "vote"
    ELABORATE = "elaborate"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Round:
    """A round: what is done, for how many seconds."""

    kind: Kind
    seconds: int


# Shares of a lesson, in minutes of 45; a shorter or longer one is divided in the same way.
LESSON = 45
_MINUTES = {
    Kind.WARMUP: 4,
    Kind.COLLECT: 12,
    Kind.SORT: 6,
    Kind.VOTE: 5,
    Kind.ELABORATE: 12,
    Kind.RESULT: 6,
}
SHORTEST, LONGEST = 10, 180
# The last minute of collecting invites those who have not written yet.
INVITED = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a class stands: position 0 is the lobby, n the n-th round, one past the last the end.

    `ends_at` is when the round is over; `left` are the seconds that were left when it was paused.
    """

    position: int = 0
    ends_at: datetime | None = None
    left: float | None = None

    @property
    def is_paused(self) -> bool:
        """Whether the clock stands still."""
        return self.left is not None


def rounds_for(minutes: int) -> tuple[Round, ...]:
    """Return the rounds of a lesson of so many minutes; raises ValueError outside `SHORTEST` to `LONGEST`."""
    if not SHORTEST <= minutes <= LONGEST:
        raise ValueError(f"a session lasts {SHORTEST} to {LONGEST} minutes; give --minutes a number between them.")
    return tuple(Round(kind, share * 60 * minutes // LESSON) for kind, share in _MINUTES.items())


def round_at(rounds: Sequence[Round], standing: Standing) -> Round | None:
    """Return the round a class is in, None in the lobby and after the end."""
    return rounds[standing.position - 1] if 0 < standing.position <= len(rounds) else None


def is_over(rounds: Sequence[Round], standing: Standing) -> bool:
    """Say whether the class has ended."""
    return standing.position > len(rounds)


def step(rounds: Sequence[Round], standing: Standing, *, seen: int, now: datetime) -> Standing:
    """Begin the next round; who saw another position than the one the class is at changes nothing."""
    if seen != standing.position or is_over(rounds, standing):
        return standing
    return _entered(rounds, standing.position + 1, now)


def catch_up(rounds: Sequence[Round], standing: Standing, *, now: datetime) -> Standing:
    """Begin the rounds that the clock has begun meanwhile; each starts when the one before was over.

    The result stays until somebody ends it: a class does not lose sight of it because the bell was late.
    """
    while standing.ends_at is not None and standing.ends_at <= now and standing.position < len(rounds):
        standing = _entered(rounds, standing.position + 1, standing.ends_at)
    return standing


def pause(standing: Standing, *, now: datetime) -> Standing:
    """Stop the clock and keep what is left."""
    if standing.ends_at is None:
        return standing
    left = max(0.0, (standing.ends_at - now).total_seconds())
    return replace(standing, ends_at=None, left=left)


def resume(standing: Standing, *, now: datetime) -> Standing:
    """Let the clock run on."""
    if standing.left is None:
        return standing
    return replace(standing, ends_at=now + timedelta(seconds=standing.left), left=None)


def extend(standing: Standing, *, seconds: int, now: datetime) -> Standing:
    """Give a round more time; a paused one keeps it for later, and one that was just over goes on."""
    if standing.left is not None:
        return replace(standing, left=standing.left + seconds)
    if standing.ends_at is None:
        return standing
    return replace(standing, ends_at=max(standing.ends_at, now) + timedelta(seconds=seconds))


def left(standing: Standing, *, now: datetime) -> float | None:
    """Return the seconds a round has left, None where no clock runs."""
    if standing.left is not None:
        return standing.left
    return None if standing.ends_at is None else max(0.0, (standing.ends_at - now).total_seconds())


def _entered(rounds: Sequence[Round], position: int, since: datetime) -> Standing:
    if position > len(rounds):
        return Standing(position)
    return Standing(position, since + timedelta(seconds=rounds[position - 1].seconds))
