"""A test send: an announcement to one chat alone, in each of its languages, as everybody would get it.

Law of this file: only a chat that talks to the bot already can be written to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from bot.dialogue.model import Book
from bot.dialogue.replies import Reply
from bot.dialogue.subscriptions import Notification, notification
from bot.keys import Keys
from bot.telegram.render import render
from bot.web import names
from bot.web.render import SAY, said
from storage import outbox
from storage.citizens import Address
from storage.models import Citizen, CitizenLink
from storage.outbox import NOTICE, WEB, Outgoing


@dataclass(frozen=True, slots=True)
class SampleTo:
    """What is to be tried, and in which chat: the id that /meinedaten shows there."""

    chat: str
    written: Notification


def put_samples(connection: Connection, book: Book, keys: Keys, sample: SampleTo, *, now: datetime) -> list[str]:
    """Put the announcement into the outbox, once for each language it has; return these, none where nobody talks."""
    address = _address(connection, keys, sample.chat)
    if address is None:
        return []
    languages = list(sample.written.texts)
    for language in languages:
        reply = notification(book, language, sample.written)
        outbox.enqueue(connection, _requests(address, reply, f"sample:{now.isoformat()}:{language}"), now=now)
    return languages


def _address(connection: Connection, keys: Keys, chat: str) -> Address | None:
    columns = select(CitizenLink.channel, CitizenLink.bot, CitizenLink.external_id)
    row = connection.execute(columns.where(CitizenLink.external_id == chat)).first()
    if row is not None:
        return Address(*row)
    key = keys.citizen(names.CHANNEL, names.BOT, chat)
    known = connection.scalar(select(Citizen.id).where(Citizen.key == key))
    return None if known is None else Address(names.CHANNEL, names.BOT, chat)


def _requests(address: Address, reply: Reply, cause: str) -> list[Outgoing]:
    written: list[tuple[str, dict[str, Any]]]
    if address.channel == WEB:
        written = [(SAY, said(reply))]
    else:
        written = [(each.method, each.params) for each in render(reply, address.chat)]
    way = (address.channel, address.bot, address.chat)
    return [
        Outgoing(cause, at, *way, method, params, NOTICE, paced=address.channel != WEB)
        for at, (method, params) in enumerate(written)
    ]
