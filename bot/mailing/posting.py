"""The desk's letters on their way into the outbox, in the transaction of whoever writes them.

Law of this file: somebody waits for a letter of the desk, so it goes before what is written of itself.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.mailing.wire import request
from desk.parts import Letter
from storage import outbox
from storage.outbox import REPLY


def post(connection: Connection, letter: Letter, now: datetime) -> None:
    """Put a letter into the outbox; one of the same cause goes out once."""
    made = request(
        letter.cause,
        0,
        REPLY,
        to=letter.address,
        subject=letter.subject,
        text=letter.text,
        now=now,
        language=letter.language,
        reply_to=letter.reply_to,
    )
    outbox.enqueue(connection, [made], now=now)
