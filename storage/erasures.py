"""Erasure of a person or a contribution, for good, and the ledger that cleans a restored backup again.

Law of this file: first the link, then everything that hangs on it; what remains of contributions has no author.
The words are gone from the file after `purge`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, delete, select, update

from storage.database import is_sqlite, open_engine
from storage.models import (
    Attachment,
    Citizen,
    CitizenLink,
    Contribution,
    Erasure,
    GroupSession,
    Inbox,
    Outbox,
    Reaction,
)
from storage.models.contribution import RECEIVED
from storage.models.reactions import PASSED
from storage.outbox import class_cause
from storage.registrations import leave
from storage.settings import read_setting, write_setting
from storage.upsert import insert_new

CITIZEN = "citizen"
CONTRIBUTION = "contribution"
SESSION = "session"
TELEGRAM = "telegram"
_UNCLEAN = "erasure.unclean"


@dataclass(frozen=True, slots=True)
class Erased:
    """A line of the ledger: a citizen's or class's keyed hash or a contribution's number, and when it was erased."""

    subject: str
    key: str
    with_contributions: bool
    erased_at: datetime


def erase_citizen(
    connection: Connection, citizen_id: int, *, with_contributions: bool, chats: Iterable[str] = (), now: datetime
) -> Erased | None:
    """Erase a person: link, conversation with drafts, consents, their rows in inbox and outbox, and files.

    Contributions are deleted too, or stay without author; places in workshops to come go to those who wait. `chats` are
    further ids under which the person's rows stand in the queues (a web conversation). Returns the line of the ledger,
    or None when nobody has this id.
    """
    key = connection.scalar(select(Citizen.key).where(Citizen.id == citizen_id))
    if key is None:
        return None
    _empty_queues(connection, citizen_id, chats)
    _part_from_contributions(connection, citizen_id, with_contributions)
    leave(connection, citizen_id, now=now)
    # Votes count on without a person; an idea that nobody in particular passed by says nothing to anybody.
    connection.execute(delete(Reaction).where(Reaction.citizen_id == citizen_id, Reaction.value == PASSED))
    connection.execute(delete(Citizen).where(Citizen.id == citizen_id))  # link, conversation and consents go with it
    return _remember(connection, Erased(CITIZEN, key, with_contributions, now))


def erase_contribution(connection: Connection, number: str, *, now: datetime) -> Erased | None:
    """Delete one contribution with its tags, places, files and supports; None when no such number is there."""
    ids = connection.scalars(select(Contribution.id).where(Contribution.number == number)).all()
    _delete_contributions(connection, ids)
    return _remember(connection, Erased(CONTRIBUTION, number, True, now)) if ids else None


def erase_session(connection: Connection, session: int, *, now: datetime) -> Erased | None:
    """Delete a group session with everything it wrote; the keyed hash of its teacher's code names it in the ledger."""
    key = connection.scalar(select(GroupSession.teacher_hash).where(GroupSession.id == session))
    _empty_queues_of_class(connection, session)
    connection.execute(delete(GroupSession).where(GroupSession.id == session))
    ask_for_purge(connection)
    return None if key is None else _remember(connection, Erased(SESSION, key, True, now))


def ledger(connection: Connection) -> list[Erased]:
    """Return what was erased, oldest first."""
    query = select(Erasure.subject, Erasure.key, Erasure.with_contributions, Erasure.erased_at)
    return [Erased(*row) for row in connection.execute(query.order_by(Erasure.erased_at, Erasure.id))]


def replay(connection: Connection, erased: Iterable[Erased]) -> int:
    """Erase again what a restored backup brought back, and return how much that was.

    A person who came back after the erasure is somebody new and stays.
    """
    lines = list(erased)
    again = sum(_erase_again(connection, line) for line in lines)
    insert_new(connection, Erasure, [asdict(line) for line in lines], unique=("subject", "key", "erased_at"))
    return again


def forget_erasures(connection: Connection, *, before: datetime) -> None:
    """Delete lines of the ledger that no backup is old enough to need."""
    connection.execute(delete(Erasure).where(Erasure.erased_at < before))


def write_ledger(erased: Sequence[Erased], file: Path) -> None:
    """Write the ledger beside the backups, so that it outlives the database."""
    lines = [json.dumps({**asdict(line), "erased_at": line.erased_at.isoformat()}) for line in erased]
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    file.chmod(0o600)


def read_ledger(file: Path) -> list[Erased]:
    """Return the ledger that `write_ledger` wrote, or nothing when there is none."""
    if not file.exists():
        return []
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [Erased(**{**row, "erased_at": datetime.fromisoformat(row["erased_at"])}) for row in rows]


def purge(url: str) -> bool:
    """Take what was erased out of the files too; False when somebody still read the old log: try again later.

    On SQLite freed pages are overwritten at once (`secure_delete`), and the truncating checkpoint empties the log
    beside the file; on PostgreSQL the rows' space is freed. Opens a connection of its own, as
    neither works in a transaction.
    """
    engine = open_engine(url)
    try:
        connection = engine.raw_connection()
        if not is_sqlite(url):
            connection.driver_connection.autocommit = True  # type: ignore[union-attr]  # psycopg's own connection
        cursor = connection.cursor()
        if is_sqlite(url):
            # The index of words holds what was deleted until its parts are merged (https://www.sqlite.org/fts5.html).
            cursor.execute("INSERT INTO contribution_search(contribution_search) VALUES ('optimize')")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)" if is_sqlite(url) else "VACUUM")
        busy = (cursor.fetchone() or (False,))[0] if is_sqlite(url) else False
        connection.close()
        return not busy
    finally:
        engine.dispose()


def ask_for_purge(connection: Connection) -> None:
    """Remember, with the erasure itself, that the files have to be cleaned yet, also after a crash."""
    write_setting(connection, _UNCLEAN, "1")


def awaits_purge(connection: Connection) -> bool:
    """Say whether something was erased whose traces may still be in the files."""
    return read_setting(connection, _UNCLEAN) == "1"


def note_purged(connection: Connection) -> None:
    """Note that the files are clean."""
    write_setting(connection, _UNCLEAN, "0")


def _empty_queues(connection: Connection, citizen_id: int, chats: Iterable[str]) -> None:
    columns = select(CitizenLink.channel, CitizenLink.bot, CitizenLink.external_id)
    link = connection.execute(columns.where(CitizenLink.citizen_id == citizen_id)).one_or_none()
    for table in (Inbox, Outbox):
        connection.execute(delete(table).where(table.chat.in_([chat for chat in chats if chat])))
        if link is not None:
            own = (table.channel == link.channel, table.bot == link.bot, table.chat == link.external_id)
            connection.execute(delete(table).where(*own))


def _empty_queues_of_class(connection: Connection, session: int) -> None:
    """Delete what was said in the chats of a class, and that somebody wrote there."""
    own = Outbox.cause.startswith(class_cause(session))
    chats = connection.scalars(select(Outbox.chat).where(own).distinct()).all()
    read = Inbox.done_at.is_not(None) | Inbox.parked_at.is_not(None)
    connection.execute(delete(Inbox).where(Inbox.channel == TELEGRAM, Inbox.chat.in_(chats), read))
    connection.execute(delete(Outbox).where(own))


def _part_from_contributions(connection: Connection, citizen_id: int, with_contributions: bool) -> None:
    own = Contribution.citizen_id == citizen_id
    numbers = select(Contribution.id).where(own)
    if with_contributions:
        _delete_contributions(connection, connection.scalars(numbers).all())
    else:
        # A reference to a file at the channel leads back to the person; a file never fetched is of no use any more.
        unfetched = (Attachment.contribution_id.in_(numbers), Attachment.content.is_(None))
        connection.execute(delete(Attachment).where(*unfetched))
        connection.execute(update(Contribution).where(own).values(citizen_id=None))
    mine = Attachment.citizen_id == citizen_id
    connection.execute(delete(Attachment).where(mine, Attachment.contribution_id.is_(None)))
    connection.execute(update(Attachment).where(mine).values(citizen_id=None, channel_ref=None))


def _delete_contributions(connection: Connection, ids: Sequence[int]) -> None:
    orphans = update(Contribution).where(Contribution.merged_into_id.in_(ids))
    connection.execute(orphans.values(status=RECEIVED, merged_into_id=None))
    connection.execute(delete(Contribution).where(Contribution.id.in_(ids)))


def _remember(connection: Connection, erased: Erased) -> Erased:
    insert_new(connection, Erasure, [asdict(erased)], unique=("subject", "key", "erased_at"))
    return erased


def _erase_again(connection: Connection, line: Erased) -> bool:
    if line.subject == CONTRIBUTION:
        return erase_contribution(connection, line.key, now=line.erased_at) is not None
    if line.subject == SESSION:
        session = connection.scalar(select(GroupSession.id).where(GroupSession.teacher_hash == line.key))
        return session is not None and erase_session(connection, session, now=line.erased_at) is not None
    query = select(Citizen.id).where(Citizen.key == line.key, Citizen.created_at <= line.erased_at)
    citizen_id = connection.scalar(query)
    if citizen_id is None:
        return False
    erase_citizen(connection, citizen_id, with_contributions=line.with_contributions, now=line.erased_at)
    return True
