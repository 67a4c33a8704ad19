"""How fast one conversation may go: so many messages in any minute.

Law of this file: counted per conversation, never per address, since a class shares one; nothing is kept for
longer than a minute.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

_MINUTE = timedelta(minutes=1)


@dataclass(slots=True)
class Pace:
    """The messages of the last minute by conversation, in this process."""

    per_minute: int
    times: OrderedDict[str, deque[datetime]] = field(default_factory=OrderedDict)

    def take(self, chat: str, now: datetime) -> float:
        """Count a message and return 0, or return the seconds to wait and count nothing."""
        self._forget(now)
        times = self.times.setdefault(chat, deque())
        if len(times) >= self.per_minute:
            return (times[0] + _MINUTE - now).total_seconds()
        times.append(now)
        self.times.move_to_end(chat)
        return 0

    def _forget(self, now: datetime) -> None:
        # The conversation that was silent longest stands first.
        while self.times and next(iter(self.times.values()))[-1] <= now - _MINUTE:
            self.times.popitem(last=False)
        for times in self.times.values():
            while times and times[0] <= now - _MINUTE:
                times.popleft()
