"""Which status what has."""

from __future__ import annotations

from itertools import product

import pytest
from tests.requirements import requirement

from ocpp21 import ConnectorStatusEnumType as S
from ocppref.station.availability.status import of_connector, of_evse, of_station


@requirement("G01.FR.01")
@pytest.mark.parametrize(
    ("faulted", "usable", "reserved", "occupied"), list(product((False, True), repeat=4))
)
def test_of_a_connector(faulted: bool, usable: bool, reserved: bool, occupied: bool) -> None:
    found = of_connector(faulted=faulted, usable=usable, reserved=reserved, occupied=occupied)
    if faulted:
        assert found is S.FAULTED
    elif not usable:
        assert found is S.UNAVAILABLE
    elif reserved:
        assert found is S.RESERVED  # G01.FR.09
    else:
        assert found is (S.OCCUPIED if occupied else S.AVAILABLE)


@pytest.mark.parametrize(
    ("connectors", "expected"),
    [
        ([S.AVAILABLE, S.AVAILABLE], S.AVAILABLE),
        ([S.AVAILABLE, S.OCCUPIED], S.OCCUPIED),
        ([S.RESERVED, S.RESERVED], S.RESERVED),
        ([S.UNAVAILABLE, S.AVAILABLE], S.AVAILABLE),
        ([S.UNAVAILABLE, S.UNAVAILABLE], S.UNAVAILABLE),
        ([S.FAULTED, S.FAULTED], S.FAULTED),
    ],
)
def test_of_an_evse_only_one_connector_can_be_used(connectors: list[S], expected: S) -> None:
    assert of_evse(connectors) is expected


@pytest.mark.parametrize(
    ("evses", "expected"),
    [
        ([S.OCCUPIED, S.AVAILABLE], S.AVAILABLE),
        ([S.OCCUPIED, S.FAULTED], S.OCCUPIED),
        ([S.UNAVAILABLE, S.FAULTED], S.UNAVAILABLE),
        ([S.FAULTED], S.FAULTED),
    ],
)
def test_of_a_station_the_best_part_counts(evses: list[S], expected: S) -> None:
    assert of_station(evses) is expected
