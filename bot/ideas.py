"""From released contributions to the engine's words for them: what a turn wants of the ideas of others."""

from __future__ import annotations

from sqlalchemy import Connection

from bot.dialogue.events import Released
from bot.dialogue.turn import Wanted
from storage.released import Chosen, Idea, ideas_of, next_idea


def find(connection: Connection, citizen: int, wanted: Wanted) -> tuple[Released, ...]:
    """Return the ideas of the wanted numbers that this citizen may read, and behind them the next one to read."""
    found = ideas_of(connection, wanted.numbers, citizen=citizen)
    following = _next(connection, citizen, wanted)
    return tuple(released(each) for each in (*found, *([following] if following else [])))


def _next(connection: Connection, citizen: int, wanted: Wanted) -> Idea | None:
    choice = wanted.choice
    if choice is None:
        return None
    chosen = Chosen(choice.field, choice.district, choice.topic)
    return next_idea(connection, chosen, citizen=citizen, without=(*wanted.without, *wanted.numbers))


def released(idea: Idea) -> Released:
    """Return a released contribution as the engine shows it."""
    return Released(idea.number, idea.text, idea.supports, idea.field, idea.district)
