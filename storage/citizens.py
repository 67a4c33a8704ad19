"""Citizens and their conversations, found and written as sets.

Law of this file: a person is known by a keyed hash; the channel's own id stands in `citizen_link` alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from storage import consents
from storage.models import Citizen, CitizenLink, Conversation
from storage.upsert import insert_new, insert_or_replace


@dataclass(frozen=True, slots=True)
class NewCitizen:
    """Somebody who wrote: the keyed hash, and the way back if the channel has one."""

    key: str
    channel: str
    bot: str
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A citizen as a turn needs them: `state` is None before the first turn, `agreed` are the consents that stand."""

    id: int
    key: str
    state: dict[str, Any] | None = field(default=None, hash=False)
    language: str | None = None
    reachable: bool = True
    agreed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Address:
    """Where a citizen can be reached."""

    channel: str
    bot: str
    chat: str


def find_or_add(connection: Connection, keys: Sequence[NewCitizen], *, now: datetime) -> dict[str, Person]:
    """Return the citizens by key, adding those nobody has met; that they were here today is noted by day."""
    people = _find(connection, [each.key for each in keys])
    strangers = [each for each in keys if each.key not in people]
    if strangers:
        _add(connection, strangers, now)
        people |= _find(connection, [each.key for each in strangers])
    _note_day(connection, [person.id for person in people.values()], now)
    return people


def save_states(connection: Connection, states: Iterable[tuple[int, Mapping[str, Any]]], *, now: datetime) -> None:
    """Write where each citizen's conversation stands."""
    rows = [{"citizen_id": citizen, "state": dict(state), "updated_at": now} for citizen, state in states]
    insert_or_replace(connection, Conversation, rows, unique=("citizen_id",))


def set_language(connection: Connection, languages: Iterable[tuple[int, str]]) -> None:
    """Note the language each citizen chose."""
    rows = [{"id_": citizen, "language_": language} for citizen, language in languages]
    if rows:
        chosen = update(Citizen).where(Citizen.id == bindparam("id_"))
        connection.execute(chosen.values(language=bindparam("language_")), rows)


def set_notice(connection: Connection, versions: Iterable[tuple[int, str]], *, now: datetime) -> None:
    """Note which version of the privacy notice each citizen saw, and when."""
    rows = [{"id_": citizen, "version_": version} for citizen, version in versions]
    if rows:
        seen = update(Citizen).where(Citizen.id == bindparam("id_"))
        connection.execute(seen.values(notice_version=bindparam("version_"), notice_at=now), rows)


def set_reachable(connection: Connection, reachables: Iterable[tuple[int, bool]]) -> None:
    """Note who blocked us and who came back."""
    rows = [{"id_": citizen, "reachable_": reachable} for citizen, reachable in reachables]
    if rows:
        changed = update(Citizen).where(Citizen.id == bindparam("id_"))
        connection.execute(changed.values(reachable=bindparam("reachable_")), rows)


def keep_links(connection: Connection, addresses: Iterable[tuple[int, Address]]) -> None:
    """Keep the way back to citizens who want to be written to and whose link was cut before."""
    rows = [
        {"citizen_id": citizen, "channel": to.channel, "bot": to.bot, "external_id": to.chat}
        for citizen, to in addresses
    ]
    insert_new(connection, CitizenLink, rows, unique=("citizen_id",))


def move(connection: Connection, old: NewCitizen, new: NewCitizen) -> None:
    """Let a group that got another id in its channel stay who it was: conversation, contributions and link."""
    people = _find(connection, [old.key, new.key])
    if old.key not in people:
        return
    if new.key in people:
        if people[new.key].state:
            return  # they have talked there already
        connection.execute(delete(Citizen).where(Citizen.id == people[new.key].id))
    theirs = people[old.key].id
    connection.execute(update(Citizen).where(Citizen.id == theirs).values(key=new.key))
    linked = update(CitizenLink).where(CitizenLink.citizen_id == theirs)
    connection.execute(linked.values(external_id=new.external_id))


def set_unreachable(connection: Connection, channel: str, bot: str, chat: str) -> None:
    """Note that the person behind a chat does not want to be written to (the bot is blocked, the account is gone)."""
    behind = select(CitizenLink.citizen_id).where(
        CitizenLink.channel == channel, CitizenLink.bot == bot, CitizenLink.external_id == chat
    )
    connection.execute(update(Citizen).where(Citizen.id.in_(behind)).values(reachable=False))


def drop_drafts(connection: Connection, *, before: datetime) -> int:
    """Forget conversations that have rested since before this time, drafts included; return how many."""
    rested = delete(Conversation).where(Conversation.updated_at < before)
    return connection.execute(rested).rowcount


def address_of(connection: Connection, citizen_id: int) -> Address | None:
    """Return where a citizen can be reached, or None when the link is cut or was never there."""
    query = select(CitizenLink.channel, CitizenLink.bot, CitizenLink.external_id)
    row = connection.execute(query.where(CitizenLink.citizen_id == citizen_id)).one_or_none()
    return None if row is None else Address(*row)


def _find(connection: Connection, keys: Collection[str]) -> dict[str, Person]:
    rows = connection.execute(_KNOWN, {"keys": list(keys)}).all()
    agreed = consents.standing(connection, [row.id for row in rows])
    return {row.key: replace(Person(*row), agreed=agreed.get(row.id, ())) for row in rows}


def _add(connection: Connection, strangers: Sequence[NewCitizen], now: datetime) -> None:
    rows = [
        {"key": each.key, "channel": each.channel, "reachable": True, "created_at": now, "seen_on": now.date()}
        for each in strangers
    ]
    insert_new(connection, Citizen, rows, unique=("key",))
    ids = {person.key: person.id for person in _find(connection, [each.key for each in strangers]).values()}
    links = [
        {"citizen_id": ids[each.key], "channel": each.channel, "bot": each.bot, "external_id": each.external_id}
        for each in strangers
        if each.external_id is not None
    ]
    insert_new(connection, CitizenLink, links, unique=("citizen_id",))


def _note_day(connection: Connection, citizens: Collection[int], now: datetime) -> None:
    if citizens:
        connection.execute(_ABSENT, {"citizens": list(citizens), "today": now.date()})


# Built once: building a statement takes longer than running it.
_KNOWN = (
    select(Citizen.id, Citizen.key, Conversation.state, Citizen.language, Citizen.reachable)
    .outerjoin(Conversation, Conversation.citizen_id == Citizen.id)
    .where(Citizen.key.in_(bindparam("keys", expanding=True)))
)
_TODAY = bindparam("today", type_=Citizen.seen_on.type)
_ABSENT = (
    update(Citizen)
    .where(Citizen.id.in_(bindparam("citizens", expanding=True)), Citizen.seen_on < _TODAY)
    .values(seen_on=_TODAY)
)
