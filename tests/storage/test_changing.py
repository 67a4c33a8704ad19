"""Changes at the desk: who saw an older row overwrites nothing, and what was done can be undone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from storage import analyses, changing, contributions, items
from storage.analyses import Analysed
from storage.audits import Actor, deeds
from storage.changing import Hand
from storage.contributions import NewContribution, NewTag
from storage.models import Contribution, DeskChange
from storage.numbers import public_number
from storage.reviews import Outcome

ONE, TWO, THREE = (public_number(serial) for serial in (1, 2, 3))
WORDS = "Die Ampel ist kaputt, sagt Frau Muster."


@pytest.fixture
def said(connection: Connection, now: datetime) -> Connection:
    """Three contributions, analysed."""
    rows = [
        NewContribution(number, WORDS, "web", draft=number, field="living", redacted_text="Die Ampel ist kaputt.")
        for number in (ONE, TWO, THREE)
    ]
    contributions.add(connection, rows, now=now)
    return connection


def hand(now: datetime, batch: str = "b1") -> Hand:
    return Hand(Actor("Rosa Test", "moderator"), None, batch, now)


def seen(connection: Connection, number: str) -> items.Item:
    found = items.item(connection, number)
    assert found is not None
    return found


def test_a_decision_is_undone_with_everything_it_changed(said: Connection, now: datetime) -> None:
    before = seen(said, ONE)
    assert changing.decide(said, ONE, "released", None, hand(now)) is Outcome.DECIDED
    after = seen(said, ONE)
    assert (after.status, after.confirmed_at) == ("released", now)
    assert changing.undo(said, "b1", hand(now, "b2")) == changing.Undone((ONE,), ())
    again = seen(said, ONE)
    assert (again.status, again.reason, again.confirmed_at) == (before.status, before.reason, before.confirmed_at)
    assert again.version > after.version > before.version
    assert [deed.action for deed in deeds(said, subject=ONE)] == ["undone", "released"]


def test_who_saw_an_older_row_changes_nothing(said: Connection, now: datetime) -> None:
    version = seen(said, ONE).version
    assert changing.change(said, ONE, hand(now), "tagged", values={"field": "mobility"}, version=version)
    stale = changing.change(said, ONE, hand(now), "tagged", values={"field": "economy"}, version=version)
    assert stale is Outcome.STALE
    assert changing.decide(said, ONE, "released", None, hand(now), version=version) is Outcome.STALE
    assert changing.merge(said, ONE, TWO, hand(now), version=version) is Outcome.STALE
    assert seen(said, ONE).field == "mobility"


def test_every_writer_raises_the_version(said: Connection, now: datetime) -> None:
    first = seen(said, ONE)
    analyses.note_analysis(said, [Analysed(first.id, "Die Ampel ist kaputt.")], now=now)
    assert seen(said, ONE).version == first.version + 1


def test_staffs_tags_stand_beside_the_models_and_leave_with_the_undo(said: Connection, now: datetime) -> None:
    row_id = seen(said, ONE).id
    contributions.add_tags(said, [(row_id, NewTag("topic", "safety", "model:1"))], now=now)
    changing.change(said, ONE, hand(now, "b1"), "tagged", tags={"topic": ["walking_stairs", "signals_flow"]})
    changing.change(said, ONE, hand(now, "b2"), "tagged", tags={"topic": ["signals_flow"]})
    assert seen(said, ONE).topics == ["signals_flow"]
    changing.undo(said, "b2", hand(now, "b3"))
    assert set(seen(said, ONE).topics) == {"walking_stairs", "signals_flow"}
    changing.undo(said, "b1", hand(now, "b4"))
    assert seen(said, ONE).topics == ["safety"]


def test_what_somebody_changed_since_is_not_undone(said: Connection, now: datetime) -> None:
    for number in (ONE, TWO):
        changing.decide(said, number, "released", None, hand(now, "b1"))
    changing.change(said, ONE, hand(now, "b2"), "tagged", values={"field": "mobility"})
    assert changing.undo(said, "b1", hand(now, "b3")) == changing.Undone((TWO,), (ONE,))
    assert (seen(said, ONE).status, seen(said, TWO).status) == ("released", "received")
    assert changing.undo(said, "b2", hand(now, "b4")).undone == (ONE,)


def test_a_merge_takes_along_what_was_merged_before_and_is_undone_whole(said: Connection, now: datetime) -> None:
    changing.merge(said, ONE, TWO, hand(now, "b1"))
    changing.merge(said, TWO, THREE, hand(now, "b2"))
    target = seen(said, THREE).id
    assert [seen(said, number).merged_into_id for number in (ONE, TWO)] == [target, target]
    assert seen(said, THREE).merged == 2
    assert set(changing.undo(said, "b2", hand(now, "b3")).undone) == {ONE, TWO}
    assert seen(said, ONE).merged_into_id == seen(said, TWO).id
    assert seen(said, TWO).status == "received"


@pytest.mark.parametrize(
    ("into", "outcome"), [(ONE, Outcome.UNCHANGED), ("T-000-000-000", Outcome.UNKNOWN), (TWO, Outcome.DECIDED)]
)
def test_only_into_another_one_that_is_there(said: Connection, now: datetime, into: str, outcome: Outcome) -> None:
    assert changing.merge(said, ONE, into, hand(now)) is outcome


def test_a_confirmed_redaction_stays_when_the_machine_looks_again(said: Connection, now: datetime) -> None:
    changing.change(said, ONE, hand(now), "redacted", values={"redacted_text": "Die Ampel.", "confirmed_at": now})
    analyses.note_analysis(said, [Analysed(seen(said, ONE).id, WORDS)], now=now)
    assert seen(said, ONE).text == "Die Ampel."


def test_the_audit_quotes_no_words(said: Connection, now: datetime) -> None:
    changing.change(said, ONE, hand(now), "redacted", values={"redacted_text": "Geheimes", "translation": "Secret"})
    changing.decide(said, ONE, "rejected", "Weil Frau Muster es so will", hand(now))
    told = str([deed.detail for deed in deeds(said, subject=ONE)])
    assert not any(word in told for word in ("Geheim", "Secret", "Muster", "Ampel"))


def test_what_can_no_longer_be_undone_is_forgotten(said: Connection, now: datetime) -> None:
    changing.decide(said, ONE, "released", None, hand(now))
    changing.forget_changes(said, now=now + timedelta(days=31))
    assert said.execute(select(DeskChange.id)).all() == []
    assert changing.undo(said, "b1", hand(now)).undone == ()


def test_looking_at_the_original_is_noted(said: Connection, now: datetime) -> None:
    original: Any = items.original_of(said, ONE, Actor("Rosa Test", "moderator"), now=now)
    assert original["text"] == WORDS
    assert deeds(said, subject=ONE)[0].action == "original_opened"
    assert said.scalar(select(Contribution.text).where(Contribution.number == ONE)) == WORDS
