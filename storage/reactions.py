"""Reactions to contributions: for, against, or passed by; and additions to them.

Law of this file: one reaction per person and contribution; saying the same again changes nothing, not even its time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, tuple_, update

from storage.consents import publishable
from storage.contributions import ids_of
from storage.models import Addition, Contribution, Model, Reaction
from storage.models.reactions import PASSED
from storage.upsert import insert_new


def react(connection: Connection, reactions: Iterable[tuple[int, int, int]], *, now: datetime) -> int:
    """Note reactions, as (contribution, citizen, value), and return how many people reacted for the first time.

    Somebody who thinks otherwise now keeps their one reaction with its new value; to pass by takes nothing back.
    """
    rows = [
        {"contribution_id": contribution, "citizen_id": citizen, "value": value, "created_at": now}
        for contribution, citizen, value in reactions
    ]
    if rows:
        connection.execute(_CHANGED, [{f"{name}_": value for name, value in row.items()} for row in rows])
    return insert_new(connection, Reaction, rows, unique=("contribution_id", "citizen_id"))


def react_to(connection: Connection, reactions: Collection[tuple[str, int, int]], *, now: datetime) -> None:
    """Note reactions, as (number, citizen, value), to what may be shown now and is not one's own."""
    found = _released(connection, [number for number, _, _ in reactions]) if reactions else {}
    known = ((*found[number], citizen, value) for number, citizen, value in reactions if number in found)
    react(connection, [(row, citizen, value) for row, author, citizen, value in known if author != citizen], now=now)


def take_reactions(connection: Connection, pairs: Collection[tuple[str, int]]) -> None:
    """Undo reactions, as (number, citizen)."""
    ids = ids_of(connection, [number for number, _ in pairs]) if pairs else {}
    forget_reactions(connection, [(ids[number], citizen) for number, citizen in pairs if number in ids])


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


def _released(connection: Connection, numbers: Collection[str]) -> dict[str, tuple[int, int | None]]:
    query = select(Contribution.number, Contribution.id, Contribution.citizen_id)
    rows = connection.execute(query.where(Contribution.number.in_(numbers), publishable()))
    return {row[0]: (row[1], row[2]) for row in rows}


_CHANGED = (
    update(Model.metadata.tables["reaction"])
    .where(
        Reaction.contribution_id == bindparam("contribution_id_"),
        Reaction.citizen_id == bindparam("citizen_id_"),
        Reaction.value != bindparam("value_"),
        bindparam("value_") != PASSED,
    )
    .values(value=bindparam("value_"), created_at=bindparam("created_at_"))
)
