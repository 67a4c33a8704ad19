"""The result of one event: the next state, what is said, and what it brought about."""

from __future__ import annotations

from dataclasses import dataclass

from bot.dialogue.facts import Fact
from bot.dialogue.replies import Reply
from bot.dialogue.state import Choice, State


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a turn lacks of the ideas of others: those of these numbers, and, with a choice, the next one of it.

    Ideas `without` are not the next one, as what was just said to them is not written yet.
    """

    numbers: tuple[str, ...] = ()
    choice: Choice | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """State in, turn out. `toast` is the short notice that answers a tap (at most 200 characters).

    A turn that `wants` something is not final: the same event with its `ideas` gives the one that counts.
    """

    state: State
    replies: tuple[Reply, ...] = ()
    facts: tuple[Fact, ...] = ()
    toast: str = ""
    wants: Wanted | None = None
