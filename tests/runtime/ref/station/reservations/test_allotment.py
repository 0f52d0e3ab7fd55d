"""Which EVSEs have to be kept free."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st
from tests.requirements import requirement

from ocppref.station.reservations.allotment import allot, can_be_met, fits, needed

A, B = frozenset({"cType2"}), frozenset({"cCCS2"})
BOTH = A | B


@dataclass(frozen=True)
class Wish:
    evse_id: int | None = None
    connector_type: str | None = None


ANY = Wish()

wishes = st.lists(
    st.builds(
        Wish,
        st.one_of(st.none(), st.integers(1, 4)),
        st.one_of(st.none(), st.sampled_from(["cType2", "cCCS2"])),
    ),
    max_size=4,
)
places = st.dictionaries(st.integers(1, 4), st.sampled_from([A, B, BOTH]), max_size=4)


@requirement("H01.FR.07", "H01.FR.20")
def test_all_are_needed_where_there_are_as_many_reservations_as_evses() -> None:
    free = {1: A, 2: A, 3: A}
    assert needed([ANY], free) == set()
    assert needed([ANY, ANY], free) == set()
    assert needed([ANY, ANY, ANY], free) == {1, 2, 3}


@requirement("H01.FR.09", "H01.FR.24")
def test_only_evses_with_the_type_count_for_one_that_asks_for_it() -> None:
    free = {1: A, 2: B, 3: BOTH}
    assert needed([Wish(connector_type="cType2")] * 2, free) == {1, 3}
    assert needed([Wish(connector_type="cCCS2")], free) == set()


def test_one_for_a_certain_evse_takes_it_from_the_others() -> None:
    free = {1: A, 2: A}
    assert needed([Wish(evse_id=1)], free) == {1}
    assert needed([Wish(evse_id=1), ANY], free) == {1, 2}


@requirement("G01.FR.09")
def test_a_cable_does_not_end_it_while_the_evse_is_needed() -> None:
    assert allot([ANY, ANY], {2: A}, {1: A}) == {1, 2}
    # With one of two gone, the EVSE with the cable is not needed any more, but the other one is.
    assert allot([ANY], {2: A}, {1: A}) == {2}


@given(wishes, places)
def test_whether_they_can_be_met_is_what_trying_everything_says(
    asked: list[Wish], free: dict[int, frozenset[str]]
) -> None:
    expected = any(
        all(fits(wish, each, free[each]) for wish, each in zip(asked, order, strict=True))
        for order in permutations(free, len(asked))
    )
    assert can_be_met(asked, free) is expected


@given(wishes, places)
def test_what_is_not_needed_can_be_given_away(
    asked: list[Wish], free: dict[int, frozenset[str]]
) -> None:
    if not can_be_met(asked, free):
        return
    for each in free.keys() - needed(asked, free):
        rest = {evse: types for evse, types in free.items() if evse != each}
        assert can_be_met(asked, rest)
