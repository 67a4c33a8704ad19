"""A contribution is there once, whatever is repeated, with its tags, places and files."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import IntegrityError

from storage import citizens, contributions
from storage.citizens import NewCitizen
from storage.contributions import NewContribution, NewFile, NewPlace, NewTag
from storage.models import Attachment, Contribution, ContributionPlace, Tag
from storage.numbers import public_number


@pytest.fixture
def author(connection: Connection, now: datetime) -> int:
    return citizens.find_or_add(connection, [NewCitizen("key-ada", "telegram", "main", "4711")], now=now)["key-ada"].id


def bench(author: int | None, serial: int = 1, draft: str = "d1") -> NewContribution:
    return NewContribution(
        number=public_number(serial),
        text="Mehr Bänke an der Trasse",
        channel="telegram",
        draft=draft,
        citizen_id=author,
        dialogue="mobility",
        field="mobility",
        kind="idea",
        language="de",
        answers=[{"step": "idea", "text": "Mehr Bänke an der Trasse"}],
        tags=[NewTag("field", "mobility", "citizen")],
        places=[NewPlace("Nordbahntrasse", "citizen", "way", "Elberfeld", 51.26, 7.15)],
        files=[NewFile("photo", "file-1")],
    )


def total(connection: Connection, model: type) -> int:
    return connection.scalar(select(func.count()).select_from(model)) or 0


def test_draft_sent_twice_is_one_contribution(connection: Connection, now: datetime, author: int) -> None:
    assert contributions.add(connection, [bench(author), bench(author)], now=now) == 1
    assert contributions.add(connection, [bench(author), bench(author, 2)], now=now) == 0
    counts = [total(connection, model) for model in (Contribution, Tag, ContributionPlace, Attachment)]
    assert counts == [1, 1, 1, 1]


def test_two_people_can_have_drafts_of_the_same_name(connection: Connection, now: datetime, author: int) -> None:
    eve = citizens.find_or_add(connection, [NewCitizen("key-eve", "web", "")], now=now)["key-eve"].id
    assert contributions.add(connection, [bench(author), bench(eve, 2)], now=now) == 2


def test_number_of_another_contribution_is_refused_aloud(connection: Connection, now: datetime, author: int) -> None:
    contributions.add(connection, [bench(author)], now=now)
    with pytest.raises(IntegrityError):
        contributions.add(connection, [bench(author, 1, "d2")], now=now)


def test_row_of_an_origin_comes_in_once(connection: Connection, now: datetime) -> None:
    rows = [
        NewContribution(public_number(each, "E"), "Radweg endet", "import", origin="bonn", origin_id=str(each))
        for each in range(3)
    ]
    assert contributions.add(connection, rows, now=now) == 3
    assert contributions.add(connection, [replace(row, number=public_number(9, "E")) for row in rows[:1]], now=now) == 0


def test_what_was_said_is_kept_as_it_was_said(connection: Connection, now: datetime, author: int) -> None:
    contributions.add(connection, [bench(author)], now=now)
    columns = select(Contribution.text, Contribution.answers, Contribution.status, Contribution.created_at)
    answers = [{"step": "idea", "text": "Mehr Bänke an der Trasse"}]
    assert connection.execute(columns).one() == ("Mehr Bänke an der Trasse", answers, "received", now)


def test_new_contribution_waits_for_the_analyst(connection: Connection, now: datetime, author: int) -> None:
    contributions.add(connection, [bench(author), bench(author, 2, "d2")], now=now)
    waiting = contributions.unanalysed(connection, 1)
    assert [(each.number, each.text, each.field) for each in waiting] == [
        (public_number(1), "Mehr Bänke an der Trasse", "mobility")
    ]
