"""Figures under a number: counted by the rules, the same for ever, and nobody recognisable in them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from storage.erasures import erase_citizen, erase_contribution
from storage.figures import asked, snapshots
from storage.figures.counting import COUNTS
from storage.figures.hiding import LEAST, hidden
from storage.models.contribution import MERGED, REJECTED, WITHDRAWN
from storage.supports import support
from storage.worklist import Wanted
from tests.figures.crowd import author, change, fill, id_of


def test_every_contribution_is_in_one_state(connection: Connection, now: datetime) -> None:
    numbers = fill(connection, 20, now)
    for number, status in zip(numbers, (WITHDRAWN, REJECTED, REJECTED), strict=False):
        change(connection, number, status=status)
    change(connection, numbers[3], kind="defect")
    change(connection, numbers[4], workshop_id=1)
    counts = snapshots.take(connection, Wanted(), now=now).figures.counts
    assert tuple(counts) == COUNTS
    assert counts == {
        "received": 20, "withdrawn": 1, "rejected": 2, "merged": 0, "apart": 1, "valid": 16, "supports": 0,
        "workshop_notes": 1,
    }  # fmt: skip
    assert counts["received"] == sum(counts[name] for name in ("withdrawn", "rejected", "merged", "apart", "valid"))


def test_tables_hold_valid_contributions_alone(connection: Connection, now: datetime) -> None:
    numbers = fill(connection, 12, now)
    change(connection, numbers[0], status=WITHDRAWN)
    figures = snapshots.take(connection, Wanted(), now=now).figures
    for name in ("field", "kind", "district", "language", "channel"):
        assert sum(number for _, number in figures.tables[name]) == figures.counts["valid"]
    assert sum(number for _, _, number in figures.tables["weeks"]) == figures.counts["valid"]


def test_a_support_counts_once_for_a_person_across_what_was_merged(connection: Connection, now: datetime) -> None:
    numbers = fill(connection, 4, now)
    one, two = author(connection, [numbers[2]], now), author(connection, [numbers[3]], now)
    first, second = id_of(connection, numbers[0]), id_of(connection, numbers[1])
    support(connection, [(first, one), (second, one), (first, two)], now=now)
    change(connection, numbers[1], status=MERGED, merged_into_id=first)
    assert snapshots.take(connection, Wanted(), now=now).figures.counts["supports"] == 2
    erase_citizen(connection, one, with_contributions=False, now=now)
    assert snapshots.take(connection, Wanted(), now=now).figures.counts["supports"] >= 2


def test_a_snapshot_gives_the_same_figures_later_and_says_what_was_erased(
    connection: Connection, now: datetime
) -> None:
    numbers = fill(connection, 15, now)
    taken = snapshots.take(connection, Wanted(equal={"field": frozenset({"mobility"})}), now=now)
    erased = [number for serial, number in enumerate(numbers, 1) if serial % 5 == 3][:2]
    for number in erased:
        erase_contribution(connection, number, now=now)
    change(connection, numbers[4], status=REJECTED)
    fill(connection, 5, now + timedelta(days=1), start=100)
    later = snapshots.snapshot(connection, taken.number)
    assert later is not None
    assert later.figures == taken.figures
    assert later.digest == snapshots.digest_of({"counts": dict(later.figures.counts), "tables": later.figures.tables})
    assert snapshots.erased_since(connection, taken.number) == len(erased)


def test_what_came_after_the_cut_off_does_not_count(connection: Connection, now: datetime) -> None:
    fill(connection, 3, now)
    fill(connection, 4, now + timedelta(days=30), start=100)
    assert snapshots.take(connection, Wanted(), now=now).figures.counts["received"] == 3


def test_the_same_question_within_minutes_has_the_same_number(connection: Connection, now: datetime) -> None:
    fill(connection, 3, now)
    wanted = Wanted(equal={"kind": frozenset({"idea"})})
    taken = snapshots.take(connection, wanted, now=now)
    soon = now + timedelta(minutes=9)
    assert snapshots.fresh(connection, wanted, now=soon) == taken
    assert snapshots.fresh(connection, Wanted(), now=soon) is None
    assert snapshots.fresh(connection, wanted, now=now + timedelta(minutes=11)) is None


_WORDS = st.text(max_size=8)
_FILTERS = st.builds(
    Wanted,
    equal=st.dictionaries(
        st.sampled_from(["status", "field", "kind", "district"]), st.frozensets(_WORDS, min_size=1), max_size=3
    ),
    topic=st.none() | st.text(min_size=1),
    workshop=st.none() | st.integers(0, 9),
    at_most=st.none() | st.floats(0, 1),
    since=st.none() | st.dates(date(2020, 1, 1)),
    words=_WORDS,
    within=st.frozensets(_WORDS.filter(bool), max_size=2),
)


@given(_FILTERS)
def test_a_filter_that_is_kept_is_the_one_that_was_set(wanted: Wanted) -> None:
    again = asked.wanted_of(asked.plain(wanted))
    assert again == wanted
    assert again.equal == wanted.equal
    assert asked.key_of(asked.plain(again)) == asked.key_of(asked.plain(wanted))


@given(st.lists(st.integers(1, 50), unique=True).map(sorted))
def test_ids_come_back(ids: list[int]) -> None:
    assert snapshots.unpacked(snapshots.packed(ids)) == ids
    assert all(after > before for before, after in pairwise(snapshots.unpacked(snapshots.packed(ids))))


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 40), max_size=8))
def test_nobody_can_be_worked_out_from_the_total(cells: dict[str, int]) -> None:
    shown = hidden(cells)
    assert shown.keys() == cells.keys()
    assert all(number is None or number == 0 or number >= LEAST for number in shown.values())
    secret = [cells[name] for name, number in shown.items() if number is None]
    left = [number for number in shown.values() if number]
    # Either enough is hidden together, or there is nothing left to hide it with.
    assert not secret or not left or (len(secret) > 1 and sum(secret) >= 2 * LEAST)


def test_who_lives_where_is_counted_by_person_and_hidden_when_few(connection: Connection, now: datetime) -> None:
    numbers = fill(connection, 30, now)
    for place in range(12):
        district = "Barmen" if place < 9 else "Ronsdorf"
        author(connection, numbers[2 * place : 2 * place + 2], now, district=district, perspective="citizen")
    tables = snapshots.take(connection, Wanted(), now=now).figures.tables
    assert sorted(name for name, _ in tables["lives_district"]) == ["Barmen", "Ronsdorf"]
    assert [number for _, number in tables["lives_district"]] == [None, None]
    assert sorted(tables["perspective"]) == [["citizen", 24], ["none", 6]]
