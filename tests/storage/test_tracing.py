"""Who hears what of a contribution, and what its author may still do with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from storage import analyses, audits, citizens, consents, contributions, reviews, supports, tracing, tracing_news
from storage.analyses import Analysed
from storage.audits import Actor
from storage.citizens import NewCitizen
from storage.consents import Given
from storage.contributions import NewContribution, NewFile
from storage.models import Contribution
from storage.models.contribution import ANSWERED, RECEIVED, REJECTED, RELEASED, WITHDRAWN
from storage.numbers import public_number
from storage.tracing_news import News

STAFF = Actor("moderation", "moderator")
MINE, OTHER = public_number(1), public_number(2)
WORDS = "Mehr Bänke, sagt Ada"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def people(connection: Connection, now: datetime) -> tuple[int, int]:
    """Ada, who sent two contributions, and Eve, who supports the first; Ada writes by Telegram, Eve too."""
    keys = [NewCitizen("ada", "telegram", "main", "7"), NewCitizen("eve", "telegram", "main", "8")]
    found = citizens.find_or_add(connection, keys, now=now)
    ada, eve = found["ada"].id, found["eve"].id
    answers = [
        {"step": "message", "role": "message", "text": WORDS, "option": None},
        {"step": "where", "role": "place", "text": "Barmen", "option": None},
    ]
    rows = [
        NewContribution(MINE, WORDS, "telegram", draft="1", citizen_id=ada, answers=answers),
        NewContribution(OTHER, "Licht", "telegram", draft="2", citizen_id=ada, files=[NewFile("photo", "f")]),
    ]
    contributions.add(connection, rows, now=now)
    ids = contributions.ids_of(connection, [MINE, OTHER])
    analyses.note_analysis(connection, [Analysed(ids[MINE], "Mehr Bänke"), Analysed(ids[OTHER], "Licht")], now=now)
    supports.support(connection, [(ids[MINE], eve)], now=now)
    consents.give(connection, [Given(ada, "contact", "1"), Given(eve, "contact", "1")], now=now)
    return ada, eve


def decide(connection: Connection, number: str, status: str, reason: str | None, at: datetime) -> None:
    reviews.decide(connection, number, status, reason, STAFF, now=at)


def tell(connection: Connection, at: datetime) -> list[tuple[int, str, str]]:
    """Tell what is untold and return who was told which status of which contribution."""
    news = tracing_news.untold(connection, channels=["telegram"], now=at)
    tracing_news.note_told(connection, news, now=at)
    return short(news)


def short(news: Sequence[News]) -> list[tuple[int, str, str]]:
    return [(each.citizen_id, each.number, each.status) for each in news]


def test_author_and_supporter_hear_each_decision_once(
    connection: Connection, people: tuple[int, int], now: datetime
) -> None:
    ada, eve = people
    assert tell(connection, now) == []
    decide(connection, MINE, RELEASED, None, now + MINUTE)
    assert tell(connection, now + MINUTE) == [(ada, MINE, RELEASED), (eve, MINE, RELEASED)]
    assert tell(connection, now + 2 * MINUTE) == []
    decide(connection, MINE, ANSWERED, "Kommt 2027", now + 3 * MINUTE)
    decide(connection, OTHER, REJECTED, "Ist schon da", now + 4 * MINUTE)
    expected = [(ada, MINE, ANSWERED), (ada, OTHER, REJECTED), (eve, MINE, ANSWERED)]
    assert tell(connection, now + 5 * MINUTE) == expected


def test_a_supporter_never_sees_the_words_as_they_were_written(
    connection: Connection, people: tuple[int, int], now: datetime
) -> None:
    decide(connection, MINE, RELEASED, None, now + MINUTE)
    texts = {
        each.is_mine: each.text for each in tracing_news.untold(connection, channels=["telegram"], now=now + MINUTE)
    }
    assert texts == {True: WORDS, False: "Mehr Bänke"}
    assert [each.text for each in tracing.of_citizens(connection, people)[people[1]]] == ["Mehr Bänke"]


def test_who_supports_later_hears_only_of_later_decisions(
    connection: Connection, people: tuple[int, int], now: datetime
) -> None:
    ada, eve = people
    decide(connection, OTHER, RELEASED, None, now + MINUTE)
    ids = contributions.ids_of(connection, [OTHER])
    supports.support(connection, [(ids[OTHER], eve)], now=now + 2 * MINUTE)
    assert tell(connection, now + 3 * MINUTE) == [(ada, OTHER, RELEASED)]
    decide(connection, OTHER, ANSWERED, "Ja", now + 4 * MINUTE)
    assert (eve, OTHER, ANSWERED) in tell(connection, now + 5 * MINUTE)


def test_nobody_hears_what_was_taken_back_before_it_was_told(
    connection: Connection, people: tuple[int, int], now: datetime
) -> None:
    decide(connection, OTHER, RELEASED, None, now + MINUTE)
    decide(connection, OTHER, RECEIVED, None, now + 2 * MINUTE)
    assert tell(connection, now + 3 * MINUTE) == []
    assert people


def test_whose_idea_was_merged_hears_what_becomes_of_the_other(
    connection: Connection, people: tuple[int, int], now: datetime
) -> None:
    _, eve = people
    third = public_number(3)
    contributions.add(connection, [NewContribution(third, "Bank", "telegram", draft="3", citizen_id=eve)], now=now)
    reviews.merge(connection, third, OTHER, STAFF, now=now + MINUTE)
    assert tell(connection, now + MINUTE) == [(eve, third, "merged")]
    decide(connection, OTHER, ANSWERED, "Ja", now + 2 * MINUTE)
    assert (eve, OTHER, ANSWERED) in tell(connection, now + 2 * MINUTE)


def test_news_of_one_idea_stop_and_start_again(connection: Connection, people: tuple[int, int], now: datetime) -> None:
    ada, eve = people
    tracing.stop_news(connection, [(MINE, ada), ("T-000-000-000", ada)], now=now)
    tracing.stop_news(connection, [(MINE, ada)], now=now)
    assert [each.has_news for each in tracing.of_citizens(connection, [ada])[ada]] == [True, False]
    decide(connection, MINE, RELEASED, None, now + MINUTE)
    assert tell(connection, now + MINUTE) == [(eve, MINE, RELEASED)]
    tracing.start_news(connection, [(MINE, ada)])
    assert tell(connection, now + 2 * MINUTE) == [(ada, MINE, RELEASED)]


def test_nobody_is_written_to_who_cannot_be_reached_or_hears_old_news(
    connection: Connection, people: tuple[int, int], now: datetime
) -> None:
    ada, eve = people
    citizens.set_reachable(connection, [(eve, False)])
    decide(connection, MINE, RELEASED, None, now + MINUTE)
    assert short(tracing_news.untold(connection, channels=["telegram"], now=now + MINUTE)) == [(ada, MINE, RELEASED)]
    assert tracing_news.untold(connection, channels=["telegram"], now=now + timedelta(days=31)) == []
    assert short(tracing_news.untold_to(connection, "eve", now=now + MINUTE)) == [(eve, MINE, RELEASED)]


def test_a_full_portion_tears_nobodys_news_in_two(
    connection: Connection, people: tuple[int, int], now: datetime
) -> None:
    ada, _ = people
    decide(connection, MINE, RELEASED, None, now + MINUTE)
    decide(connection, OTHER, RELEASED, None, now + MINUTE)
    portion = tracing_news.untold(connection, channels=["telegram"], now=now + MINUTE, limit=3)
    assert [each.citizen_id for each in portion] == [ada, ada]


def test_an_unreviewed_contribution_is_corrected_and_analysed_again(
    connection: Connection, people: tuple[int, int], now: datetime
) -> None:
    assert tracing.correct(connection, MINE, "Mehr Tische", now=now)
    row = connection.execute(select(Contribution).where(Contribution.number == MINE)).mappings().one()
    assert (row["text"], row["redacted_text"], row["analysed_at"]) == ("Mehr Tische", None, None)
    assert [each["text"] for each in row["answers"]] == ["Mehr Tische", "Barmen"]
    assert people


def test_what_is_reviewed_stays_as_it_is(connection: Connection, people: tuple[int, int], now: datetime) -> None:
    decide(connection, MINE, RELEASED, None, now)
    assert not tracing.correct(connection, MINE, "Mehr Tische", now=now)
    assert not tracing.withdraw_one(connection, MINE, now=now)
    found = tracing.traced(connection, MINE)
    assert found
    assert (found.status, found.text, found.is_open) == (RELEASED, WORDS, False)
    assert people


def test_a_withdrawal_is_audited_and_no_news_to_its_author(
    connection: Connection, people: tuple[int, int], now: datetime
) -> None:
    ada, eve = people
    tracing.withdraw(connection, [(OTHER, eve)], now=now + MINUTE)
    assert audits.deeds(connection, subject=OTHER) == []
    tracing.withdraw(connection, [(OTHER, ada)], now=now + MINUTE)
    found = tracing.traced(connection, OTHER)
    assert found
    assert found.status == WITHDRAWN
    assert [deed.action for deed in audits.deeds(connection, subject=OTHER)] == [WITHDRAWN]
    assert tell(connection, now + 2 * MINUTE) == []


def test_a_code_is_kept_once_and_goes_with_its_contribution(
    connection: Connection, people: tuple[int, int], now: datetime
) -> None:
    tracing.keep_codes(connection, [(MINE, "aa")])
    tracing.keep_codes(connection, [(MINE, "bb")])
    assert tracing.code_hash_of(connection, MINE) == "aa"
    assert tracing.code_hash_of(connection, OTHER) is None
    assert tracing.remove(connection, MINE, now=now)
    assert tracing.traced(connection, MINE) is None
    assert tracing.code_hash_of(connection, MINE) is None
    assert not tracing.remove(connection, MINE, now=now)
    assert people
