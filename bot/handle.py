"""One update, one turn: raw words of a channel in, the next state, facts and finished requests out.

Law of this file: nothing is stored here and nothing is sent; the same update handled twice gives the same result.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from bot.dialogue.engine import advance
from bot.dialogue.events import (
    Blocked,
    Commanded,
    Event,
    Moved,
    Own,
    Pressed,
    Released,
    Returned,
    Said,
    Understanding,
    Workshop,
)
from bot.dialogue.facts import DataAsked, Fact
from bot.dialogue.mine import asks_for_own
from bot.dialogue.model import Book
from bot.dialogue.rights import Account, tell
from bot.dialogue.state import State
from bot.dialogue.subscriptions import asks_for_subscriptions
from bot.dialogue.turn import Turn, Wanted
from bot.dialogue.workshops import asks_for_workshops
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


@dataclass(frozen=True, slots=True)
class Heard:
    """An update read: what happened, in which state of which person's conversation; None when it concerns nobody."""

    update: Update
    person: Person
    before: State
    event: Event | None

    def asks_for_own(self, book: Book) -> bool:
        """Say whether the answer needs the person's own contributions."""
        return self.event is not None and asks_for_own(book, self.before, self.event)

    def asks_for_subscriptions(self, book: Book) -> bool:
        """Say whether the answer needs what the person hears of."""
        return self.event is not None and asks_for_subscriptions(book, self.before, self.event)

    def asks_for_workshops(self, book: Book) -> bool:
        """Say whether the answer needs the workshops."""
        return self.event is not None and asks_for_workshops(book, self.before, self.event)


@dataclass(frozen=True, slots=True)
class Taken:
    """An update with the turn that follows from it, not yet answered: what was asked of workshops is still open."""

    heard: Heard
    turn: Turn


def hear(channel: Channel, update: Update, person: Person) -> Heard:
    """Return what an update of this person tells.

    Raises whatever a malformed update makes the channel raise; the worker parks such an update with the reason.
    """
    known = State.from_dict(person.state) if person.state else State(channel=channel.name)
    # What stands may have been changed elsewhere, and outlives the conversation.
    before = replace(known, agreed=person.agreed)
    event = channel.read(
        json.loads(update.raw),
        seq=update.seq,
        receipt=public_number(update.seq),
        understanding=understand(update.analysis),
    )
    return Heard(update, person, before, event)


def take(
    book: Book,
    heard: Heard,
    *,
    find: Callable[[int, Wanted], tuple[Released, ...]],
    secret: str = "",
    own: tuple[Own, ...] = (),
    workshops: tuple[Workshop, ...] = (),
    subscribed: tuple[str, ...] = (),
) -> Taken:
    """Return the turn that follows; `secret`, `own`, `workshops` and `subscribed` complete the event.

    `find` finds the ideas of others that the turn wants for a citizen.
    """
    if heard.event is None:
        return Taken(heard, Turn(heard.before))
    event = _completed(heard.event, secret=secret, own=own, workshops=workshops, subscribed=subscribed)
    turn = advance(book, heard.before, event)
    if turn.wants is not None:
        turn = advance(book, heard.before, _with_ideas(event, find(heard.person.id, turn.wants)))
    return Taken(heard, turn)


def answer(book: Book, channel: Channel, taken: Taken, *, look: Callable[[int, str], Account]) -> Handled:
    """Return what an update came to as requests of its channel; `look` finds what is stored of a citizen."""
    heard, turn = taken.heard, taken.turn
    update, person = heard.update, heard.person
    if DataAsked() in turn.facts:
        turn = tell(book, turn, look(person.id, update.chat))
    requests = channel.render(update, heard.before, turn) if heard.event else []
    outgoing = tuple(_outgoing(update, ordinal, *request) for ordinal, request in enumerate(requests))
    return Handled(update, person, turn.state, turn.facts, outgoing)


def _completed(event: Event, **given: Any) -> Event:
    match event:
        case Said() | Pressed() | Commanded():
            return replace(event, **given)
        case _:
            return event


def _with_ideas(event: Event, ideas: tuple[Released, ...]) -> Event:
    match event:
        case Blocked() | Returned() | Moved():
            return event
        case _:
            return replace(event, ideas=ideas)


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
