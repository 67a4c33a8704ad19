"""A class between script and database: opened, moved on, ended, deleted.

Law of this file: each function is one transaction's work on a `Connection`; what the script says is written only if the
class is still where it was when it was read.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import Connection

from bot.codes import fresh_code, read_code
from bot.dialogue.model import Book
from bot.keys import Keys
from bot.school import script
from bot.school.script import Kind, Round, Standing
from storage import group_sessions, session_ends, session_votes
from storage.audits import Actor
from storage.erasures import ask_for_purge
from storage.group_sessions import NewSession, OpenSession
from storage.numbers import public_number

# Signs that a class reads from the board and types: no 0/O, 1/I/L, 5/S, 8/B, 2/Z, no vowels that make words.
_SIGNS = "CDFGHJKMNPQRTVWXY34679"
_CODE_LENGTH = 6
# Public numbers of ideas that came from a class begin with this.
NUMBER_PREFIX = "S"
# A class whose last round has been over for so long was forgotten by its teacher; one that never began is given a week.
OVER_FOR = timedelta(days=1)
WAITS_FOR = timedelta(days=7)
# So long the end of a class can still be told in its chats.
TOLD_WITHIN = timedelta(hours=1)
TEACHER = Actor("teacher", "teacher")


@dataclass(frozen=True, slots=True)
class Opened:
    """A class that was opened, with the two secrets that stand in no database."""

    session: OpenSession
    teacher_code: str
    results_code: str


def open_class(
    connection: Connection,
    keys: Keys,
    *,
    topics: Sequence[str],
    minutes: int,
    votes_each: int,
    actor: Actor,
    now: datetime,
    language: str = "de",
    fresh: Callable[[], str] = fresh_code,
) -> Opened:
    """Open a class and return its codes; raises ValueError when the minutes are none for a session."""
    rounds = [(each.kind.value, each.seconds) for each in script.rounds_for(minutes)]
    teacher, results = fresh(), fresh()
    while True:
        new = NewSession(
            code=_fresh_class_code(),
            teacher_hash=keys.code("teacher", teacher),
            results_hash=keys.code("results", results),
            topics=topics,
            rounds=rounds,
            votes_each=votes_each,
            language=language,
        )
        if session := group_sessions.open_session(connection, new, actor=actor, now=now):
            return Opened(session, teacher, results)


def read_class_code(typed: str) -> str | None:
    """Return the class code somebody typed in its one right form, or None if it is none."""
    plain = "".join(sign for sign in typed.upper() if sign.isalnum())
    return plain if len(plain) == _CODE_LENGTH and set(plain) <= set(_SIGNS) else None


def of_teacher(connection: Connection, keys: Keys, code: str) -> OpenSession | None:
    """Return the class of a teacher's secret code."""
    return _of_secret(connection, keys, "teacher", code, group_sessions.by_teacher)


def of_results(connection: Connection, keys: Keys, code: str) -> OpenSession | None:
    """Return the class of a results code."""
    return _of_secret(connection, keys, "results", code, group_sessions.by_results)


def participant_key(session: OpenSession, token: str) -> str | None:
    """Return under which hash a class knows a token; None when the class is over and knows nobody any more."""
    if session.salt is None:
        return None
    return hmac.new(session.salt, token.encode(), hashlib.sha256).hexdigest()


def rounds_of(session: OpenSession) -> tuple[Round, ...]:
    """Return the rounds of a class."""
    return tuple(Round(Kind(kind), seconds) for kind, seconds in session.rounds)


def standing_of(session: OpenSession) -> Standing:
    """Return where a class stands."""
    return Standing(session.position, session.ends_at, session.left)


def voice_of(book: Book, session: OpenSession) -> str:
    """Return the language of a class in its register, as the book names it; English, say, has one for all."""
    young = f"{session.language}-du"
    return young if session.register == "du" and young in book.texts.by_language else session.language


def position_at(session: OpenSession, *, now: datetime) -> int:
    """Return where a class stands at a moment, also when the bell that moves it is a little late."""
    return script.catch_up(rounds_of(session), standing_of(session), now=now).position


def has_next(session: OpenSession) -> bool:
    """Say whether another round follows; the end is a step of its own, because it can't be taken back."""
    return session.position < len(session.rounds)


def round_of(session: OpenSession) -> Round | None:
    """Return the round a class is in, None in the lobby and after the end."""
    return script.round_at(rounds_of(session), standing_of(session))


def press_next(connection: Connection, session: OpenSession, *, seen: int, now: datetime) -> bool:
    """Begin the next round for who saw this position, and say whether that changed anything."""
    return _moved(connection, session, partial(script.step, seen=seen, now=now), now=now)


def press_pause(connection: Connection, session: OpenSession, *, now: datetime) -> bool:
    """Stop the clock of a class."""
    return _set(connection, session, script.pause(standing_of(session), now=now))


def press_resume(connection: Connection, session: OpenSession, *, now: datetime) -> bool:
    """Let the clock of a class run on."""
    return _set(connection, session, script.resume(standing_of(session), now=now))


def give_time(connection: Connection, session: OpenSession, *, seconds: int, now: datetime) -> bool:
    """Give a round more time."""
    return _set(connection, session, script.extend(standing_of(session), seconds=seconds, now=now))


def ring_due(connection: Connection, *, now: datetime) -> list[int]:
    """Begin every round whose time has come, in all classes, and return the classes that moved."""
    due = [each for each in group_sessions.running(connection) if each.ends_at is not None and each.ends_at <= now]
    return [each.id for each in due if _moved(connection, each, partial(script.catch_up, now=now), now=now)]


def next_bell(connection: Connection) -> datetime | None:
    """Return when the next round of any class begins; a result stays, however long its time is over."""
    return next((each.ends_at for each in group_sessions.running(connection) if has_next(each)), None)


def end_class(connection: Connection, session: OpenSession, *, now: datetime) -> None:
    """End a class: votes are counted, ideas go to the strategy team, participants are forgotten."""
    session_votes.count_votes(connection, session.id)
    session_ends.close(connection, session, number_of=partial(public_number, prefix=NUMBER_PREFIX), now=now)


def tidy(connection: Connection, *, now: datetime, days: int) -> None:
    """End classes nobody ended, and forget those that ended so many days ago; contributions stay."""
    for session in session_ends.left_behind(connection, before=now - OVER_FOR, opened_before=now - WAITS_FOR):
        end_class(connection, session, now=now)
    session_ends.forget_chats(connection, before=now - TOLD_WITHIN)
    if session_ends.forget(connection, before=now - timedelta(days=days)):
        ask_for_purge(connection)


def delete_class(connection: Connection, session: OpenSession, *, now: datetime) -> None:
    """Delete a class with everything that came of it."""
    session_ends.delete_class(connection, session, actor=TEACHER, now=now)


def _moved(
    connection: Connection,
    session: OpenSession,
    move: Callable[[Sequence[Round], Standing], Standing],
    *,
    now: datetime,
) -> bool:
    rounds, before = rounds_of(session), standing_of(session)
    after = move(rounds, before)
    if after == before or not _set(connection, session, after):
        return False
    voting = next(index for index, each in enumerate(rounds, 1) if each.kind is Kind.VOTE)
    if before.position <= voting < after.position:
        session_votes.count_votes(connection, session.id)
    if script.is_over(rounds, after):
        end_class(connection, session, now=now)
    return True


def _set(connection: Connection, session: OpenSession, after: Standing) -> bool:
    before = standing_of(session)
    if after == before:
        return False
    return group_sessions.move(
        connection,
        session.id,
        seen=before.position,
        position=after.position,
        ends_at=after.ends_at,
        left=after.left,
    )


def _of_secret(
    connection: Connection,
    keys: Keys,
    purpose: str,
    typed: str,
    find: Callable[[Connection, str], OpenSession | None],
) -> OpenSession | None:
    code = read_code(typed)
    return None if code is None else find(connection, keys.code(purpose, code))


def _fresh_class_code() -> str:
    return "".join(secrets.choice(_SIGNS) for _ in range(_CODE_LENGTH))
