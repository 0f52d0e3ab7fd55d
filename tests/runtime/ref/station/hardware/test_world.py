"""What people and cars do to a station."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.hardware.worlds import AC, DC, SOCKET, TWIN, World

from ocpp21 import IdTokenType, MeasurandEnumType
from ocppj.testing import in_virtual_time
from ocppref.station.config import EvseConfig
from ocppref.station.hardware import Flow, Hardware, Impossible, Presented

HOUR = 3600.0
TOKEN = IdTokenType(id_token="04A1B2", type="ISO14443")


class TestCable:
    def test_plugging_in_is_told(self) -> None:
        world = World()
        world.hardware.plug(1)
        assert world.told == [("bay", True), ("plugged", 1), Flow.CONNECTED]
        assert world.evse.plugged is world.connector

    def test_unplugging_is_told_before_the_flow_changes(self) -> None:
        world = World()
        world.hardware.plug(1)
        world.evse.permit()
        world.told.clear()
        world.hardware.unplug(1)
        assert world.told == [("unplugged", 1), Flow.NO_EV, ("bay", False)]
        assert not world.evse.permitted

    def test_a_car_may_stand_in_the_bay_before_it_is_plugged_in(self) -> None:
        world = World()
        world.hardware.park(1)
        world.hardware.plug(1)
        assert world.told == [("bay", True), ("plugged", 1), Flow.CONNECTED]
        with pytest.raises(Impossible, match="plugged in"):
            world.hardware.depart(1)
        world.hardware.unplug(1)
        with pytest.raises(Impossible, match="is empty"):
            world.hardware.depart(1)
        world.hardware.park(1)
        world.hardware.depart(1)
        assert not world.evse.bay_occupied

    def test_a_loose_cable_stays_in_a_locked_socket(self) -> None:
        world = World(SOCKET)
        world.hardware.plug(1)
        assert world.evse.permit()
        assert world.connector.locked
        world.hardware.unplug(1)
        assert world.evse.plugged is None
        assert world.connector.occupied
        world.told.clear()
        assert world.evse.unlock()
        assert world.told == [("released", 1)]
        assert not world.connector.occupied

    def test_a_captive_cable_is_free_at_once(self) -> None:
        world = World()
        world.hardware.plug(1)
        world.evse.permit()
        world.hardware.unplug(1)
        assert not world.connector.occupied and not world.connector.locked


@pytest.mark.parametrize(
    ("doing", "why"),
    [
        (lambda it: it.plug(7), "no EVSE 7"),
        (lambda it: it.plug(1, 3), "no connector 3 of EVSE 1"),
        (lambda it: it.unplug(1), "no EV at EVSE 1"),
        (lambda it: (it.plug(1), it.plug(1)), "connector 1 of EVSE 1 is occupied"),
        (lambda it: (it.plug(1), it.plug(1, 2)), "connector 1 of EVSE 1 is occupied"),
        (lambda it: (it.plug(1), it.unplug(1, 2)), "no EV at connector 2 of EVSE 1"),
        (lambda it: it.drive_ev(1, 1_000.0), "no EV at EVSE 1"),
        (lambda it: (it.plug(1), it.drive_ev(1, -1.0)), "cannot take -1 W"),
        (lambda it: (it.plug(1), it.drive_ev(1, float("nan"))), "cannot take nan W"),
        (lambda it: (it.plug(1), it.drive_ev(1, 1.0, 101.0)), "101 % is not possible"),
        (lambda it: it.present(TOKEN, 9), "no EVSE 9"),
        (lambda it: (it.power_off(), it.present(TOKEN)), "no power"),
        (lambda it: it.fault(9, True), "no EVSE 9"),
        (lambda it: (it.park(1), it.park(1)), "is occupied"),
    ],
)
def test_what_cannot_be_says_why(doing: Callable[[Hardware], object], why: str) -> None:
    world = World(TWIN)
    with pytest.raises(Impossible, match=why):
        doing(world.hardware)


def test_a_token_is_told_with_its_reader() -> None:
    world, presented = World(), list[Presented]()
    world.hardware.presented.connect(presented.append)
    world.hardware.present(TOKEN, 1)
    world.hardware.present(TOKEN)
    assert presented == [(TOKEN, 1), (TOKEN, None)]


class TestPower:
    @in_virtual_time
    async def test_flows_only_where_it_is_permitted(self) -> None:
        world = World()
        world.hardware.plug(1)
        await world.clock.turn(HOUR)
        assert world.evse.energy == 0.0
        assert world.evse.permit()
        await world.clock.turn(HOUR)
        world.evse.forbid()
        await world.clock.turn(HOUR)
        assert world.evse.energy == 11_040.0
        assert world.told[-2:] == [Flow.CHARGING, Flow.CONNECTED]

    @in_virtual_time
    async def test_is_what_the_car_takes(self) -> None:
        world = World()
        world.hardware.plug(1)
        world.evse.permit()
        world.hardware.drive_ev(1, 3_600.0)
        await world.clock.turn(HOUR)
        assert world.evse.power == 3_600.0
        assert world.evse.energy == 3_600.0

    def test_of_a_car_that_takes_none_is_suspended_by_it(self) -> None:
        world = World()
        world.hardware.plug(1)
        world.evse.permit()
        world.hardware.drive_ev(1, 0.0)
        world.hardware.drive_ev(1, 5_000.0)
        assert world.told[-3:] == [Flow.CHARGING, Flow.SUSPENDED_EV, Flow.CHARGING]

    @pytest.mark.parametrize("limit", [0.0, 4_000.0])
    def test_below_six_amperes_a_line_is_none_on_ac(self, limit: float) -> None:
        world = World()
        world.hardware.plug(1)
        world.evse.permit(limit)
        assert world.evse.flow is Flow.SUSPENDED_EVSE
        assert world.evse.offered == 0.0

    def test_keeps_to_the_limit(self) -> None:
        world = World()
        world.hardware.plug(1)
        world.evse.permit(6_900.0)
        assert world.evse.power == 6_900.0
        world.evse.permit(None)
        assert world.evse.power == 11_040.0
        world.evse.ceiling = 5_000.0
        world.evse.settle()
        assert world.evse.power == 5_000.0

    @in_virtual_time
    async def test_ends_when_the_battery_is_full(self) -> None:
        world = World()
        world.hardware.plug(1)
        world.evse.permit()
        world.hardware.drive_ev(1, 11_040.0, soc=90.0)
        await world.clock.turn(HOUR)
        assert world.evse.flow is Flow.SUSPENDED_EV
        assert world.evse.soc == 100.0
        assert world.evse.energy == pytest.approx(6_000.0)
        assert world.clock.pending == []

    @in_virtual_time
    async def test_falls_along_a_batterys_curve_on_dc(self) -> None:
        world = World(DC)
        world.hardware.plug(1)
        world.evse.permit()
        assert world.evse.power == 150_000.0
        assert world.evse.soc == pytest.approx(20.0)
        due = world.evse.time_to_soc(90.0)
        assert due is not None
        await world.clock.turn(due)
        assert world.evse.soc == pytest.approx(90.0)
        assert world.evse.energy == pytest.approx(0.7 * 60_000.0)
        assert 15_000.0 < world.evse.power < 150_000.0
        await world.clock.turn(2 * HOUR)
        assert world.evse.flow is Flow.SUSPENDED_EV
        assert world.evse.energy == pytest.approx(0.8 * 60_000.0)

    @in_virtual_time
    async def test_a_change_in_the_middle_of_the_curve_loses_nothing(self) -> None:
        world = World(DC)
        world.hardware.plug(1)
        world.evse.permit()
        for minute in range(1, 40):
            await world.clock.turn(60)
            world.hardware.drive_ev(1, 150_000.0 if minute % 2 else 120_000.0)
            before = world.evse.soc
            assert before is not None
        await world.clock.turn(2 * HOUR)
        assert world.evse.energy == pytest.approx(0.8 * 60_000.0)

    @in_virtual_time
    async def test_tells_when_so_much_energy_will_have_flowed(self) -> None:
        world = World()
        world.hardware.plug(1)
        world.evse.permit()
        due = world.evse.time_to_energy(1_000.0)
        assert due is not None
        await world.clock.turn(due)
        assert world.evse.energy == pytest.approx(1_000.0)


class TestFaults:
    @in_virtual_time
    async def test_no_power_flows_through_one(self) -> None:
        world = World()
        world.hardware.plug(1)
        world.evse.permit()
        world.told.clear()
        world.hardware.fault(1, True, "GroundFailure")
        await world.clock.turn(HOUR)
        assert world.told == [("fault", "GroundFailure"), Flow.SUSPENDED_EVSE]
        assert world.evse.energy == 0.0
        world.hardware.fault(1, False)
        assert world.told[2:] == [("fault", None), Flow.CHARGING]

    def test_the_same_again_is_no_news(self) -> None:
        world = World()
        world.hardware.fault(1, False)
        world.hardware.fault(1, True)
        world.hardware.fault(1, True)
        assert world.told == [("fault", "Fault")]

    @requirement("G05.FR.01")
    def test_no_power_flows_where_the_lock_fails(self) -> None:
        world = World()
        world.hardware.fault(1, True, "ConnectorPlugRetentionLock")
        world.hardware.plug(1)
        world.told.clear()
        assert not world.evse.permit()
        assert world.told == [("problem", True)]
        assert world.evse.flow is Flow.CONNECTED
        assert world.evse.power == 0.0
        world.hardware.fault(1, False, "ConnectorPlugRetentionLock")
        assert world.told == [("problem", True), ("problem", False)]
        assert world.evse.permit()
        assert world.evse.flow is Flow.CHARGING

    def test_a_jammed_lock_does_not_open(self) -> None:
        world = World(SOCKET)
        world.hardware.plug(1)
        world.evse.permit()
        world.hardware.fault(1, True, "ConnectorPlugRetentionLock")
        assert not world.evse.unlock(1)
        assert world.connector.locked


class TestPowerCut:
    @in_virtual_time
    async def test_opens_the_contactors_and_loses_no_energy(self) -> None:
        world = World()
        world.hardware.plug(1)
        world.evse.permit()
        await world.clock.turn(HOUR)
        world.hardware.power_off()
        await world.clock.turn(HOUR)
        world.hardware.power_on()
        assert world.evse.energy == 11_040.0
        assert world.evse.flow is Flow.CONNECTED
        assert world.clock.pending == []

    @pytest.mark.parametrize("evse", [AC, DC, SOCKET, TWIN])
    @in_virtual_time
    async def test_all_is_as_it_was_after_a_kill(self, evse: EvseConfig) -> None:
        world = World(evse)
        world.hardware.plug(1)
        world.evse.permit()
        world.hardware.drive_ev(1, 5_000.0, soc=33.0)
        await world.clock.turn(600)
        world.hardware.save(1)
        again = world.again()
        assert again.evse.energy == world.evse.energy
        assert again.evse.registers == world.evse.registers
        assert again.evse.soc == world.evse.soc
        assert again.evse.plugged is again.connector
        assert again.connector.locked
        assert again.evse.flow is Flow.CONNECTED
        assert again.evse.permit()
        assert again.evse.power == world.evse.power

    def test_faults_and_cars_in_the_bay_survive(self) -> None:
        world = World()
        world.hardware.park(1)
        world.hardware.fault(1, True, "OverTemperature")
        again = world.again()
        assert again.evse.bay_occupied
        assert again.evse.fault == "OverTemperature"

    def test_the_last_change_is_kept_or_what_follows_from_it_is_not(self) -> None:
        world = World()

        def fail(_: object) -> None:
            raise RuntimeError("the software has a fault")

        world.hardware.plugged.connect(fail)
        with pytest.raises(RuntimeError):
            world.hardware.plug(1)
        assert world.again().evse.plugged is None


def test_the_main_meter_counts_what_all_evses_do() -> None:
    world = World(AC, EvseConfig(2, phases=1, max_power=3_680.0))
    for evse_id in (1, 2):
        world.hardware.plug(evse_id)
        world.hardware.evses[evse_id].permit()
    total, *lines = world.hardware.read(0, MeasurandEnumType.POWER_ACTIVE_IMPORT)
    assert total.value == 11_040.0 + 3_680.0
    assert [line.value for line in lines] == [3_680.0 + 3_680.0, 3_680.0, 3_680.0]
