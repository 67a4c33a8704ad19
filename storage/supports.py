"""Support: somebody means the same as somebody else; it counts once per person and can be taken back.

Law of this file: a support is a reaction that agrees; whoever is against an idea or passed it by supports nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, func, select

from storage.models import Reaction
from storage.models.reactions import AGREED
from storage.reactions import forget_reactions, react


def support(connection: Connection, pairs: Iterable[tuple[int, int]], *, now: datetime) -> int:
    """Note that citizens support contributions, as (contribution, citizen), and return how many do so newly."""
    return react(connection, [(contribution, citizen, AGREED) for contribution, citizen in pairs], now=now)


def take_back(connection: Connection, pairs: Collection[tuple[int, int]]) -> None:
    """Undo support, as (contribution, citizen)."""
    forget_reactions(connection, pairs)


def supports_of(connection: Connection, contributions: Collection[int]) -> dict[int, int]:
    """Return how many support each contribution; those nobody supports are left out."""
    query = select(Reaction.contribution_id, func.count())
    query = query.where(Reaction.contribution_id.in_(contributions), Reaction.value == AGREED)
    return {row[0]: row[1] for row in connection.execute(query.group_by(Reaction.contribution_id))}


def supporters_of(connection: Connection, contribution: int) -> list[int]:
    """Return the citizens who support a contribution and have not been forgotten."""
    query = select(Reaction.citizen_id).where(
        Reaction.contribution_id == contribution, Reaction.value == AGREED, Reaction.citizen_id.is_not(None)
    )
    return [citizen for citizen in connection.scalars(query.order_by(Reaction.id)) if citizen is not None]
