"""The energy register, among all that stations measure."""

from __future__ import annotations

from typing import Any

import pytest
from tests.runtime.ref.csms.running import energy

from ocpp21 import MeterValueType, SampledValueType, UnitOfMeasureType
from ocppref.csms.domain.energy import read_registers


@pytest.mark.parametrize(
    ("sample", "expected"),
    [
        ({}, 5000),
        ({"unit_of_measure": UnitOfMeasureType(unit="kWh")}, 5_000_000),
        ({"unit_of_measure": UnitOfMeasureType(multiplier=3)}, 5_000_000),
        ({"unit_of_measure": UnitOfMeasureType(unit="kWh", multiplier=-3)}, 5000),
    ],
)
def test_energy_is_read_in_watt_hours(sample: dict[str, Any], expected: float) -> None:
    readings = read_registers(energy(5000, **sample))
    assert readings is not None
    assert readings.first == readings.last == pytest.approx(expected)


@pytest.mark.parametrize(
    "sample",
    [
        {"measurand": "Power.Active.Import"},
        {"phase": "L1"},
        {"unit_of_measure": UnitOfMeasureType(unit="A")},
        {"unit_of_measure": UnitOfMeasureType(multiplier=400)},
        {"unit_of_measure": UnitOfMeasureType(multiplier=10**300)},
    ],
)
def test_what_is_no_energy_register_of_the_whole_is_passed_over(sample: dict[str, Any]) -> None:
    assert read_registers(energy(5000, **sample)) is None


def test_begin_and_end_of_the_transaction_go_before_time() -> None:
    values = [
        *energy(300, 3),
        *energy(100, 5, context="Transaction.Begin"),
        *energy(200, 4),
        *energy(400, 1, context="Transaction.End"),
    ]
    readings = read_registers(values)
    assert readings == (100, 400)


def test_without_them_time_decides() -> None:
    assert read_registers([*energy(300, 3), *energy(100, 1), *energy(200, 2)]) == (100, 300)


def test_the_outlet_goes_before_other_places() -> None:
    [inlet], [outlet] = energy(999, location="Inlet"), energy(5)
    both = MeterValueType(
        timestamp=inlet.timestamp, sampled_value=[*inlet.sampled_value, *outlet.sampled_value]
    )
    assert read_registers([both]) == (5, 5)
    assert read_registers([inlet]) == (999, 999)


def test_no_value_is_no_reading() -> None:
    power = SampledValueType(value=1, measurand="Power.Active.Import")
    [value] = energy(0)
    assert read_registers([value.model_copy(update={"sampled_value": [power]})]) is None
