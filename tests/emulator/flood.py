"""Telegram's sending limits, switchable: so many messages a second in all, per chat, per group.

Law: who is refused stays refused until `retry_after` has passed, and asking again changes nothing.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from telegram.constants import FloodLimit

from tests.emulator.clock import Clock
from tests.emulator.errors import too_many

MINUTE = 60.0
# Telegram documents that short bursts to one chat pass; the number is ours, a little above what
# a careful bot allows itself.
BURST = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """Messages a second in all and per private chat, messages a minute per group."""

    per_second: float = FloodLimit.MESSAGES_PER_SECOND
    per_chat_per_second: float = FloodLimit.MESSAGES_PER_SECOND_PER_CHAT
    per_group_per_minute: float = FloodLimit.MESSAGES_PER_MINUTE_PER_GROUP
    burst: int = BURST


@dataclass(slots=True)
class _Window:
    """At most `most` messages in any `seconds`."""

    most: float
    seconds: float
    sent: deque[float] = field(default_factory=deque)
    closed_until: float = 0.0

    def free_at(self, now: float) -> float:
        while self.sent and self.sent[0] <= now - self.seconds:
            self.sent.popleft()
        full = len(self.sent) >= self.most
        return max(self.closed_until, self.sent[0] + self.seconds if full else now)


@dataclass(slots=True)
class _Bucket:
    """`burst` messages at once, then `rate` a second."""

    rate: float
    burst: int
    full_at: float = 0.0
    closed_until: float = 0.0

    def free_at(self, now: float) -> float:
        return max(self.closed_until, self.full_at - (self.burst - 1) / self.rate, now)

    def spend(self, now: float) -> None:
        self.full_at = max(self.full_at, now) + 1 / self.rate


class Flood:
    """Counts what the bot sends and refuses what is too much."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self._clock, self._limits = clock, limits
        self._all = _Window(limits.per_second, 1.0)
        self._groups: dict[int, _Window] = {}
        self._private: dict[int, _Bucket] = {}
        self.refused = 0

    def admit(self, chat_id: int) -> None:
        """Count one message to this chat, or refuse it with 429."""
        now = self._clock.now()
        chat = self._group(chat_id) if chat_id < 0 else self._person(chat_id)
        for scope in (self._all, chat):
            if (free_at := scope.free_at(now)) > now:
                self.refused += 1
                if scope.closed_until <= now:
                    scope.closed_until = max(free_at, now + 1.0)
                raise too_many(scope.closed_until - now)
        self._all.sent.append(now)
        if isinstance(chat, _Bucket):
            chat.spend(now)
        else:
            chat.sent.append(now)

    def _group(self, chat_id: int) -> _Window:
        window = _Window(self._limits.per_group_per_minute, MINUTE)
        return self._groups.setdefault(chat_id, window)

    def _person(self, chat_id: int) -> _Bucket:
        bucket = _Bucket(self._limits.per_chat_per_second, self._limits.burst)
        return self._private.setdefault(chat_id, bucket)
