"""One update, one turn: raw words of a channel in, the next state, facts and finished requests out.

Law of this file: nothing is stored here and nothing is sent; the same update handled twice gives the same result.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.dialogue.engine import advance
from bot.dialogue.events import Event, Understanding
from bot.dialogue.facts import Fact
from bot.dialogue.model import Book
from bot.dialogue.state import State
from bot.dialogue.turn import Turn
from bot.understand import understand
from storage.citizens import Person
from storage.inbox import Update
from storage.numbers import public_number
from storage.outbox import Outgoing


class Read(Protocol):
    """How a channel reads one of its raw updates; None for what concerns nobody."""

    def __call__(self, raw: Mapping[str, Any], *, seq: int, receipt: str, understanding: Understanding) -> Event | None:
        """Return the event of a raw update."""


@dataclass(frozen=True, slots=True)
class Channel:
    """A way to talk: `read` makes events of raw updates, `render` makes requests of a turn.

    `render` gets the update, the state before it and the turn; it returns (method, parameters, paced) in order.
    """

    name: str
    read: Read
    render: Callable[[Update, State, Turn], list[tuple[str, dict[str, Any], bool]]]


@dataclass(frozen=True, slots=True)
class Handled:
    """What one update came to."""

    update: Update
    person: Person
    state: State
    facts: tuple[Fact, ...]
    outgoing: tuple[Outgoing, ...]


def handle(book: Book, channel: Channel, update: Update, person: Person) -> Handled:
    """Return what follows from an update of this person.

    Raises whatever a malformed update makes the channel raise; the worker parks such an update with the reason.
    """
    before = State.from_dict(person.state) if person.state else State(channel=channel.name)
    event = channel.read(
        json.loads(update.raw),
        seq=update.seq,
        receipt=public_number(update.seq),
        understanding=understand(update.analysis),
    )
    if event is None:
        return Handled(update, person, before, (), ())
    turn = advance(book, before, event)
    requests = channel.render(update, before, turn)
    outgoing = tuple(_outgoing(update, ordinal, *request) for ordinal, request in enumerate(requests))
    return Handled(update, person, turn.state, turn.facts, outgoing)


def _outgoing(update: Update, ordinal: int, method: str, params: dict[str, Any], paced: bool) -> Outgoing:
    return Outgoing(
        cause=f"inbox:{update.seq}",
        ordinal=ordinal,
        channel=update.channel,
        bot=update.bot,
        chat=update.chat,
        method=method,
        params=params,
        paced=paced,
    )
