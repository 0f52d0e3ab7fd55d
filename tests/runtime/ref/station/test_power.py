"""The power of an EVSE as a variable."""

from __future__ import annotations

import asyncio

from tests.runtime.ref.station.models import get, set_
from tests.runtime.ref.station.plant import site

from ocpp21 import AttributeEnumType
from ocppj.testing import in_virtual_time
from ocppref.station.config import EvseConfig
from ocppref.station.device_model import variables
from ocppref.station.device_model.model import Change
from ocppref.station.hardware import Flow

ONE = EvseConfig(1, max_power=11_040.0)
ACTUAL = AttributeEnumType.ACTUAL
POWER = variables.EVSE_POWER.at(evse=1).key
MAX_SET = AttributeEnumType.MAX_SET


@in_virtual_time
async def test_it_is_what_flows_and_changes_are_told() -> None:
    async with site(ONE) as the, the.running() as plant:
        told: list[tuple[str, str]] = []

        def note(change: Change) -> None:
            if (change.key, change.attribute) == (POWER, ACTUAL):
                told.append((change.old, change.new))

        plant.model.changed.connect(note)
        plant.hardware.plug(1)
        plant.hardware.evses[1].permit()
        assert get(plant.model, POWER).attribute_value == "11040"
        plant.hardware.drive_ev(1, 5_000.5)
        plant.hardware.drive_ev(1, 5_000.5)
        plant.hardware.unplug(1)
        assert told == [("0", "11040"), ("11040", "5000.5"), ("5000.5", "0")]


@in_virtual_time
async def test_its_target_is_what_is_offered() -> None:
    async with site(ONE) as the, the.running() as plant:
        target = AttributeEnumType.TARGET
        assert get(plant.model, POWER, target).attribute_value == "0"
        plant.hardware.plug(1)
        plant.hardware.evses[1].permit(7_000.0)
        plant.hardware.drive_ev(1, 2_000.0)
        assert get(plant.model, POWER, target).attribute_value == "7000"
        plant.hardware.evses[1].forbid()
        assert get(plant.model, POWER, target).attribute_value == "0"


@in_virtual_time
async def test_it_falls_with_the_curve_of_a_battery() -> None:
    async with site(EvseConfig(1, max_power=100_000.0, dc=True)) as the, the.running() as plant:
        plant.hardware.plug(1)
        plant.hardware.evses[1].permit()
        await asyncio.sleep(1500)
        assert plant.model[variables.EVSE_POWER.at(evse=1)] < 100_000.0


@in_virtual_time
async def test_an_operator_can_limit_it() -> None:
    async with site(ONE) as the, the.running() as plant:
        plant.hardware.plug(1)
        plant.hardware.evses[1].permit()
        set_(plant.model, POWER, "6900", MAX_SET)
        assert plant.hardware.evses[1].power == 6_900.0
        set_(plant.model, POWER, "0", MAX_SET)
        assert plant.hardware.evses[1].flow is Flow.SUSPENDED_EVSE


@in_virtual_time
async def test_the_limit_survives_a_reboot() -> None:
    async with site(ONE) as the:
        async with the.running() as plant:
            set_(plant.model, POWER, "6900", MAX_SET)
        async with the.running() as plant:
            plant.hardware.plug(1)
            plant.hardware.evses[1].permit()
            assert plant.hardware.evses[1].power == 6_900.0
