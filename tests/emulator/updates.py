"""The queue of updates with Telegram's offset rules, and the journal of what became of each.

Law: an update is kept until a higher offset (or a webhook's 2xx) confirms it, or until it expires.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from telegram import Update
from telegram.constants import PollingLimit

from tests.emulator.clock import Clock
from tests.emulator.errors import (
    OTHER_POLLER,
    WEBHOOK_ACTIVE,
    WEBHOOK_SET,
    Json,
    Refused,
    broken_rule,
)

DAY: Final = 86_400.0
TAP_LIFETIME: Final = 150.0  # tdlib/telegram-bot-api, Client.cpp, add_update(CallbackQuery)
LONGEST_POLL: Final = 50.0  # seconds; longer ones are cut (same file)
FAR_AHEAD: Final = 10  # an offset further beyond the newest id counts as none (TQueue.cpp)
NOT_BY_DEFAULT: Final = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
BY_DEFAULT: Final = frozenset(Update.ALL_TYPES) - NOT_BY_DEFAULT


@dataclass(slots=True)
class Entry:
    """The journal's line for one update; times are the emulator's, in seconds since 1970."""

    update_id: int
    kind: str
    chat_id: int | None
    queued_at: float
    handed_out: list[float] = field(default_factory=list)
    confirmed_at: float | None = None
    expired_at: float | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """An update that waits to be fetched or delivered."""

    update: Any
    expires_at: float
    entry: Entry


class Updates:
    """One bot's queue."""

    def __init__(self, clock: Clock, first_id: int) -> None:
        self._clock = clock
        self._next_id = first_id
        self._poll = 0
        self._webhook_sets = 0
        self.waiting: dict[int, Pending] = {}
        self.journal: list[Entry] = []
        self.allowed = BY_DEFAULT
        self.on_push: Callable[[Pending], None] | None = None  # set while a webhook is active

    def push(self, kind: str, content: Json, *, chat_id: int | None = None, lifetime: float = DAY) -> int | None:
        """Queue an update; None if the bot has not asked for this kind."""
        if kind not in self.allowed:
            return None
        return self._queue({"update_id": self._next_id, kind: content}, kind, chat_id, lifetime)

    def push_raw(self, update: Any) -> int:
        """Queue what a test has made up; it gets an update id if it is an object without one."""
        if isinstance(update, dict):
            update = {"update_id": self._next_id, **update}
        return self._queue(update, "raw", None, DAY)

    def allow(self, kinds: list[str] | None) -> None:
        """Remember which kinds the bot wants; None leaves it as it was, an empty list resets it."""
        if kinds is None:
            return
        if unknown := set(kinds) - set(Update.ALL_TYPES):
            raise broken_rule(f"allowed_updates: unknown kinds {sorted(unknown)}")
        self.allowed = frozenset(kinds) or BY_DEFAULT

    async def poll(self, offset: int, limit: int, wait: float, is_open: Callable[[], bool]) -> list[Any]:
        """Answer getUpdates; `is_open` tells whether the client still listens."""
        self._poll += 1
        mine, webhooks = self._poll, self._webhook_sets
        self._clock.stirred.fire()
        deadline = self._clock.now() + min(wait, LONGEST_POLL)
        self.confirm_below(self._resolved(offset))
        while True:
            self._refuse_conflicts(mine, webhooks)
            if not is_open():
                return []
            if batch := self._batch(limit):
                return [pending.update for pending in batch]
            if self._clock.now() >= deadline:
                return []
            await self._clock.stirred.wait(self._clock.real_seconds(deadline))

    def confirm_below(self, offset: int) -> None:
        """Forget all updates with a smaller id."""
        for update_id in [known for known in self.waiting if known < offset]:
            self.confirm(update_id)

    def confirm(self, update_id: int) -> None:
        """Forget one update, for the bot has it."""
        pending = self.waiting.pop(update_id, None)
        if pending:
            pending.entry.confirmed_at = self._clock.now()

    def drop_expired(self) -> None:
        """Forget what has waited too long."""
        now = self._clock.now()
        for update_id, pending in list(self.waiting.items()):
            if pending.expires_at <= now:
                pending.entry.expired_at = now
                del self.waiting[update_id]

    def end_polls(self) -> None:
        """A webhook was set: every long poll under way ends with 409."""
        self._webhook_sets += 1
        self._clock.stirred.fire()

    def _queue(self, update: Any, kind: str, chat_id: int | None, lifetime: float) -> int:
        update_id, now = self._next_id, self._clock.now()
        self._next_id += 1
        entry = Entry(update_id, kind, chat_id, now)
        self.journal.append(entry)
        self.waiting[update_id] = pending = Pending(update, now + lifetime, entry)
        if self.on_push:
            self.on_push(pending)
        self._clock.stirred.fire()
        return update_id

    def _batch(self, limit: int) -> list[Pending]:
        self.drop_expired()
        batch = list(self.waiting.values())[:limit]
        for pending in batch:
            pending.entry.handed_out.append(self._clock.now())
        return batch

    def _resolved(self, offset: int) -> int:
        """Negative offsets count from the end; what lies far ahead confirms nothing."""
        if offset < 0:
            newest = list(self.waiting)[offset:]
            return newest[0] if newest else self._next_id
        return 0 if offset > self._next_id + FAR_AHEAD else offset

    def _refuse_conflicts(self, mine: int, webhooks: int) -> None:
        if self.on_push and webhooks == self._webhook_sets:
            raise Refused(409, WEBHOOK_ACTIVE)
        if self.on_push:
            raise Refused(409, WEBHOOK_SET)
        if mine != self._poll:
            raise Refused(409, OTHER_POLLER)


def poll_limit(value: int) -> int:
    """The number of updates asked for, brought into Telegram's range."""
    return max(int(PollingLimit.MIN_LIMIT), min(value, int(PollingLimit.MAX_LIMIT)))
