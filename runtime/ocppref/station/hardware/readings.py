"""What the meters measure at a moment, in OCPP's words."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from ocpp21 import LocationEnumType, MeasurandEnumType, PhaseEnumType
from ocppref.station.hardware.electrical import DC_EMPTY, DC_FULL, FREQUENCY, VOLTAGE
from ocppref.station.hardware.evse import Evse

RESOLUTION = 10
"""Of an energy register: tenths of a Wh."""
OVER_THE_LINES = (PhaseEnumType.L1, PhaseEnumType.L2, PhaseEnumType.L3)
TO_NEUTRAL = (PhaseEnumType.L1_N, PhaseEnumType.L2_N, PhaseEnumType.L3_N)


class Reading(NamedTuple):
    """One value in one of OCPP's standard units. Without a phase it is the overall value."""

    measurand: MeasurandEnumType
    value: float
    unit: str
    phase: PhaseEnumType | None = None
    location: LocationEnumType = LocationEnumType.OUTLET


def read_evse(evse: Evse, measurand: MeasurandEnumType) -> list[Reading]:
    """What the meter of an EVSE says, in all phases. Nothing if it does not measure that."""
    read = _AT_EVSE.get(measurand)
    return [] if read is None else read(evse, measurand)


def read_main(evses: Iterable[Evse], measurand: MeasurandEnumType) -> list[Reading]:
    """What the main meter says, which is between the grid and all EVSEs. It has no own losses."""
    read = _AT_INLET.get(measurand)
    if read is None:
        return []
    found = read(list(evses), measurand)
    return [each._replace(location=LocationEnumType.INLET) for each in found]


def show_register(energy: float) -> float:
    """An energy as a register shows it: what has not come to a tenth of a Wh is not shown yet."""
    return math.floor(energy * RESOLUTION + 1e-6) / RESOLUTION


def _energy(evse: Evse, measurand: MeasurandEnumType) -> list[Reading]:
    return _registers(measurand, evse.energy, () if evse.config.dc else evse.registers)


def _registers(
    measurand: MeasurandEnumType, total: float, lines: tuple[float, ...]
) -> list[Reading]:
    overall = Reading(measurand, show_register(total), "Wh")
    if len(lines) < 2:
        return [overall]
    return [overall, *_by_line(measurand, [show_register(each) for each in lines], "Wh")]


def _power(evse: Evse, measurand: MeasurandEnumType) -> list[Reading]:
    power = evse.power
    if evse.config.dc:
        return [Reading(measurand, round(power, 1), "W")]
    return _powers(measurand, power, _spread(power, evse))


def _powers(measurand: MeasurandEnumType, total: float, lines: list[float]) -> list[Reading]:
    overall = Reading(measurand, round(total, 1), "W")
    if len(lines) < 2:
        return [overall]
    return [overall, *_by_line(measurand, [round(each, 1) for each in lines], "W")]


def _current(evse: Evse, measurand: MeasurandEnumType) -> list[Reading]:
    if evse.config.dc:
        return [Reading(measurand, round(evse.power / _dc_voltage(evse), 2), "A")]
    lines = [round(each / VOLTAGE, 2) for each in _spread(evse.power, evse)]
    return _by_line(measurand, lines, "A")


def _offered_current(evse: Evse, measurand: MeasurandEnumType) -> list[Reading]:
    volts = _dc_voltage(evse) if evse.config.dc else VOLTAGE * evse.config.phases
    return [Reading(measurand, round(evse.offered / volts, 2), "A")]


def _offered_power(evse: Evse, measurand: MeasurandEnumType) -> list[Reading]:
    return [Reading(measurand, round(evse.offered, 1), "W")]


def _voltage(evse: Evse, measurand: MeasurandEnumType) -> list[Reading]:
    if evse.config.dc:
        return [Reading(measurand, round(_dc_voltage(evse), 1) if evse.plugged else 0.0, "V")]
    return _by_line(measurand, [VOLTAGE] * evse.config.phases, "V", TO_NEUTRAL)


def _frequency(evse: Evse, measurand: MeasurandEnumType) -> list[Reading]:
    return [] if evse.config.dc else [Reading(measurand, FREQUENCY, "Hz")]


def _factor(evse: Evse, measurand: MeasurandEnumType) -> list[Reading]:
    return [] if evse.config.dc else [Reading(measurand, 1.0, "")]


def _soc(evse: Evse, measurand: MeasurandEnumType) -> list[Reading]:
    soc = evse.soc
    if soc is None:
        return []
    return [Reading(measurand, round(soc, 1), "Percent", location=LocationEnumType.EV)]


def _main_energy(evses: list[Evse], measurand: MeasurandEnumType) -> list[Reading]:
    lines = [0.0] * _inlet_lines(evses)
    for evse in evses:
        for line, energy in enumerate(_over_inlet(evse, evse.registers, len(lines))):
            lines[line] += energy
    return _registers(measurand, math.fsum(each.energy for each in evses), tuple(lines))


def _main_lines(evses: list[Evse]) -> list[float]:
    lines = [0.0] * _inlet_lines(evses)
    for evse in evses:
        parts = (evse.power,) if evse.config.dc else tuple(_spread(evse.power, evse))
        for line, power in enumerate(_over_inlet(evse, parts, len(lines))):
            lines[line] += power
    return lines


def _main_power(evses: list[Evse], measurand: MeasurandEnumType) -> list[Reading]:
    lines = _main_lines(evses)
    return _powers(measurand, math.fsum(lines), lines)


def _main_current(evses: list[Evse], measurand: MeasurandEnumType) -> list[Reading]:
    lines = [round(each / VOLTAGE, 2) for each in _main_lines(evses)]
    return _by_line(measurand, lines, "A")


def _main_voltage(evses: list[Evse], measurand: MeasurandEnumType) -> list[Reading]:
    return _by_line(measurand, [VOLTAGE] * _inlet_lines(evses), "V", TO_NEUTRAL)


def _main_frequency(evses: list[Evse], measurand: MeasurandEnumType) -> list[Reading]:
    return [Reading(measurand, FREQUENCY, "Hz")]


def _inlet_lines(evses: list[Evse]) -> int:
    return max(each.config.phases for each in evses)


def _over_inlet(evse: Evse, parts: tuple[float, ...], lines: int) -> list[float]:
    """What one EVSE takes from each line of the grid, the first ones first (J01.FR.11).

    Direct current is made of all of them.
    """
    if evse.config.dc:
        return [parts[0] / lines] * lines
    return list(parts)


def _dc_voltage(evse: Evse) -> float:
    soc = evse.soc
    return DC_EMPTY + (DC_FULL - DC_EMPTY) * (0.0 if soc is None else soc / 100.0)


def _spread(power: float, evse: Evse) -> list[float]:
    """What each line of an AC EVSE carries: the load is balanced."""
    used = evse.phases_used
    return [power / used if line < used else 0.0 for line in range(evse.config.phases)]


def _by_line(
    measurand: MeasurandEnumType,
    values: list[float],
    unit: str,
    phases: tuple[PhaseEnumType, ...] = OVER_THE_LINES,
) -> list[Reading]:
    return [
        Reading(measurand, value, unit, phase) for value, phase in zip(values, phases, strict=False)
    ]


_Read = Callable[[Evse, MeasurandEnumType], list[Reading]]
_ReadMain = Callable[[list[Evse], MeasurandEnumType], list[Reading]]

_M = MeasurandEnumType
_AT_EVSE: Mapping[MeasurandEnumType, _Read] = {
    _M.ENERGY_ACTIVE_IMPORT_REGISTER: _energy,
    _M.POWER_ACTIVE_IMPORT: _power,
    _M.CURRENT_IMPORT: _current,
    _M.VOLTAGE: _voltage,
    _M.FREQUENCY: _frequency,
    _M.POWER_FACTOR: _factor,
    _M.POWER_OFFERED: _offered_power,
    _M.POWER_IMPORT_OFFERED: _offered_power,
    _M.CURRENT_OFFERED: _offered_current,
    _M.CURRENT_IMPORT_OFFERED: _offered_current,
    _M.SOC: _soc,
}
_AT_INLET: Mapping[MeasurandEnumType, _ReadMain] = {
    _M.ENERGY_ACTIVE_IMPORT_REGISTER: _main_energy,
    _M.POWER_ACTIVE_IMPORT: _main_power,
    _M.CURRENT_IMPORT: _main_current,
    _M.VOLTAGE: _main_voltage,
    _M.FREQUENCY: _main_frequency,
}

MEASURANDS: tuple[MeasurandEnumType, ...] = tuple(_AT_EVSE)
"""What the meters of this model can measure."""
