"""Reactions to contributions: for, against, or passed by; and additions to them.

Law of this file: one reaction per person and contribution; saying the same again changes nothing, not even its time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, tuple_, update

from storage.contributions import ids_of
from storage.models import Addition, Reaction
from storage.upsert import insert_new


def react(connection: Connection, reactions: Iterable[tuple[int, int, int]], *, now: datetime) -> int:
    """Note reactions, as (contribution, citizen, value), and return how many people reacted for the first time.

    Somebody who thinks otherwise now keeps their one reaction with its new value.
    """
    rows = [
        {"contribution_id": contribution, "citizen_id": citizen, "value": value, "created_at": now}
        for contribution, citizen, value in reactions
    ]
    if rows:
        connection.execute(_CHANGED, [{f"{name}_": value for name, value in row.items()} for row in rows])
    return insert_new(connection, Reaction, rows, unique=("contribution_id", "citizen_id"))


def forget_reactions(connection: Connection, pairs: Collection[tuple[int, int]]) -> None:
    """Undo reactions, as (contribution, citizen)."""
    if pairs:
        connection.execute(delete(Reaction).where(tuple_(Reaction.contribution_id, Reaction.citizen_id).in_(pairs)))


def add_additions(connection: Connection, pairs: Iterable[tuple[str, str]]) -> None:
    """Note that contributions add something to others, as (number, number of the other); the first word stands."""
    wanted = [(number, other) for number, other in pairs if number != other]
    ids = ids_of(connection, [number for pair in wanted for number in pair]) if wanted else {}
    found = [(ids[number], ids[other]) for number, other in wanted if number in ids and other in ids]
    rows = [{"contribution_id": one, "adds_to_id": other} for one, other in found]
    insert_new(connection, Addition, rows, unique=("contribution_id",))


_CHANGED = (
    update(Reaction.__table__)
    .where(
        Reaction.__table__.c.contribution_id == bindparam("contribution_id_"),
        Reaction.__table__.c.citizen_id == bindparam("citizen_id_"),
        Reaction.__table__.c.value != bindparam("value_"),
    )
    .values(value=bindparam("value_"), created_at=bindparam("created_at_"))
)
