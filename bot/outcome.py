"""What became of one request on its way to a citizen: a value, never an exception.

Law of this file: an outcome says what the sender does with the outbox row next, for whatever channel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

# `Never.reason` of a chat that does not want us: the citizen is marked unreachable.
BLOCKED = "blocked"
# `Later.reason` of a pace that was too fast: the limiter is halted, not only this row.
FLOOD = "flood"


@dataclass(frozen=True, slots=True)
class Sent:
    """It arrived. `external_id` is the channel's id of the message, None where none was made."""

    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Try again after `seconds`; `reason` is for logs and limits, never a citizen's words."""

    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class Never:
    """It can't arrive; `reason` is for the row and for logs, never a citizen's words."""

    reason: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat has another id now; the same request goes to `chat`."""

    chat: str


Outcome: TypeAlias = Sent | Later | Never | Moved
