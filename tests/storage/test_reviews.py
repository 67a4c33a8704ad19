"""Analyses and decisions: who may say what of a contribution, and what is remembered of it."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import Connection, delete, insert, select

from storage import analyses, audits, contributions, reviews, tracing
from storage.analyses import Analysed
from storage.audits import Actor
from storage.contributions import NewContribution, NewPlace, NewTag
from storage.models import Contribution, ContributionPlace, Tag
from storage.numbers import public_number
from storage.reviews import Outcome

STAFF = Actor("moderation", "moderator")
FIRST, SECOND = public_number(1), public_number(2)


@pytest.fixture
def said(connection: Connection, now: datetime) -> Connection:
    rows = [
        NewContribution(
            FIRST, "Bänke", "web", draft="1", field="mobility", tags=[NewTag("field", "mobility", "citizen")]
        ),
        NewContribution(SECOND, "Mehr Bänke", "web", draft="2"),
    ]
    contributions.add(connection, rows, now=now)
    return connection


def analyse(connection: Connection, now: datetime, version: str = "1", topic: str = "Sitzen") -> None:
    source = f"model:{version}"
    ids = contributions.ids_of(connection, [FIRST, SECOND])
    found = [
        Analysed(
            row_id,
            "Bänke",
            "de",
            field="living",
            kind="idea",
            district="Barmen",
            tags=[NewTag("field", "living", source, 0.7), NewTag("topic", topic, source, 0.9)],
            places=[NewPlace("Werth", source)],
            embedding=bytes([number, 2]),
        )
        for number, row_id in enumerate(ids.values())
    ]
    analyses.note_analysis(connection, found, now=now)


def test_analysis_fills_gaps_and_overrules_nobody(said: Connection, now: datetime) -> None:
    analyse(said, now)
    query = select(Contribution.field, Contribution.kind, Contribution.district, Contribution.redacted_text)
    rows = said.execute(query.order_by(Contribution.id)).all()
    assert rows == [("mobility", "idea", "Barmen", "Bänke"), ("living", "idea", "Barmen", "Bänke")]
    assert contributions.unanalysed(said) == []


def test_new_analysis_replaces_the_machines_words_alone(said: Connection, now: datetime) -> None:
    analyse(said, now)
    analyses.analyse_again(said)
    assert len(contributions.unanalysed(said)) == 2
    analyse(said, now, "2", "Ausruhen")
    first = contributions.ids_of(said, [FIRST])[FIRST]
    tags = select(Tag.value, Tag.source).where(Tag.contribution_id == first).order_by(Tag.id)
    assert said.execute(tags).all() == [("mobility", "citizen"), ("living", "model:2"), ("Ausruhen", "model:2")]
    assert len(said.scalars(select(ContributionPlace.id)).all()) == 2


def test_embeddings_are_those_of_the_wanted_statuses(said: Connection, now: datetime) -> None:
    analyse(said, now)
    reviews.decide(said, SECOND, "released", None, STAFF, now=now)
    [released] = analyses.embeddings(said, ["released"])
    assert (released.number, released.text, len(released.embedding)) == (SECOND, "Bänke", 2)


def test_decision_is_written_and_audited(said: Connection, now: datetime) -> None:
    analyse(said, now)
    assert reviews.decide(said, FIRST, "released", None, STAFF, now=now) is Outcome.DECIDED
    assert reviews.decide(said, FIRST, "released", None, STAFF, now=now) is Outcome.UNCHANGED
    assert reviews.decide(said, FIRST, "rejected", "Werbung", STAFF, now=now) is Outcome.DECIDED
    assert [each.number for each in reviews.by_status(said, "rejected")] == [FIRST]
    deeds = [(deed.action, deed.actor, deed.detail) for deed in audits.deeds(said, subject=FIRST)]
    assert deeds == [
        ("rejected", STAFF, {"before": "released", "reason": "Werbung"}),
        ("released", STAFF, {"before": "received", "reason": None}),
    ]


def test_nothing_is_released_before_it_is_redacted(said: Connection, now: datetime) -> None:
    assert reviews.decide(said, FIRST, "released", None, STAFF, now=now) is Outcome.NOT_ANALYSED
    assert [each.number for each in reviews.by_status(said)] == [FIRST, SECOND]
    assert audits.deeds(said) == []


def test_what_the_model_is_least_sure_of_is_asked_first(said: Connection, now: datetime) -> None:
    analyse(said, now)
    rows = contributions.ids_of(said, [FIRST, SECOND])
    scores = {FIRST: 0.9, SECOND: 0.3}
    said.execute(delete(Tag))
    for number, score in scores.items():
        tag = {"label_type": "field", "value": "economy", "score": score, "source": "model:1", "created_at": now}
        said.execute(insert(Tag).values(contribution_id=rows[number], **tag))
    assert [each.number for each in reviews.by_status(said)] == [SECOND, FIRST]


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_rejection_needs_a_reason(said: Connection, now: datetime, reason: str | None) -> None:
    assert reviews.decide(said, FIRST, "rejected", reason, STAFF, now=now) is Outcome.NO_REASON


def test_unknown_numbers_and_statuses_change_nothing(said: Connection, now: datetime) -> None:
    assert reviews.decide(said, public_number(9), "released", None, STAFF, now=now) is Outcome.UNKNOWN
    with pytest.raises(ValueError, match="no status"):
        reviews.decide(said, FIRST, "lost", None, STAFF, now=now)


def test_what_its_author_withdrew_is_neither_released_nor_merged(said: Connection, now: datetime) -> None:
    analyse(said, now)
    assert tracing.withdraw_one(said, FIRST, now=now)
    assert reviews.decide(said, FIRST, "released", None, STAFF, now=now) is Outcome.WITHDRAWN
    assert reviews.merge(said, FIRST, SECOND, STAFF, now=now) is Outcome.WITHDRAWN
    assert reviews.merge(said, SECOND, FIRST, STAFF, now=now) is Outcome.WITHDRAWN


def test_merge_can_be_undone(said: Connection, now: datetime) -> None:
    assert reviews.merge(said, SECOND, FIRST, STAFF, now=now) is Outcome.DECIDED
    assert reviews.merge(said, SECOND, FIRST, STAFF, now=now) is Outcome.UNCHANGED
    assert reviews.merge(said, FIRST, SECOND, STAFF, now=now) is Outcome.UNCHANGED
    assert [each.number for each in reviews.by_status(said, "merged")] == [SECOND]
    assert reviews.unmerge(said, SECOND, STAFF, now=now) is Outcome.DECIDED
    assert [each.number for each in reviews.by_status(said)] == [FIRST, SECOND]
    assert [deed.action for deed in audits.deeds(said)] == ["unmerged", "merged"]


def test_contribution_is_not_merged_into_itself(said: Connection, now: datetime) -> None:
    assert reviews.merge(said, FIRST, FIRST, STAFF, now=now) is Outcome.UNCHANGED
    assert reviews.merge(said, FIRST, public_number(9), STAFF, now=now) is Outcome.UNKNOWN
