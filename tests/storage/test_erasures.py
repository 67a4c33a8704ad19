"""Whoever wants to be forgotten is: in the tables, in the file, in its log; and others are not."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, func, select

from storage import (
    attachments,
    audits,
    citizens,
    consents,
    contributions,
    erasures,
    inbox,
    outbox,
    retention,
    reviews,
    supports,
)
from storage.audits import Actor
from storage.citizens import NewCitizen
from storage.consents import Given
from storage.contributions import NewContribution, NewFile
from storage.database import open_engine
from storage.models import Attachment, Citizen, CitizenLink, Consent, Contribution, Conversation, Inbox, Outbox
from storage.numbers import public_number
from tests.storage.samples import outgoing, received

STAFF = Actor("moderation", "moderator")
CHAT = "471147114711"
WORDS = "Unverwechselbare Bänke"
MINE, OTHER = public_number(1), public_number(2)


@pytest.fixture
def ada(engine: Engine, now: datetime) -> int:
    """Somebody with everything a person can leave, beside somebody else."""
    with engine.begin() as connection:
        return _live(connection, now)


def _live(connection: Connection, now: datetime) -> int:
    keys = [NewCitizen("key-ada", "telegram", "main", CHAT), NewCitizen("key-eve", "telegram", "main", "8")]
    people = citizens.find_or_add(connection, keys, now=now)
    ada, eve = people["key-ada"].id, people["key-eve"].id
    citizens.save_states(connection, [(ada, {"draft": WORDS}), (eve, {})], now=now)
    consents.give(connection, [Given(ada, "contact", "1")], now=now)
    rows = [
        NewContribution(MINE, WORDS, "telegram", draft="1", citizen_id=ada, files=[NewFile("photo", "file-of-ada")]),
        NewContribution(OTHER, "Licht", "telegram", draft="1", citizen_id=eve),
    ]
    contributions.add(connection, rows, now=now)
    ids = contributions.ids_of(connection, [MINE, OTHER])
    supports.support(connection, [(ids[OTHER], ada), (ids[MINE], eve)], now=now)
    raw = f'{{"text": "{WORDS}"}}'
    inbox.receive(connection, [received("1", CHAT, raw=raw), received("2", "8")], now=now)
    outbox.enqueue(connection, [outgoing(WORDS, CHAT), outgoing("other", "8")], now=now)
    return ada


@pytest.mark.parametrize("with_contributions", [True, False])
def test_everything_of_the_person_goes_and_nothing_of_others(
    engine: Engine, ada: int, now: datetime, with_contributions: bool
) -> None:
    with engine.begin() as connection:
        erasures.erase_citizen(connection, ada, with_contributions=with_contributions, now=now)
    with engine.begin() as connection:
        tables = (Citizen, CitizenLink, Conversation, Inbox, Outbox)
        assert [connection.scalar(select(func.count()).select_from(table)) for table in tables] == [1] * 5
        assert connection.scalars(select(Consent.id)).all() == []
        numbers = [OTHER] if with_contributions else [MINE, OTHER]
        assert connection.scalars(select(Contribution.number).order_by(Contribution.id)).all() == numbers
        assert connection.scalars(select(Attachment.channel_ref)).all() == []


def test_contribution_left_behind_has_no_author(engine: Engine, ada: int, now: datetime) -> None:
    with engine.begin() as connection:
        erasures.erase_citizen(connection, ada, with_contributions=False, now=now)
        query = select(Contribution.citizen_id, Contribution.text).where(Contribution.number == MINE)
        assert connection.execute(query).one() == (None, WORDS)


def test_support_still_counts_but_leads_to_nobody(engine: Engine, ada: int, now: datetime) -> None:
    with engine.begin() as connection:
        other = contributions.ids_of(connection, [OTHER])[OTHER]
        assert supports.supporters_of(connection, other) == [ada]
        erasures.erase_citizen(connection, ada, with_contributions=True, now=now)
        assert supports.supports_of(connection, [other]) == {other: 1}
        assert supports.supporters_of(connection, other) == []


def test_kept_photo_stays_with_the_idea_without_its_reference(engine: Engine, ada: int, now: datetime) -> None:
    with engine.begin() as connection:
        [photo] = attachments.unfetched(connection)
        attachments.keep_content(connection, photo.id, b"photo", "image/jpeg")
        erasures.erase_citizen(connection, ada, with_contributions=False, now=now)
        query = select(Attachment.content, Attachment.channel_ref, Attachment.citizen_id)
        assert connection.execute(query).all() == [(b"photo", None, None)]


def test_file_and_log_hold_neither_id_nor_words(sqlite_url: str, tmp_path: Path, now: datetime) -> None:
    engine = open_engine(sqlite_url)
    with engine.begin() as connection:
        ada = _live(connection, now)
    assert any(_holds(file, CHAT) for file in tmp_path.iterdir())
    with engine.begin() as connection:
        erasures.erase_citizen(connection, ada, with_contributions=True, now=now)
    assert erasures.purge(sqlite_url)
    for file in tmp_path.iterdir():
        assert not _holds(file, CHAT)
        assert not _holds(file, WORDS)
    engine.dispose()


def test_purge_works_on_both(url: str) -> None:
    assert erasures.purge(url)


def test_web_conversation_is_found_by_its_chat(connection: Connection, now: datetime) -> None:
    person = citizens.find_or_add(connection, [NewCitizen("key-web", "web", "")], now=now)["key-web"]
    outbox.enqueue(connection, [outgoing("1", "token-hash", channel="web", bot="")], now=now)
    erasures.erase_citizen(connection, person.id, with_contributions=True, chats=["token-hash", ""], now=now)
    assert outbox.said_to(connection, "web", "token-hash") == []


def test_what_was_merged_into_an_erased_one_is_reviewed_again(engine: Engine, ada: int, now: datetime) -> None:
    with engine.begin() as connection:
        reviews.merge(connection, OTHER, MINE, STAFF, now=now)
        assert erasures.erase_contribution(connection, MINE, now=now) is not None
        assert [each.number for each in reviews.by_status(connection)] == [OTHER]
        assert [line.key for line in erasures.ledger(connection)] == [MINE]


def test_nobody_is_erased_by_a_wrong_number(engine: Engine, ada: int, now: datetime) -> None:
    with engine.begin() as connection:
        assert erasures.erase_citizen(connection, 999, with_contributions=True, now=now) is None
        assert erasures.erase_contribution(connection, public_number(9), now=now) is None
        assert erasures.ledger(connection) == []


def test_time_forgets_people_but_not_what_they_said(engine: Engine, ada: int, now: datetime) -> None:
    with engine.begin() as connection:
        audits.note_deed(connection, STAFF, "export", "all", now=now)
        assert retention.forget(connection, now=now + timedelta(days=729)) == 0
        citizens.find_or_add(
            connection, [NewCitizen("key-eve", "telegram", "main", "8")], now=now + timedelta(days=700)
        )
        assert retention.forget(connection, now=now + timedelta(days=732)) == 1
        assert connection.scalars(select(Citizen.key)).all() == ["key-eve"]
        assert len(connection.scalars(select(Contribution.id)).all()) == 2
        assert audits.deeds(connection) == []


def _holds(file: Path, words: str) -> bool:
    content = file.read_bytes()
    return words.encode() in content or words.encode("unicode_escape").replace(b"\\xe4", b"\\u00e4") in content
