"""How fast messages may leave: in all, to one chat, to one group.

Law of this file: the clock is an argument; nobody waits here. After `delay` has passed, `take` keeps every limit:
in all, at most `per_second` in any second, and at most two more arrive in any second, however unevenly the way takes
(`landed` says how long each was under way); to a chat, at most `burst` at once and then `per_chat` a second; to a
group, at most `per_group_minute` in any minute besides.
Telegram's own numbers: https://core.telegram.org/bots/faq, "limits".
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

MINUTE = 60.0
# So many messages may make up at once for a late awakening; more would let a citizen's reply wait behind them.
CATCH_UP = 4
# Times closer than this are the same, in seconds: additions of floating-point numbers are no finer.
_SAME = 1e-9
# After so many messages chats that are free again are forgotten.
_PRUNE_EVERY = 4096
# So many more than we send may arrive in a second: Telegram allows 30, and 28 are sent.
HEADROOM = 2


@dataclass(slots=True)
class _Window:
    """At most `most` in any `seconds`, a log of the last ones."""

    most: int
    seconds: float
    taken: deque[float] = field(default_factory=deque)

    def free_at(self) -> float:
        return self.taken[0] + self.seconds if len(self.taken) >= self.most else float("-inf")

    def take(self, now: float) -> None:
        if len(self.taken) >= self.most:
            self.taken.popleft()
        self.taken.append(now)


@dataclass(slots=True)
class _Bucket:
    """At most `burst` at once, then `rate` a second; `full_at` is when all of it can be had again."""

    rate: float
    burst: int
    full_at: float = float("-inf")

    def free_at(self) -> float:
        return self.full_at - (self.burst - 1) / self.rate

    def take(self, now: float) -> None:
        self.full_at = max(self.full_at, now) + 1 / self.rate


@dataclass(slots=True)
class _Arrivals:
    """At most `most` arrive in any `seconds`: who left late behind the others is counted from when it may have arrived.

    A way that takes equally long for all changes nothing; only what it took beyond the shortest one counts.
    """

    most: int
    seconds: float
    # The last ones: when each left, and by when it had arrived at the latest.
    log: deque[tuple[float, float]] = field(default_factory=deque)
    shortest: float = float("inf")

    def free_at(self) -> float:
        return self.log[0][1] + self.seconds if len(self.log) >= self.most else float("-inf")

    def take(self, now: float) -> None:
        if len(self.log) >= self.most:
            self.log.popleft()
        self.log.append((now, now))

    def landed(self, left: float, now: float) -> None:
        self.shortest = min(self.shortest, now - left)
        place = next((place for place, entry in enumerate(self.log) if entry == (left, left)), None)
        if place is not None:
            self.log[place] = (left, now - self.shortest)


class Limiter:
    """Knows what has left and says when the next may; all times are seconds of one clock, `now` never goes back."""

    def __init__(self, per_second: float, per_chat: float, burst: int, per_group_minute: float) -> None:
        whole = max(1, int(per_second))
        self._window = _Window(whole, whole / per_second)
        self._arrivals = _Arrivals(whole + HEADROOM, whole / per_second)
        self._even = _Bucket(per_second, min(CATCH_UP, whole))
        self._per_chat, self._burst = per_chat, burst
        self._per_group_minute = per_group_minute
        self._chats: dict[str, _Bucket] = {}
        self._groups: dict[str, _Window] = {}
        self._halted: dict[str, float] = {}
        self._all_halted = float("-inf")
        self._taken = 0

    def delay(self, chat: str, is_group: bool, now: float) -> float:
        """Return in how many seconds a message to this chat may leave; 0 for at once."""
        wait = max(self._overall_at(), self._chat_at(chat, is_group)) - now
        return wait if wait > _SAME else 0.0

    def overall_delay(self, now: float) -> float:
        """Return in how many seconds a message to any chat may leave at the earliest; 0 for at once."""
        wait = self._overall_at() - now
        return wait if wait > _SAME else 0.0

    def take(self, chat: str, is_group: bool, now: float) -> None:
        """Note that a message to this chat leaves now."""
        self._window.take(now)
        self._arrivals.take(now)
        self._even.take(now)
        self._chats.setdefault(chat, _Bucket(self._per_chat, self._burst)).take(now)
        if is_group:
            self._groups.setdefault(chat, self._group_window()).take(now)
        self._taken += 1
        if self._taken % _PRUNE_EVERY == 0:
            self._prune(now)

    def landed(self, left: float, now: float) -> None:
        """Note that the answer to a message that left then has come."""
        self._arrivals.landed(left, now)

    def halt(self, until: float, chat: str | None = None) -> None:
        """Let nothing leave before `until`, to this chat or at all: Telegram has said when (`retry_after`)."""
        if chat is None:
            self._all_halted = max(self._all_halted, until)
        else:
            self._halted[chat] = max(until, self._halted.get(chat, until))

    def _overall_at(self) -> float:
        return max(self._window.free_at(), self._arrivals.free_at(), self._even.free_at(), self._all_halted)

    def _chat_at(self, chat: str, is_group: bool) -> float:
        free = [self._halted.get(chat, float("-inf"))]
        if chat in self._chats:
            free.append(self._chats[chat].free_at())
        if is_group and chat in self._groups:
            free.append(self._groups[chat].free_at())
        return max(free)

    def _group_window(self) -> _Window:
        whole = max(1, int(self._per_group_minute))
        return _Window(whole, MINUTE * whole / self._per_group_minute)

    def _prune(self, now: float) -> None:
        self._chats = {chat: bucket for chat, bucket in self._chats.items() if bucket.full_at > now}
        self._groups = {chat: log for chat, log in self._groups.items() if log.taken[-1] + log.seconds > now}
        self._halted = _ahead(self._halted, now)


def _ahead(times: Mapping[str, float], now: float) -> dict[str, float]:
    return {chat: until for chat, until in times.items() if until > now}
