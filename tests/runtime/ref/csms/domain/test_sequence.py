"""Sequence numbers as ranges, against sets."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from ocppref.csms.domain import sequence
from ocppref.csms.domain.sequence import NOTHING, Ranges

_NUMBERS = st.lists(st.integers(0, 40))


def _ranges(numbers: list[int]) -> Ranges:
    ranges = NOTHING
    for number in numbers:
        ranges = sequence.add(ranges, number)
    return ranges


@given(_NUMBERS)
def test_ranges_hold_what_a_set_holds(numbers: list[int]) -> None:
    ranges, wanted = _ranges(numbers), set(numbers)
    assert {n for n in range(50) if sequence.contains(ranges, n)} == wanted
    assert [n for first, last in ranges for n in range(first, last + 1)] == sorted(wanted)
    assert all(one[1] + 1 < other[0] for one, other in itertools.pairwise(ranges))
    assert sequence.highest(ranges) == max(wanted, default=None)


@given(_NUMBERS, st.integers(0, 40), st.integers(0, 40), st.integers(1, 50))
def test_what_is_missing_is_what_a_set_has_not(
    numbers: list[int], one: int, other: int, most: int
) -> None:
    first, last = sorted((one, other))
    inside = [n for n in numbers if first <= n <= last]
    wanted = [n for n in range(first, last + 1) if n not in inside] if inside else []
    assert sequence.missing(_ranges(inside), first, last, most) == wanted[:most]


def test_the_ends_of_what_is_there_are_the_ends_where_no_others_are_known() -> None:
    ranges = _ranges([3, 5, 8])
    assert sequence.missing(ranges, None, None, 10) == [4, 6, 7]
    assert sequence.missing(ranges, 2, None, 10) == [2, 4, 6, 7]


def test_a_number_far_away_costs_nothing() -> None:
    ranges = _ranges([0, 2**62])
    assert sequence.missing(ranges, 0, 2**62, 3) == [1, 2, 3]
