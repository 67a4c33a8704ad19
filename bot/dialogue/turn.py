"""The result of one event: the next state, what is said, and what it brought about."""

from __future__ import annotations

from dataclasses import dataclass

from bot.dialogue.facts import Fact
from bot.dialogue.replies import Reply
from bot.dialogue.state import State


@dataclass(frozen=True, slots=True)
class Turn:
    """State in, turn out. `toast` is the short notice that answers a tap (at most 200 characters)."""

    state: State
    replies: tuple[Reply, ...] = ()
    facts: tuple[Fact, ...] = ()
    toast: str = ""
