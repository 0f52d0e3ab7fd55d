"""The samples that wait for the end of a transaction."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from tests.requirements import requirement

from ocpp21 import MeterValueType, ReadingContextEnumType, SampledValueType
from ocppref.station.metering.series import MOST_VALUES, Series
from ocppref.station.store import MemoryStore

C = ReadingContextEnumType
START = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)


def sample(number: int, values: int = 1, context: C = C.SAMPLE_PERIODIC) -> MeterValueType:
    value = SampledValueType(value=float(number), context=context)
    return MeterValueType(
        timestamp=START + timedelta(minutes=number), sampled_value=[value] * values
    )


def numbers(values: list[MeterValueType]) -> list[float]:
    return [each.sampled_value[0].value for each in values]


def test_survives_a_kill() -> None:
    store = MemoryStore()
    series = Series("samples", 1, store)
    for number in range(3):
        series.add(sample(number))
    again = Series("samples", 1, store)
    again.load()
    again.add(sample(3))
    other = Series("samples", 11, store)
    other.load()
    assert numbers(again.take()) == [0, 1, 2, 3]
    assert other.take() == []


def test_nothing_is_left_once_it_was_taken() -> None:
    store = MemoryStore()
    series = Series("samples", 1, store)
    series.add(sample(0))
    assert len(series.take()) == 1
    assert series.take() == []
    assert store.load("samples") == {}


@requirement("J02.FR.20")
def test_lets_every_other_one_go_where_there_are_too_many() -> None:
    store = MemoryStore()
    series = Series("samples", 1, store)
    for number in range(MOST_VALUES // 10 + 1):
        series.add(sample(number, values=10))
    again = Series("samples", 1, store)
    again.load()
    kept = numbers(series.take())
    assert kept[:4] == [0, 2, 4, 6]
    assert kept[-1] == MOST_VALUES // 10
    assert kept == numbers(again.take())


@requirement("E06.FR.12", "E06.FR.13", "J02.FR.20")
@pytest.mark.parametrize("count", [101, 199, 250, 1000])
def test_what_is_left_is_spread_evenly_over_the_whole_time(count: int) -> None:
    series = Series("samples", 1, MemoryStore())
    for number in range(count):
        series.add(sample(number, values=10))
    kept = numbers(series.take())
    assert MOST_VALUES // 20 < len(kept) <= MOST_VALUES // 10
    assert (kept[0], kept[-1]) == (0, count - 1)
    gaps = [later - earlier for earlier, later in pairwise(kept[:-1])]
    assert max(gaps) <= 2 * (count * 10 / MOST_VALUES)  # twice what would be ideal


def test_thinning_goes_on_where_an_earlier_power_on_left_it() -> None:
    store = MemoryStore()
    series = Series("samples", 1, store)
    for number in range(130):
        series.add(sample(number, values=10))
    again = Series("samples", 1, store)
    again.load()
    for number in range(130, 260):
        series.add(sample(number, values=10))
        again.add(sample(number, values=10))
    assert numbers(series.take()) == numbers(again.take())


@requirement("J02.FR.20")
def test_what_is_paid_for_is_never_left_out() -> None:
    series = Series("samples", 1, MemoryStore())
    marks = {0: C.TRANSACTION_BEGIN, 7: C.INTERRUPTION_BEGIN, 9: C.INTERRUPTION_END}
    for number in range(1000):
        series.add(sample(number, values=10, context=marks.get(number, C.SAMPLE_PERIODIC)))
    assert {0, 7, 9, 999} <= set(numbers(series.take()))
