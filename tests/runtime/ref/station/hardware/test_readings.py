"""What meters measure, in OCPP's words."""

from __future__ import annotations

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.hardware.worlds import AC, DC, World

from ocpp21 import LocationEnumType, MeasurandEnumType, PhaseEnumType
from ocppj.testing import in_virtual_time
from ocppref.station.config import EvseConfig
from ocppref.station.hardware import MEASURANDS, Reading
from ocppref.station.hardware.readings import show_register

M = MeasurandEnumType
P = PhaseEnumType


def charging(*evses: EvseConfig) -> World:
    world = World(*evses)
    for evse in world.hardware.evses.values():
        world.hardware.plug(evse.id)
        evse.permit()
    return world


def by_phase(readings: list[Reading]) -> dict[PhaseEnumType | None, float]:
    return {each.phase: each.value for each in readings}


@requirement("J01.FR.10", "J02.FR.06")
@pytest.mark.parametrize("phases", [1, 3])
def test_an_ac_meter_has_a_voltage_a_current_and_a_power_for_each_phase(phases: int) -> None:
    world = charging(EvseConfig(1, phases=phases, max_power=3_680.0 * phases))
    read = world.hardware.read
    lines = (P.L1, P.L2, P.L3)[:phases]
    assert by_phase(read(1, M.CURRENT_IMPORT)) == dict.fromkeys(lines, 16.0)
    neutral = (P.L1_N, P.L2_N, P.L3_N)[:phases]
    assert by_phase(read(1, M.VOLTAGE)) == dict.fromkeys(neutral, 230.0)
    power = by_phase(read(1, M.POWER_ACTIVE_IMPORT))
    assert power.pop(None) == 3_680.0 * phases
    assert power == (dict.fromkeys(lines, 3_680.0) if phases > 1 else {})


@in_virtual_time
async def test_the_register_has_one_value_for_all_phases_and_one_for_each() -> None:
    world = charging(AC)
    await world.clock.turn(3600)
    readings = world.hardware.read(1, M.ENERGY_ACTIVE_IMPORT_REGISTER)
    assert by_phase(readings) == {None: 11_040.0, P.L1: 3_680.0, P.L2: 3_680.0, P.L3: 3_680.0}
    assert {each.unit for each in readings} == {"Wh"}


def test_direct_current_has_no_phases_and_tells_the_state_of_charge() -> None:
    world = charging(DC)
    read = world.hardware.read
    assert by_phase(read(1, M.VOLTAGE)) == {None: 370.0}  # 350 V and a fifth of the way to 450 V
    assert by_phase(read(1, M.CURRENT_IMPORT)) == {None: round(150_000.0 / 370.0, 2)}
    [soc] = read(1, M.SOC)
    assert soc == Reading(M.SOC, 20.0, "Percent", None, LocationEnumType.EV)
    assert read(1, M.FREQUENCY) == []


def test_a_car_that_tells_no_state_of_charge_has_none() -> None:
    assert charging(AC).hardware.read(1, M.SOC) == []


def test_what_is_offered_is_measured_whatever_the_car_takes() -> None:
    world = charging(AC)
    world.hardware.drive_ev(1, 0.0)
    read = world.hardware.read
    assert by_phase(read(1, M.POWER_OFFERED)) == {None: 11_040.0}
    assert by_phase(read(1, M.CURRENT_OFFERED)) == {None: 16.0}
    assert by_phase(read(1, M.CURRENT_IMPORT)) == {P.L1: 0.0, P.L2: 0.0, P.L3: 0.0}


@requirement("J01.FR.04", "J01.FR.09")
@in_virtual_time
async def test_the_main_meter_is_at_the_inlet_and_counts_everything() -> None:
    world = charging(AC, EvseConfig(2, max_power=30_000.0, dc=True))
    await world.clock.turn(3600)
    readings = world.hardware.read(0, M.ENERGY_ACTIVE_IMPORT_REGISTER)
    dc = world.hardware.evses[2].energy
    assert readings[0].value == show_register(11_040.0 + dc)
    assert {each.location for each in readings} == {LocationEnumType.INLET}
    assert readings[1].value == show_register((11_040.0 + dc) / 3)
    [l1, _, _] = world.hardware.read(0, M.CURRENT_IMPORT)
    power = 3_680.0 + world.hardware.evses[2].power / 3
    assert l1 == Reading(M.CURRENT_IMPORT, round(power / 230.0, 2), "A", P.L1, l1.location)


def test_the_main_meter_measures_nothing_that_is_not_at_the_inlet() -> None:
    world = charging(AC)
    for measurand in (M.SOC, M.CURRENT_OFFERED, M.POWER_OFFERED):
        assert world.hardware.read(0, measurand) == []


def test_each_measurand_of_the_list_is_measured_somewhere() -> None:
    ac, dc = charging(AC), charging(DC)
    for measurand in MEASURANDS:
        assert ac.hardware.read(1, measurand) or dc.hardware.read(1, measurand)


def test_a_register_shows_only_what_has_come_to_a_tenth_of_a_watt_hour() -> None:
    assert show_register(12.39) == 12.3
    assert show_register(0.3) == 0.3
    assert show_register(12.3999999999) == 12.4  # it is only that the sum of floats is not exact
