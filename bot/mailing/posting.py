"""The desk's letters on their way into the outbox, in the transaction of whoever writes them.

Law of this file: somebody waits for a letter of the desk, so it goes before what is written of itself.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.mailing.wire import CHANNEL, METHOD
from desk.parts import Letter
from storage import outbox
from storage.outbox import REPLY, Outgoing


def post(connection: Connection, letter: Letter, now: datetime) -> None:
    """Put a letter into the outbox; one of the same cause goes out once."""
    params = {
        "to": letter.address,
        "subject": letter.subject,
        "text": f"{letter.text}\n",
        "key": letter.cause,
        "at": now.isoformat(),
        "reply_to": letter.reply_to,
        "language": letter.language,
    }
    way = (CHANNEL, CHANNEL, letter.address, METHOD)
    outbox.enqueue(connection, [Outgoing(letter.cause, 0, *way, params, REPLY)], now=now)
