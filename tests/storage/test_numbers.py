"""Public numbers are unique, can be dictated and notice a slip of the tongue."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.numbers import is_public_number, public_number, read_number

SERIALS = st.integers(0, 10**14 - 1)
FIRST = ["T-087-086-660", "T-487-009-248", "E-591-069-483"]


@given(SERIALS)
def test_every_number_is_valid_and_reads_as_itself(serial: int) -> None:
    number = public_number(serial)
    assert is_public_number(number)
    assert read_number(number.lower().replace("-", " ")) == number


@given(SERIALS, SERIALS)
def test_different_serials_have_different_numbers(one: int, other: int) -> None:
    assert (public_number(one) == public_number(other)) == (one == other)


def test_first_ones_are_unique_and_say_nothing_of_their_order() -> None:
    numbers = [public_number(serial) for serial in range(20_000)]
    assert len(set(numbers)) == 20_000
    rising = sum(one < other for one, other in itertools.pairwise(numbers))
    assert 8_000 < rising < 12_000


def test_numbers_stay_what_they_are_for_ever() -> None:
    assert [public_number(0), public_number(1), public_number(41, "E")] == FIRST


@given(SERIALS, st.data())
def test_one_wrong_digit_is_noticed(serial: int, data: st.DataObject) -> None:
    number = public_number(serial)
    place = data.draw(st.sampled_from([place for place, sign in enumerate(number) if sign.isdigit()]))
    wrong = data.draw(st.sampled_from("0123456789").filter(lambda digit: digit != number[place]))
    assert not is_public_number(number[:place] + wrong + number[place + 1 :])


@given(SERIALS, st.data())
def test_two_swapped_digits_are_noticed(serial: int, data: st.DataObject) -> None:
    digits = public_number(serial)[1:].replace("-", "")
    place = data.draw(st.integers(0, len(digits) - 2))
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert (read_number("T" + swapped) is None) == (swapped != digits)


@pytest.mark.parametrize(
    "text", ["", "T-14-09-2026", "14.09.2026", "VO/0123/26", "T-123-456-78", "482913756", "T-１２３-456-789"]
)
def test_dates_and_council_papers_are_no_numbers(text: str) -> None:
    assert not is_public_number(text)
    assert read_number(text) is None


def test_serial_below_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        public_number(-1)
