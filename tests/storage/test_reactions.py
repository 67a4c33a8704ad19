"""Reactions count once per person, on what others may read alone, and outlive who gave them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select, update

from storage import accounts, analyses, citizens, contributions, erasures, reactions, released, reviews, supports
from storage.analyses import Analysed
from storage.audits import Actor
from storage.citizens import NewCitizen
from storage.contributions import NewContribution, NewTag
from storage.listing import list_for_export
from storage.models import Addition, Contribution, Reaction
from storage.numbers import public_number
from storage.released import Chosen

STAFF = Actor("moderation", "moderator")
NUMBERS = tuple(public_number(serial) for serial in range(1, 5))
OWN, BENCH, FOUNTAIN, UNSEEN = NUMBERS
LATER = timedelta(days=1)


@pytest.fixture
def ada(connection: Connection, now: datetime) -> int:
    """Ada, who sent the first of four ideas; all but the last one are released."""
    people = citizens.find_or_add(connection, [NewCitizen("ada", "web", ""), NewCitizen("eve", "web", "")], now=now)
    own = [NewContribution(OWN, "Eigenes", "web", draft="1", citizen_id=people["ada"].id)]
    others = [
        NewContribution(number, "Roh", "web", draft=number, citizen_id=people["eve"].id, field="living")
        for number in NUMBERS[1:]
    ]
    contributions.add(connection, [*own, *others], now=now)
    ids = contributions.ids_of(connection, NUMBERS)
    tags = [NewTag("topic", "seats", "model:1")]
    found = [
        Analysed(each, f"Geschwärzt {each}", embedding=b"\0" * 8, district="Barmen", tags=tags) for each in ids.values()
    ]
    analyses.note_analysis(connection, found, now=now)
    for number in NUMBERS[:-1]:
        reviews.decide(connection, number, "released", None, STAFF, now=now)
    connection.execute(update(Contribution).values(publishing="1"))
    return people["ada"].id


def values(connection: Connection) -> list[tuple[int | None, int]]:
    """Return who said what, in order."""
    rows = connection.execute(select(Reaction.citizen_id, Reaction.value).order_by(Reaction.contribution_id))
    return [(row[0], row[1]) for row in rows]


def test_somebody_counts_once_and_can_think_otherwise(connection: Connection, ada: int, now: datetime) -> None:
    for value in (1, 1, -1, 1):
        reactions.react_to(connection, [(BENCH, ada, value)], now=now)
    assert values(connection) == [(ada, 1)]
    reactions.take_reactions(connection, [(BENCH, ada)])
    reactions.take_reactions(connection, [(BENCH, ada)])
    assert values(connection) == []


def test_passing_by_takes_no_vote_back_and_the_same_again_keeps_its_time(
    connection: Connection, ada: int, now: datetime
) -> None:
    reactions.react_to(connection, [(BENCH, ada, 1)], now=now)
    reactions.react_to(connection, [(BENCH, ada, 0)], now=now + LATER)
    reactions.react_to(connection, [(BENCH, ada, 1)], now=now + LATER)
    assert values(connection) == [(ada, 1)]
    assert connection.scalars(select(Reaction.created_at)).all() == [now]


def test_own_and_unreleased_ideas_take_no_reaction(connection: Connection, ada: int, now: datetime) -> None:
    reactions.react_to(connection, [(OWN, ada, 1), (UNSEEN, ada, 1), ("T-000-000-000", ada, 1)], now=now)
    assert values(connection) == []


def test_only_agreement_is_support(connection: Connection, ada: int, now: datetime) -> None:
    reactions.react_to(connection, [(BENCH, ada, 1), (FOUNTAIN, ada, -1)], now=now)
    ids = contributions.ids_of(connection, NUMBERS)
    assert supports.supports_of(connection, list(ids.values())) == {ids[BENCH]: 1}
    assert [each.supports for each in released.ideas_of(connection, (FOUNTAIN, BENCH), citizen=ada)] == [0, 1]


def test_votes_outlive_the_person_and_passes_do_not(connection: Connection, ada: int, now: datetime) -> None:
    reactions.react_to(connection, [(BENCH, ada, 1), (FOUNTAIN, ada, 0)], now=now)
    assert len(accounts.account_of(connection, ada)["reaction"]) == 2
    erasures.erase_citizen(connection, ada, with_contributions=True, now=now)
    assert values(connection) == [(None, 1)]


def test_what_is_shown_is_released_now_and_somebody_elses(connection: Connection, ada: int, now: datetime) -> None:
    found = released.ideas_of(connection, NUMBERS, citizen=ada)
    assert [(each.number, each.text.split()[0], each.district) for each in found] == [
        (BENCH, "Geschwärzt", "Barmen"),
        (FOUNTAIN, "Geschwärzt", "Barmen"),
    ]
    reviews.decide(connection, BENCH, "rejected", "Doppelt", STAFF, now=now)
    assert [each.number for each in released.ideas_of(connection, NUMBERS, citizen=ada)] == [FOUNTAIN]


def test_everybody_sees_every_idea_once(connection: Connection, ada: int, now: datetime) -> None:
    seen = []
    while (idea := released.next_idea(connection, Chosen(), citizen=ada)) is not None:
        seen.append(idea.number)
        reactions.react_to(connection, [(idea.number, ada, 0)], now=now)
    assert sorted(seen) == sorted((BENCH, FOUNTAIN))
    assert released.next_idea(connection, Chosen(), citizen=ada, without=()) is None


def test_ideas_are_chosen_by_field_district_and_topic(connection: Connection, ada: int, now: datetime) -> None:
    def next_of(chosen: Chosen) -> bool:
        return released.next_idea(connection, chosen, citizen=ada) is not None

    assert next_of(Chosen("living", "Barmen", "seats"))
    assert not next_of(Chosen("mobility"))
    assert not next_of(Chosen(district="Ronsdorf"))
    assert not next_of(Chosen(topic="water"))
    ids = contributions.ids_of(connection, NUMBERS)
    contributions.add_tags(connection, [(each, NewTag("topic", "water", "staff")) for each in ids.values()], now=now)
    assert next_of(Chosen(topic="water"))
    assert not next_of(Chosen(topic="seats"))  # what people said takes the place of the model's word


def test_the_census_changes_with_what_is_released(connection: Connection, ada: int, now: datetime) -> None:
    before = released.census(connection)
    there = released.ids(connection)
    assert (before.count, len(there)) == (3, 3)
    assert released.census(connection) == before
    erasures.erase_contribution(connection, BENCH, now=now)
    assert released.census(connection) != before
    gone = there.keys() - released.ids(connection).keys()
    assert len(gone) == 1
    assert dict(released.vectors(connection, sorted(there))).keys() == there.keys() - gone


def test_an_addition_goes_with_either_of_the_two(connection: Connection, ada: int, now: datetime) -> None:
    reactions.add_additions(connection, [(OWN, BENCH), (OWN, FOUNTAIN), (OWN, OWN), (UNSEEN, "T-000-000-000")])
    ids = contributions.ids_of(connection, NUMBERS)
    pairs = connection.execute(select(Addition.contribution_id, Addition.adds_to_id)).all()
    assert [tuple(pair) for pair in pairs] == [(ids[OWN], ids[BENCH])]
    assert {row.number: row.adds_to for row in list_for_export(connection) if row.adds_to} == {OWN: BENCH}
    erasures.erase_contribution(connection, BENCH, now=now)
    assert connection.execute(select(Addition)).all() == []
    assert ids[OWN] in contributions.ids_of(connection, [OWN]).values()
