"""Requests to be erased: kept until the answer has gone out, then carried out.

Law of this file: whoever asked gets the answer first; after a day they are erased whatever became of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from storage.erasures import erase_citizen
from storage.models import ErasureRequest, Outbox
from storage.outbox import REPLY, WEB
from storage.upsert import insert_or_replace

# A page that lost its connection for a moment asks again within this time.
WEB_READS_WITHIN = timedelta(seconds=20)
# An answer that nobody takes (the bot is blocked, the channel is down) holds nothing up for longer.
ANSWER_HAS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked to be erased, under which ids their rows stand in the queues, and what shall happen."""

    citizen_id: int
    channel: str
    bot: str
    chat: str
    with_contributions: bool


def ask(connection: Connection, requests: Sequence[Asked], *, now: datetime) -> None:
    """Keep the requests; a later one of the same person takes the place of the earlier."""
    rows = [{**asdict(each), "asked_at": now} for each in requests]
    insert_or_replace(connection, ErasureRequest, rows, unique=("citizen_id",))


def due(connection: Connection, *, now: datetime) -> list[Asked]:
    """Return the requests whose answer has left the outbox."""
    query = select(*_COLUMNS).where(or_(_answered(now), ErasureRequest.asked_at <= now - ANSWER_HAS))
    return [Asked(*row) for row in connection.execute(query.order_by(ErasureRequest.asked_at)).all()]


def carry_out(connection: Connection, *, now: datetime) -> int:
    """Erase everybody whose request is due and return how many that were; `erasures.purge` has to follow."""
    requests = due(connection, now=now)
    for each in requests:
        erase_citizen(
            connection, each.citizen_id, with_contributions=each.with_contributions, chats=[each.chat], now=now
        )
    return len(requests)


def _answered(now: datetime) -> ColumnElement[bool]:
    waits = exists().where(
        Outbox.channel == ErasureRequest.channel,
        Outbox.bot == ErasureRequest.bot,
        Outbox.chat == ErasureRequest.chat,
        Outbox.priority == REPLY,
        Outbox.sent_at.is_(None),
        Outbox.failed_at.is_(None),
    )
    read = or_(ErasureRequest.channel != WEB, ErasureRequest.asked_at <= now - WEB_READS_WITHIN)
    return and_(~waits, read)


_COLUMNS = (
    ErasureRequest.citizen_id,
    ErasureRequest.channel,
    ErasureRequest.bot,
    ErasureRequest.chat,
    ErasureRequest.with_contributions,
)
