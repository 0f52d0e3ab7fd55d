"""Event streams that pile up."""

from __future__ import annotations

import pytest

from ocpp21 import PeriodicEventStreamParamsType
from ocppref.csms.domain.streams import faster, is_growing


@pytest.mark.parametrize(
    ("pending", "grows"),
    [([1, 2, 3], True), ([1, 2], False), ([1, 2, 2], False), ([9, 0, 1, 2], True), ([], False)],
)
def test_it_grows_when_it_rises_each_time(pending: list[int], grows: bool) -> None:
    assert is_growing(pending) is grows


def test_messages_come_twice_as_often_and_then_with_twice_as_much() -> None:
    made = faster(PeriodicEventStreamParamsType(interval=3, values=4))
    assert made == PeriodicEventStreamParamsType(interval=1, values=4)
    assert made is not None
    assert faster(made) == PeriodicEventStreamParamsType(interval=1, values=8)
    assert faster(PeriodicEventStreamParamsType(interval=1)) is None
