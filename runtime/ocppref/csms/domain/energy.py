"""The energy register in meter values (OCPP 2.1 Part 2, J and 1.30 to 1.33)."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from ocpp21 import (
    LocationEnumType,
    MeasurandEnumType,
    MeterValueType,
    ReadingContextEnumType,
    SampledValueType,
)

_UNITS = {"Wh": 1.0, "kWh": 1000.0}
_LARGEST_MULTIPLIER = 30  # beyond that it is no energy


class Readings(NamedTuple):
    """The first and the last energy register among meter values, in Wh."""

    first: float
    last: float


class _Reading(NamedTuple):
    context: ReadingContextEnumType
    timestamp: datetime
    energy: float


def read_registers(values: Iterable[MeterValueType]) -> Readings | None:
    """First and last Energy.Active.Import.Register; None if there is none.

    One that was read at the begin of the transaction is the first, and one that was read at its
    end the last; else the time decides.
    """
    readings = [reading for value in values if (reading := _register(value)) is not None]
    if not readings:
        return None
    begin, end = ReadingContextEnumType.TRANSACTION_BEGIN, ReadingContextEnumType.TRANSACTION_END
    first = min(readings, key=lambda each: (each.context != begin, each.timestamp))
    last = max(readings, key=lambda each: (each.context == end, each.timestamp))
    return Readings(first.energy, last.energy)


def _register(value: MeterValueType) -> _Reading | None:
    samples = [sample for sample in value.sampled_value if _is_total_register(sample)]
    # The outlet is what is sold; another place counts only where the outlet is not measured.
    samples.sort(key=lambda sample: sample.location != LocationEnumType.OUTLET)
    for sample in samples:
        energy = _watt_hours(sample)
        if energy is not None:
            return _Reading(sample.context, value.timestamp, energy)
    return None


def _is_total_register(sample: SampledValueType) -> bool:
    register = MeasurandEnumType.ENERGY_ACTIVE_IMPORT_REGISTER
    return sample.measurand == register and sample.phase is None


def _watt_hours(sample: SampledValueType) -> float | None:
    unit = sample.unit_of_measure
    factor = _UNITS.get(unit.unit) if unit is not None else 1.0
    multiplier = unit.multiplier if unit is not None else 0
    if factor is None or abs(multiplier) > _LARGEST_MULTIPLIER:
        return None
    energy = sample.value * factor * 10.0**multiplier
    return energy if math.isfinite(energy) else None
