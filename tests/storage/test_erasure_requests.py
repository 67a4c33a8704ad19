"""Who asked to be forgotten is answered first, then erased; who asked to see what is stored sees all of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Engine, func, select

from storage import accounts, citizens, contributions, erasure_requests, inbox, outbox
from storage.citizens import NewCitizen
from storage.contributions import NewContribution, NewFile
from storage.erasure_requests import ANSWER_HAS, WEB_READS_WITHIN, Asked
from storage.models import Citizen, ErasureRequest, Inbox, Outbox
from storage.numbers import public_number
from tests.storage.samples import outgoing, received

WORDS = "Bänke am Wupperufer"
CHAT = "471147114711"


def _asked(engine: Engine, now: datetime, channel: str = "telegram", chat: str = CHAT) -> int:
    """Somebody who said something and asked to be forgotten; the answer stands in the outbox."""
    with engine.begin() as connection:
        person = NewCitizen("key", channel, "main", chat if channel == "telegram" else None)
        citizen = citizens.find_or_add(connection, [person], now=now)["key"].id
        citizens.save_states(connection, [(citizen, {"draft": "Entwurf"})], now=now)
        row = NewContribution(
            public_number(1), WORDS, channel, draft="1", citizen_id=citizen, files=[NewFile("photo", "file-1")]
        )
        contributions.add(connection, [row], now=now)
        inbox.receive(connection, [replace(received("1", chat), channel=channel)], now=now)
        outbox.enqueue(connection, [outgoing("Antwort", chat, channel=channel)], now=now)
        erasure_requests.ask(connection, [Asked(citizen, channel, "main", chat, True)], now=now)
        return citizen


def _left(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        tables = (Citizen, Inbox, Outbox, ErasureRequest)
        return [connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


def _carried_out(engine: Engine, now: datetime) -> int:
    with engine.begin() as connection:
        return erasure_requests.carry_out(connection, now=now)


def test_nobody_is_erased_before_the_answer_has_gone_out(engine: Engine, now: datetime) -> None:
    _asked(engine, now)
    assert _carried_out(engine, now) == 0
    with engine.begin() as connection:
        [row] = outbox.take_waiting(connection, now=now, limit=1)
        outbox.mark_sent(connection, [(row.id, "7")], now=now)
    assert _carried_out(engine, now) == 1
    assert _left(engine) == [0, 0, 0, 0]


def test_an_answer_that_never_goes_out_does_not_keep_anybody_longer_than_a_day(engine: Engine, now: datetime) -> None:
    _asked(engine, now)
    assert _carried_out(engine, now + ANSWER_HAS - timedelta(seconds=1)) == 0
    assert _carried_out(engine, now + ANSWER_HAS) == 1
    assert _left(engine) == [0, 0, 0, 0]


def test_a_web_page_has_time_to_show_the_answer(engine: Engine, now: datetime) -> None:
    _asked(engine, now, "web", "hash-of-a-cookie")
    assert _carried_out(engine, now) == 0
    assert _carried_out(engine, now + WEB_READS_WITHIN) == 1
    assert _left(engine) == [0, 0, 0, 0]


def test_who_asks_twice_is_erased_as_they_said_last(engine: Engine, now: datetime) -> None:
    citizen = _asked(engine, now)
    with engine.begin() as connection:
        erasure_requests.ask(connection, [Asked(citizen, "telegram", "main", CHAT, False)], now=now)
        [request] = erasure_requests.due(connection, now=now + ANSWER_HAS)
    assert not request.with_contributions


def test_an_account_holds_every_table_with_something_of_the_person(engine: Engine, now: datetime) -> None:
    citizen = _asked(engine, now)
    with engine.begin() as connection:
        citizens.find_or_add(connection, [NewCitizen("other", "telegram", "main", "8")], now=now)
        account = accounts.account_of(connection, citizen, chats=[CHAT])
    tables = {"attachment", "citizen", "citizen_link", "contribution", "conversation", "erasure_request"}
    assert set(account) == {*tables, "inbox", "outbox"}
    assert account["citizen_link"][0]["external_id"] == CHAT
    assert account["contribution"][0]["text"] == WORDS
    assert all(len(rows) == 1 for rows in account.values())
    assert json.loads(json.dumps(account)) == account


def test_of_nobody_there_is_no_account(engine: Engine) -> None:
    with engine.begin() as connection:
        assert accounts.account_of(connection, 99) == {}
