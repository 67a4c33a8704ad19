"""Reminders of workshops, told when their moment has come: never at night, never of what has begun, none twice.

Law of this file: what is told and that it was told stand in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection

from bot.agenda import agenda_of, codes_of
from bot.dialogue import events
from bot.dialogue.reminders import reminder
from bot.dialogue.texts import FALLBACK
from bot.notices import Herald
from bot.schedule import Job, When
from bot.store import Store
from storage import outbox, reminders, workshops
from storage.models.reminding import TOLD
from storage.outbox import NOTICE, Outgoing
from storage.reminders import Due

CAUSE = "reminder:"


def job(store: Store, herald: Herald) -> Job:
    """Return the job that reminds who comes, at the moments each workshop names."""

    async def do(now: datetime) -> None:
        if await store.write(remind, herald, now=now):
            herald.told()

    return Job("reminders", When(partial(next_moment, herald)), do)


def next_moment(herald: Herald, connection: Connection, now: datetime) -> datetime | None:
    """Return since when something is due, or when something will be; at night nothing is before the morning."""
    if not reminders.due(connection, now=now):
        return reminders.next_at(connection, now=now)
    return herald.quiet.ends_at(now) or now


def remind(connection: Connection, herald: Herald, *, now: datetime) -> int:
    """Put what is due into the outbox, note everything whose moment has come, and return how many were told."""
    found = [each for each in reminders.due(connection, now=now) if each.address.channel in herald.renders]
    told = [each for each in found if each.outcome == TOLD]
    outbox.enqueue(connection, _requests(connection, herald, told, now), now=now)
    reminders.note(connection, found, now=now)
    return len(told)


def _requests(connection: Connection, herald: Herald, told: Sequence[Due], now: datetime) -> list[Outgoing]:
    voices = {each.citizen_id: each.language or FALLBACK for each in told}
    agendas = agenda_of(connection, voices, now=now)
    codes = {number: each.code for number, each in workshops.by_ids(connection, {d.workshop_id for d in told}).items()}
    return [
        request
        for each in told
        for request in _request(herald, each, _seen(agendas[each.citizen_id], codes[each.workshop_id]))
    ]


def _seen(agenda: Sequence[events.Workshop], code: str) -> events.Workshop:
    return codes_of(agenda, [code])[code]


def _request(herald: Herald, due: Due, workshop: events.Workshop) -> list[Outgoing]:
    reply = reminder(herald.book, due.language or FALLBACK, workshop)
    cause = f"{CAUSE}{due.workshop_id}:{due.citizen_id}:{due.minutes}:{due.starts_at.isoformat()}"
    address = due.address
    return [
        Outgoing(cause, ordinal, address.channel, address.bot, address.chat, method, params, NOTICE)
        for ordinal, (method, params) in enumerate(herald.renders[address.channel](reply, address.chat))
    ]
