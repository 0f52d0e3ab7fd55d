"""From what meters measure to OCPP's MeterValues."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple, TypeAlias

from ocpp21 import (
    LocationEnumType,
    MeasurandEnumType,
    MeterValueType,
    ReadingContextEnumType,
    SampledValueType,
    SignedMeterValueType,
    UnitOfMeasureType,
)
from ocppref.station.hardware import Hardware, Reading

REGISTER = MeasurandEnumType.ENERGY_ACTIVE_IMPORT_REGISTER
INTERVAL = MeasurandEnumType.ENERGY_ACTIVE_IMPORT_INTERVAL

Sign: TypeAlias = Callable[["Measurement"], SignedMeterValueType]
"""Signs the register value of a measurement."""


class Measurement(NamedTuple):
    """What a signature is about: a register's value in Wh, when and why it was read."""

    evse_id: int
    energy: float
    taken: datetime
    context: ReadingContextEnumType


class Measuring:
    """Reads the meters of a station.

    Energy.Active.Import.Interval is what was imported since the reading before in the same series.
    """

    __slots__ = ("_before", "_hardware")

    def __init__(self, hardware: Hardware) -> None:
        self._hardware = hardware
        self._before: dict[tuple[int, str], float] = {}

    def begin_series(self, evse_id: int, series: str) -> None:
        """Let the first interval of a series begin now."""
        self._before[evse_id, series] = self._energy(evse_id)

    def read(
        self,
        evse_id: int,
        measurands: Iterable[str],
        context: ReadingContextEnumType,
        taken: datetime,
        *,
        series: str = "",
        without_phases: bool = True,
        sign: Sign | None = None,
    ) -> MeterValueType | None:
        """One MeterValue; None if nothing of that is measured there.

        `without_phases` leaves registers of single phases out. `sign` signs the register value.
        """
        found = [
            reading
            for name in measurands
            for reading in self._readings(evse_id, MeasurandEnumType(name), series)
            if not (without_phases and reading.phase and reading.measurand is REGISTER)
        ]
        if not found:
            return None
        values = [_to_sampled_value(reading, context) for reading in found]
        if sign is not None:
            _sign_register(values, evse_id, taken, sign)
        return MeterValueType(timestamp=taken, sampled_value=values)

    def _readings(self, evse_id: int, measurand: MeasurandEnumType, series: str) -> list[Reading]:
        if measurand is not INTERVAL:
            return self._hardware.read(evse_id, measurand)
        now = self._energy(evse_id)
        before = self._before.get((evse_id, series), now)
        self._before[evse_id, series] = now
        location = LocationEnumType.OUTLET if evse_id else LocationEnumType.INLET
        return [Reading(INTERVAL, round(now - before, 1), "Wh", location=location)]

    def _energy(self, evse_id: int) -> float:
        return self._hardware.read(evse_id, REGISTER)[0].value


def _to_sampled_value(reading: Reading, context: ReadingContextEnumType) -> SampledValueType:
    unit = UnitOfMeasureType(unit=reading.unit) if reading.unit else None
    return SampledValueType(
        value=reading.value,
        measurand=reading.measurand,
        context=context,
        phase=reading.phase,
        location=reading.location,
        unit_of_measure=unit,
    )


def _sign_register(
    values: list[SampledValueType], evse_id: int, taken: datetime, sign: Sign
) -> None:
    """The meter signs its register, and nothing else."""
    for value in values:
        if value.measurand is REGISTER and value.phase is None:
            measurement = Measurement(evse_id, value.value, taken, value.context)
            value.signed_meter_value = sign(measurement)
