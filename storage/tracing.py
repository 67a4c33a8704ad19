"""What becomes of a contribution, for those who sent or support it: the way back by code, and their own list.

Law of this file: only what nobody has reviewed yet can be corrected or withdrawn by its author; deleting always works.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, select, true, tuple_, update

from storage.audits import Actor, note_deed
from storage.contributions import ids_of
from storage.erasures import ask_for_purge, erase_contribution
from storage.models import Contribution, NewsStop, Reaction, ReceiptCode
from storage.models.contribution import RECEIVED, WITHDRAWN
from storage.models.reactions import AGREED
from storage.upsert import insert_new

# Who acts in the audit when a citizen changes what is theirs; who that is stands nowhere.
AUTHOR = Actor("author", "citizen")
# So many of somebody's contributions are listed, the newest.
LISTED = 20


@dataclass(frozen=True, slots=True)
class Traced:
    """A contribution as its author sees it. `read` is the text as staff read it: redacted once it is analysed."""

    id: int
    number: str
    text: str
    read: str
    status: str
    reason: str | None
    created_at: datetime
    decided_at: datetime | None
    is_mine: bool = True
    has_news: bool = True
    kind: str | None = None
    handed_over_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether it can still be corrected and withdrawn."""
        return self.status == RECEIVED and self.is_mine


def keep_codes(connection: Connection, codes: Iterable[tuple[str, str]]) -> None:
    """Keep the keyed hashes of secret codes, as (number, hash); a number keeps its first one."""
    hashes = dict(codes)
    ids = ids_of(connection, list(hashes)) if hashes else {}
    rows = [{"contribution_id": ids[number], "code_hash": hashes[number]} for number in ids]
    insert_new(connection, ReceiptCode, rows, unique=("contribution_id",))


def code_hash_of(connection: Connection, number: str) -> str | None:
    """Return the keyed hash of a contribution's secret code, None where there is none."""
    query = select(ReceiptCode.code_hash).join(Contribution, Contribution.id == ReceiptCode.contribution_id)
    return connection.scalar(query.where(Contribution.number == number))


def traced(connection: Connection, number: str) -> Traced | None:
    """Return a contribution as its author sees it."""
    row = connection.execute(select(*_COLUMNS).where(Contribution.number == number)).one_or_none()
    return None if row is None else _traced(row)


def of_citizens(connection: Connection, citizens: Collection[int]) -> dict[int, list[Traced]]:
    """Return what each citizen sent or supports, newest first, at most `LISTED` of each kind."""
    stopped = {tuple(row) for row in connection.execute(_STOPS.where(NewsStop.citizen_id.in_(citizens)))}
    own = select(Contribution.citizen_id, *_COLUMNS).where(Contribution.citizen_id.in_(citizens))
    theirs = select(Reaction.citizen_id, *_COLUMNS).join(Contribution, Contribution.id == Reaction.contribution_id)
    theirs = theirs.where(Reaction.citizen_id.in_(citizens), Reaction.value == AGREED)
    found: dict[int, list[Traced]] = {}
    for query, is_mine in ((own, True), (theirs, False)):
        rows: dict[Any, list[Traced]] = {}
        for citizen, *row in map(tuple, connection.execute(query.order_by(Contribution.id.desc()))):
            has_news = (row[0], citizen) not in stopped
            rows.setdefault(citizen, []).append(_traced(row, is_mine=is_mine, has_news=has_news))
        for citizen, each in rows.items():
            found.setdefault(citizen, []).extend(each[:LISTED])
    return found


def correct(connection: Connection, number: str, text: str, *, now: datetime) -> bool:
    """Replace the words of a contribution nobody has reviewed yet; it is analysed anew. Return whether it was done."""
    query = select(Contribution.id, Contribution.answers, Contribution.text)
    row = connection.execute(query.where(Contribution.number == number, _OPEN).with_for_update()).one_or_none()
    if row is None:
        return False
    answers = None if row.answers is None else _corrected(row.answers, text)
    changed = {
        "text": text,
        "answers": answers,
        "redacted_text": None,
        "translation": None,
        "translated_by": None,
        "translation_source": None,
        "embedding": None,
    }
    connection.execute(update(Contribution).where(Contribution.id == row.id).values(**changed, analysed_at=None))
    note_deed(connection, AUTHOR, "corrected", number, now=now)
    return True


def withdraw(connection: Connection, pairs: Iterable[tuple[str, int]], *, now: datetime) -> None:
    """Withdraw contributions that nobody has reviewed yet, as (number, citizen), each by its author alone."""
    for number, citizen in pairs:
        _withdraw(connection, number, Contribution.citizen_id == citizen, now=now)


def withdraw_one(connection: Connection, number: str, *, now: datetime) -> bool:
    """Withdraw a contribution that nobody has reviewed yet for whoever has its code; return whether it was done."""
    return _withdraw(connection, number, true(), now=now)


def _withdraw(connection: Connection, number: str, whose: ColumnElement[bool], *, now: datetime) -> bool:
    taken = update(Contribution).where(Contribution.number == number, _OPEN, whose)
    taken = taken.values(status=WITHDRAWN, status_reason=None, decided_at=now, decided_by=AUTHOR.name)
    if not connection.execute(taken).rowcount:
        return False
    note_deed(connection, AUTHOR, WITHDRAWN, number, now=now, detail={"before": RECEIVED})
    return True


def remove(connection: Connection, number: str, *, now: datetime) -> bool:
    """Delete a contribution for good and note it in the ledger of erasures; return whether it was there."""
    if erase_contribution(connection, number, now=now) is None:
        return False
    ask_for_purge(connection)
    note_deed(connection, AUTHOR, "erased", number, now=now)
    return True


def stop_news(connection: Connection, pairs: Iterable[tuple[str, int]], *, now: datetime) -> None:
    """Let citizens hear no more of contributions, as (number, citizen)."""
    rows = [
        {"contribution_id": contribution, "citizen_id": citizen, "stopped_at": now}
        for contribution, citizen in _by_id(connection, pairs)
    ]
    insert_new(connection, NewsStop, rows, unique=("contribution_id", "citizen_id"))


def start_news(connection: Connection, pairs: Iterable[tuple[str, int]]) -> None:
    """Let citizens hear of contributions again, as (number, citizen)."""
    found = _by_id(connection, pairs)
    if found:
        connection.execute(delete(NewsStop).where(tuple_(NewsStop.contribution_id, NewsStop.citizen_id).in_(found)))


def _by_id(connection: Connection, pairs: Iterable[tuple[str, int]]) -> list[tuple[int, int]]:
    wanted = list(pairs)
    ids = ids_of(connection, [number for number, _ in wanted]) if wanted else {}
    return [(ids[number], citizen) for number, citizen in wanted if number in ids]


def _corrected(answers: Sequence[Any], text: str) -> list[Any]:
    """Return the answers with the new words in place of the old ones; what was chosen and the place stay."""
    kept = [each for each in answers if each.get("option") is not None or each.get("role") == "place"]
    return [{"step": "message", "role": "message", "text": text, "option": None}, *kept]


def _traced(row: Any, *, is_mine: bool = True, has_news: bool = True) -> Traced:
    row_id, number, text, redacted, status, reason, created_at, decided_at, kind, handed_at = row
    read = text if redacted is None else redacted
    # Whoever only supports an idea never sees more of it than everybody.
    shown = text if is_mine else redacted or ""
    told = (status, reason, created_at, decided_at, is_mine, has_news, kind, handed_at)
    return Traced(row_id, number, shown, read, *told)


_OPEN = Contribution.status == RECEIVED
_STOPS = select(NewsStop.contribution_id, NewsStop.citizen_id)
_COLUMNS = (
    Contribution.id,
    Contribution.number,
    Contribution.text,
    Contribution.redacted_text,
    Contribution.status,
    Contribution.status_reason,
    Contribution.created_at,
    Contribution.decided_at,
    Contribution.kind,
    Contribution.handed_over_at,
)
