"""The waits between attempts (OCPP 2.1 Part 4, 5.4)."""

from __future__ import annotations

import pytest

from ocppj.backoff import Backoff
from ocppj.errors import OCPPUsageError


def test_the_wait_doubles_as_often_as_it_may_and_stays() -> None:
    backoff = Backoff(wait_minimum=10, random_range=0, repeat_times=3)
    assert [backoff.wait(number, lambda: 0.5) for number in range(6)] == [10, 20, 40, 80, 80, 80]


def test_each_wait_has_a_fresh_random_part_that_is_not_doubled() -> None:
    draws = iter([0.0, 0.5, 0.75, 0.25])
    backoff = Backoff(wait_minimum=10, random_range=4, repeat_times=1)
    assert [backoff.wait(number, lambda: next(draws)) for number in range(4)] == [10, 22, 23, 21]


def test_without_repetitions_it_never_doubles() -> None:
    backoff = Backoff(wait_minimum=10, random_range=0, repeat_times=0)
    assert backoff.wait(7, lambda: 0.9) == 10


def test_it_never_gets_too_long_to_be_a_number() -> None:
    backoff = Backoff(wait_minimum=0, random_range=0, repeat_times=10_000)
    assert backoff.wait(5_000, lambda: 0.5) == 0
    assert Backoff(1, 0, 10_000).wait(5_000, lambda: 0.5) > 100 * 365 * 24 * 3600


@pytest.mark.parametrize("name", ["wait_minimum", "random_range", "repeat_times"])
def test_negative_numbers_are_refused(name: str) -> None:
    with pytest.raises(OCPPUsageError, match="negative"):
        Backoff(**{name: -1})
