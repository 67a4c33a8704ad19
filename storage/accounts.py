"""What is stored of one person: the same rows that an erasure takes, to be read and handed out (Art. 15 DSGVO).

Law of this file: nothing of anybody else, nothing left out; what is no text is told by its size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Table, or_, select

from storage.models import Citizen, CitizenLink, Contribution, Model

Rows = list[dict[str, Any]]


def account_of(connection: Connection, citizen_id: int, *, chats: Iterable[str] = ()) -> dict[str, Rows]:
    """Return the rows of a person by table, as plain JSON values; `chats` as in `erasures.erase_citizen`.

    Empty when nobody has this id.
    """
    wanted = {**_by_citizen(citizen_id), **_by_contribution(connection, citizen_id)}
    wanted |= {table: _in_queue(connection, table, citizen_id, chats) for table in (_INBOX, _OUTBOX)}
    found = {table.name: _rows(connection, table, condition) for table, condition in wanted.items()}
    return {name: found[name] for name in sorted(found) if found[name]}


def citizen_of(connection: Connection, key: str) -> int | None:
    """Return the id of the person behind a keyed hash."""
    return connection.scalar(select(Citizen.id).where(Citizen.key == key))


def _by_citizen(citizen_id: int) -> dict[Table, ColumnElement[bool]]:
    own = {table: table.c.citizen_id == citizen_id for table in _TABLES if "citizen_id" in table.c}
    return {_CITIZEN: _CITIZEN.c.id == citizen_id, **own}


def _by_contribution(connection: Connection, citizen_id: int) -> dict[Table, ColumnElement[bool]]:
    numbers = connection.scalars(select(Contribution.id).where(Contribution.citizen_id == citizen_id)).all()
    hanging = (table for table in _TABLES if "contribution_id" in table.c and "citizen_id" not in table.c)
    files = {_ATTACHMENT: or_(_ATTACHMENT.c.citizen_id == citizen_id, _ATTACHMENT.c.contribution_id.in_(numbers))}
    return {**{table: table.c.contribution_id.in_(numbers) for table in hanging}, **files}


def _in_queue(connection: Connection, table: Table, citizen_id: int, chats: Iterable[str]) -> ColumnElement[bool]:
    columns = select(CitizenLink.channel, CitizenLink.bot, CitizenLink.external_id)
    links = connection.execute(columns.where(CitizenLink.citizen_id == citizen_id)).all()
    channel, bot, to = table.c.channel, table.c.bot, table.c.chat
    ways = ((channel == link.channel) & (bot == link.bot) & (to == link.external_id) for link in links)
    return or_(table.c.chat.in_([chat for chat in chats if chat]), *ways)


def _rows(connection: Connection, table: Table, condition: ColumnElement[bool]) -> Rows:
    shown = [column for column in table.columns if _is_told(column)]
    found = connection.execute(select(*shown).where(condition).order_by(*table.primary_key.columns)).mappings()
    return [_plain(row) for row in found]


def _is_told(column: Column[Any]) -> bool:
    # Numbers of rows say nothing to anybody; the vector of a text says less than the text.
    return not (column.primary_key and column.autoincrement is True) and column.name not in ("id", "embedding")


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): _written(value) for name, value in row.items() if value is not None}


def _written(value: Any) -> Any:
    match value:
        case datetime() | date():
            return value.isoformat()
        case bytes():
            return f"{len(value)} bytes"
        case _:
            return value


_TABLES = tuple(Model.metadata.sorted_tables)
_CITIZEN, _ATTACHMENT = Model.metadata.tables["citizen"], Model.metadata.tables["attachment"]
_INBOX, _OUTBOX = Model.metadata.tables["inbox"], Model.metadata.tables["outbox"]
