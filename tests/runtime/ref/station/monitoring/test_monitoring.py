from __future__ import annotations

import asyncio

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.handlers.contexts import Asked
from tests.runtime.ref.station.monitors import (
    LEVEL,
    POWER,
    add,
    choose,
    clear,
    events,
    monitor,
    put,
    report,
    write,
)
from tests.runtime.ref.station.stage import Stage, stage

import ocpp21
from ocppj import ErrorCode, OCPPCallError
from ocppj.testing import in_virtual_time
from ocppref.station.device_model import variables
from ocppref.station.handlers.diagnostics import MonitoringHandler
from ocppref.station.store import MemoryStore

PASSWORD = variables.BASIC_AUTH_PASSWORD


async def pause() -> None:
    """Let messages arrive."""
    await asyncio.sleep(1)


def brief(stage: Stage, number: int) -> list[tuple[str, bool]]:
    return [(event.actual_value, bool(event.cleared)) for event in events(stage, number)]


# What is told


@requirement("N07.FR.02", "N07.FR.06", "N07.FR.07", "N07.FR.16", "N07.FR.20")
@in_virtual_time
async def test_a_value_above_a_threshold_is_told_and_when_it_is_back() -> None:
    async with stage() as place:
        await place.booted()
        number = await add(place, POWER, "UpperThreshold", 5000, severity=2)
        await place.charge()
        await place.station.set_ev(1, power=0)
        await pause()
        raised, cleared = events(place, number)
        assert (raised.trigger.value, raised.severity, raised.cleared) == ("Alerting", 2, None)
        assert raised.component.evse.id == 1
        assert (raised.component.name, raised.variable.name) == ("EVSE", "Power")
        assert raised.event_notification_type.value == "CustomMonitor"
        assert float(raised.actual_value) > 5000
        assert (cleared.cleared, float(cleared.actual_value)) == (True, 0.0)
        assert {each.seq_no for each in place.tester.of("NotifyEvent")} == {0}


@requirement("N07.FR.18")
@in_virtual_time
async def test_a_change_of_a_number_counts_from_when_the_monitor_was_set() -> None:
    async with stage() as place:
        await place.booted()
        write(place, LEVEL, 100)
        number = await add(place, LEVEL, "Delta", 10)
        for value in (105, 110, 111, 115, 100):
            write(place, LEVEL, value)
        await pause()
        assert brief(place, number) == [("111", False), ("100", False)]
        assert {each.trigger.value for each in events(place, number)} == {"Delta"}


@requirement("N07.FR.10")
@in_virtual_time
async def test_the_value_of_what_can_only_be_written_is_not_told() -> None:
    store = MemoryStore()
    async with stage(store=store) as place:
        await place.booted()
        number = await add(place, PASSWORD, "Delta", 1)
        write(place, PASSWORD, "correct horse battery")
        await pause()
        assert brief(place, number) == [("", False)]
        assert "correct horse" not in str(store.load("alarms"))


@requirement("N07.FR.22")
@in_virtual_time
async def test_power_that_is_not_what_is_offered_is_off_its_target() -> None:
    async with stage() as place:
        await place.booted()
        number = await add(place, POWER, "TargetDelta", 1000)
        await place.charge()
        assert brief(place, number) == []
        await place.station.set_ev(1, power=3000)
        await pause()
        assert brief(place, number) == [("3000", False)]


@requirement("N08.FR.05", "N08.FR.06", "N08.FR.04")
@in_virtual_time
async def test_a_periodic_monitor_tells_every_so_many_seconds() -> None:
    async with stage() as place:
        await place.booted()
        place.tester.received.clear()
        number = await add(place, POWER, "Periodic", 30)
        await asyncio.sleep(95)
        assert len(events(place, number)) == 3
        first, second, _ = place.tester.times("NotifyEvent")
        assert second - first == pytest.approx(30)
        assert {each.trigger.value for each in events(place, number)} == {"Periodic"}


@requirement("N08.FR.07")
@in_virtual_time
async def test_a_clock_aligned_monitor_tells_at_round_times() -> None:
    async with stage() as place:
        await place.booted()
        number = await add(place, POWER, "PeriodicClockAligned", 900)
        await asyncio.sleep(3000)
        assert [each.timestamp.strftime("%M:%S") for each in events(place, number)] == [
            "15:00",
            "30:00",
            "45:00",
        ]


@requirement("N04.FR.11")
@in_virtual_time
async def test_a_monitor_for_transactions_sees_nothing_else() -> None:
    async with stage() as place:
        await place.booted()
        alarm = await add(place, POWER, "UpperThreshold", 1000, transaction=True)
        tick = await add(place, POWER, "Periodic", 60, transaction=True)
        await asyncio.sleep(300)
        assert events(place) == []
        await place.charge()
        await asyncio.sleep(120)
        started = place.tester.of("TransactionEvent")[0].transaction_info.transaction_id
        assert len(events(place, tick)) == 2
        assert [each.transaction_id for each in events(place, alarm)] == [started]
        await place.station.unplug(1)
        told = len(events(place))
        await asyncio.sleep(300)
        assert len(events(place)) == told


# Level, base, and whether there is any monitoring


@requirement("N05.FR.01", "N05.FR.03", "N07.FR.15")
@in_virtual_time
async def test_what_is_milder_than_the_level_is_not_told() -> None:
    async with stage() as place:
        await place.booted()
        mild = await add(place, LEVEL, "Delta", 1, severity=5)
        bad = await add(place, LEVEL, "Delta", 1, severity=4)
        request = ocpp21.SetMonitoringLevelRequest(severity=4)
        answer = await place.to_station.set_monitoring_level(request)
        assert answer.status.value == "Accepted"
        write(place, LEVEL, 50)
        await pause()
        assert (len(events(place, mild)), len(events(place, bad))) == (0, 1)


@requirement("N05.FR.02")
@in_virtual_time
async def test_a_level_that_is_none_is_rejected() -> None:
    async with stage() as place:
        await place.booted()
        request = ocpp21.SetMonitoringLevelRequest(severity=10)
        answer = await place.to_station.set_monitoring_level(request)
        assert answer.status.value == "Rejected"


@requirement("N03.FR.01", "N03.FR.03", "N03.FR.04", "N03.FR.05")
@in_virtual_time
async def test_the_base_decides_which_monitors_there_are() -> None:
    async with stage() as place:
        await place.booted()
        factory = await report(place)
        kinds = {each.event_notification_type.value for each in factory.values()}
        assert kinds == {"HardWiredMonitor", "PreconfiguredMonitor"}
        custom = await add(place, POWER, "Delta", 1)

        await choose(place, "All")
        assert set(await report(place)) == {*factory, custom}
        await choose(place, "HardWiredOnly")
        left = await report(place)
        assert {each.event_notification_type.value for each in left.values()} == {
            "HardWiredMonitor"
        }
        other = await add(place, POWER, "Delta", 1)
        await choose(place, "All")
        assert set(await report(place)) == {*factory, other}
        await choose(place, "FactoryDefault")
        assert await report(place) == factory


@requirement("N04.FR.15", "N03.FR.04", "N04.FR.12")
@in_virtual_time
async def test_a_preconfigured_monitor_that_is_changed_is_custom_until_it_is_reset() -> None:
    async with stage() as place:
        await place.booted()
        factory = await report(place)
        number = next(
            key for key, each in factory.items() if each.value == 9000
        )  # the Local Authorization List is nearly full
        assert await add(place, LEVEL, "UpperThreshold", 50, id=number) == number
        changed = (await report(place))[number]
        assert (changed.value, changed.event_notification_type.value) == (50, "CustomMonitor")
        await choose(place, "All")
        assert (await report(place))[number] == changed
        await choose(place, "FactoryDefault")
        assert await report(place) == factory


@in_virtual_time
async def test_without_monitoring_nothing_is_told() -> None:
    async with stage() as place:
        await place.booted()
        number = await add(place, LEVEL, "UpperThreshold", 10)
        write(place, variables.MONITORING_ENABLED, False)
        controller = place.station.controller
        assert controller is not None
        controller.core.model.set(
            ocpp21.SetVariableDataType.model_validate(
                {
                    "component": {"name": "MonitoringCtrlr"},
                    "variable": {"name": "Enabled"},
                    "attribute_value": "false",
                }
            )
        )
        write(place, LEVEL, 50)
        [result] = await put(place, monitor(LEVEL, "Delta", 1))
        await pause()
        assert events(place, number) == []
        assert (result.status.value, result.status_info.reason_code) == ("Rejected", "NotEnabled")


@in_virtual_time
async def test_what_is_hard_wired_is_told_without_being_asked_for() -> None:
    async with stage() as place:
        await place.booted()
        await place.station.fault(1)
        await pause()
        [event] = events(place)
        assert event.event_notification_type.value == "HardWiredMonitor"
        assert (event.variable.name, event.actual_value) == ("Problem", "true")


# Setting


@requirement("N04.FR.01", "N04.FR.02", "N04.FR.08", "N04.FR.11")
@in_virtual_time
async def test_each_element_has_a_result() -> None:
    async with stage() as place:
        await place.booted()
        results = await put(
            place,
            monitor(POWER, "Delta", 1),
            monitor(LEVEL, "UpperThreshold", 5, severity=1),
            monitor(LEVEL, "LowerThreshold", 5, severity=2),
        )
        assert [each.variable.name for each in results] == ["Power", "Entries", "Entries"]
        assert [each.severity for each in results] == [3, 1, 2]
        assert len({each.id for each in results}) == 3


def element(**more: object) -> dict[str, object]:
    return {**monitor(LEVEL, "UpperThreshold", 5), **more}


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        pytest.param(
            element(component={"name": "Toaster"}),
            "UnknownComponent",
            marks=requirement("N04.FR.03"),
        ),
        pytest.param(
            element(variable={"name": "Crumbs"}), "UnknownVariable", marks=requirement("N04.FR.04")
        ),
        pytest.param(
            monitor(variables.ORGANIZATION_NAME, "Delta", 1),
            "UnsupportedMonitorType",
            marks=requirement("N04.FR.05"),
        ),
        pytest.param(
            monitor(variables.STATION_PROBLEM, "UpperThreshold", 1),
            "UnsupportedMonitorType",
            marks=requirement("N04.FR.05"),
        ),
        pytest.param(
            monitor(LEVEL, "TargetDelta", 1),
            "UnsupportedMonitorType",
            marks=requirement("N04.FR.05"),
        ),
        pytest.param(element(value=10_001), "Rejected", marks=requirement("N04.FR.06")),
        pytest.param(
            element(type="LowerThreshold", value=-1), "Rejected", marks=requirement("N04.FR.06")
        ),
        pytest.param(element(severity=10), "Rejected"),
        pytest.param(element(type="Delta", value=-1), "Rejected", marks=requirement("N04.FR.14")),
        pytest.param(element(type="Periodic", value=0), "Rejected"),
        pytest.param(element(id=4711), "Rejected", marks=requirement("N04.FR.13")),
        pytest.param(
            monitor(variables.STATION_PROBLEM, "Delta", 1, id=1),
            "Rejected",
            marks=requirement("N04.FR.18"),
        ),
        pytest.param(element(id=3), "Rejected", marks=requirement("N04.FR.16")),
        pytest.param(element(severity=6, value=100), "Duplicate", marks=requirement("N04.FR.10")),
    ],
)
@in_virtual_time
async def test_what_cannot_be_monitored(wanted: dict[str, object], status: str) -> None:
    async with stage() as place:
        await place.booted()
        before = await report(place)
        [result] = await put(place, wanted)
        assert result.status.value == status
        assert result.status_info is not None
        assert await report(place) == before


@requirement("N04.FR.09")
@in_virtual_time
async def test_too_many_elements_at_once() -> None:
    async with stage({"MonitoringCtrlr.ItemsPerMessage[SetVariableMonitoring]": "2"}) as place:
        await place.booted()
        with pytest.raises(OCPPCallError) as refused:
            await put(place, *[monitor(LEVEL, "Delta", 1, severity=each) for each in range(3)])
        assert refused.value.code == ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION


@requirement("N07.FR.11")
@in_virtual_time
async def test_another_threshold_says_how_it_is_by_that() -> None:
    async with stage() as place:
        await place.booted()
        write(place, LEVEL, 100)
        number = await add(place, LEVEL, "UpperThreshold", 50)
        await pause()
        assert brief(place, number) == [("100", False)]
        await add(place, LEVEL, "UpperThreshold", 80, id=number)  # beyond that one as well
        await pause()
        assert brief(place, number)[1:] == [("100", False)]
        await add(place, LEVEL, "UpperThreshold", 200, id=number)
        await pause()
        assert brief(place, number)[2:] == [("100", True)]


# Clearing


@requirement("N06.FR.01", "N06.FR.02", "N06.FR.03", "N06.FR.05")
@in_virtual_time
async def test_monitors_are_cleared() -> None:
    async with stage() as place:
        await place.booted()
        number = await add(place, LEVEL, "Delta", 1)
        assert await clear(place, number, 4711, 1) == ["Accepted", "NotFound", "Rejected"]
        write(place, LEVEL, 5)
        await pause()
        assert events(place, number) == []
        assert number not in await report(place)


@requirement("N07.FR.12")
@in_virtual_time
async def test_a_monitor_that_is_removed_clears_nothing() -> None:
    async with stage() as place:
        await place.booted()
        write(place, LEVEL, 100)
        number = await add(place, LEVEL, "UpperThreshold", 50)
        await pause()
        await clear(place, number)
        write(place, LEVEL, 0)
        await pause()
        assert brief(place, number) == [("100", False)]


# Reports


@requirement("N02.FR.01", "N02.FR.03", "N02.FR.06", "N02.FR.10", "N02.FR.22")
@pytest.mark.parametrize(
    ("criterion", "kinds"),
    [
        pytest.param(
            "ThresholdMonitoring",
            {"UpperThreshold", "LowerThreshold"},
            marks=requirement("N02.FR.12"),
        ),
        pytest.param("DeltaMonitoring", {"Delta", "TargetDelta"}, marks=requirement("N02.FR.13")),
        pytest.param(
            "PeriodicMonitoring",
            {"Periodic", "PeriodicClockAligned"},
            marks=requirement("N02.FR.14"),
        ),
    ],
)
@in_virtual_time
async def test_a_report_is_limited_to_its_criteria(criterion: str, kinds: set[str]) -> None:
    async with stage() as place:
        await place.booted()
        for kind in ("LowerThreshold", "TargetDelta", "Delta", "Periodic", "PeriodicClockAligned"):
            await add(place, POWER, kind, 900)
        found = await report(place, monitoring_criteria=[criterion])
        assert {each.type.value for each in found.values()} == kinds
        await choose(place, "HardWiredOnly")
        left = await report(place, monitoring_criteria=["PeriodicMonitoring"])
        assert left == {}


@requirement("N02.FR.05", "N02.FR.08", "N02.FR.16", "N02.FR.17", "N02.FR.18", "N02.FR.19")
@in_virtual_time
async def test_a_report_is_limited_to_its_variables() -> None:
    async with stage(evses=2) as place:
        await place.booted()
        one = await add(place, POWER, "Delta", 1)
        two = await add(place, variables.EVSE_POWER.at(evse=2), "Delta", 1)
        periodic = await add(place, POWER, "Periodic", 900)
        evse = {"component": {"name": "EVSE"}}
        first = {"component": {"name": "evse", "evse": {"id": 1}}, "variable": {"name": "Power"}}
        assert set(await report(place, component_variable=[evse])) == {one, two, periodic}
        assert set(await report(place, component_variable=[first])) == {one, periodic}
        both = {"component_variable": [first], "monitoring_criteria": ["PeriodicMonitoring"]}
        assert set(await report(place, **both)) == {periodic}


@requirement("N02.FR.04", "N02.FR.09", "N02.FR.11")
@pytest.mark.parametrize(
    "setting",
    [
        "DeviceDataCtrlr.ItemsPerMessage[GetReport]=2",
        "DeviceDataCtrlr.BytesPerMessage[GetReport]=1000",
    ],
)
@in_virtual_time
async def test_a_long_report_comes_in_parts(setting: str) -> None:
    name, _, value = setting.partition("=")
    async with stage({name: value}, evses=4) as place:
        await place.booted()
        for evse in range(1, 5):
            await add(place, variables.EVSE_POWER.at(evse=evse), "Delta", 1)
        found = await report(place)
        parts = place.tester.of("NotifyMonitoringReport")
        assert len(found) == 8
        assert len(parts) > 1
        assert [part.seq_no for part in parts] == list(range(len(parts)))
        assert [part.tbc for part in parts] == [True] * (len(parts) - 1) + [False]
        assert {part.request_id for part in parts} == {7}
        assert all(len(part.write_json()) <= 1000 or len(part.monitor) <= 2 for part in parts)


# Power cycles and outages


@requirement("N07.FR.13", "N04.FR.19")
@in_virtual_time
async def test_monitors_survive() -> None:
    store = MemoryStore()
    async with stage(store=store) as place:
        await place.booted()
        number = await add(place, POWER, "UpperThreshold", 5000, transaction=True)
        await clear(place, 3)
        before = await report(place)
        await place.station.power_cycle()
        await place.booted()
        assert await report(place) == before
        assert number in before
        assert await add(place, POWER, "Delta", 1) > number


@requirement("N07.FR.14")
@in_virtual_time
async def test_what_is_well_again_after_a_reboot_is_told() -> None:
    async with stage() as place:
        await place.booted()
        number = await add(place, POWER, "UpperThreshold", 1000, severity=9)
        await place.charge()
        assert len(events(place, number)) == 1
        await place.station.power_cycle(2000)  # nobody charges without power
        await place.station.unplug(1)
        await place.booted(2)
        await pause()
        assert [each.cleared for each in events(place, number)] == [None, True]


@requirement("N07.FR.04", "N08.FR.03")
@in_virtual_time
async def test_offline_only_what_is_bad_enough_is_kept() -> None:
    async with stage({"MonitoringCtrlr.OfflineQueuingSeverity": "3"}) as place:
        await place.booted()
        bad = await add(place, LEVEL, "Delta", 1, severity=3)
        mild = await add(place, LEVEL, "Delta", 1, severity=4)
        tick = await add(place, POWER, "Periodic", 60, severity=3)
        await place.station.go_offline()
        await pause()
        write(place, LEVEL, 40)
        await asyncio.sleep(125)
        await place.station.go_online()
        await asyncio.sleep(30)
        assert (len(events(place, bad)), len(events(place, mild))) == (1, 0)
        assert len(events(place, tick)) == 2


@in_virtual_time
async def test_what_follows_from_an_answer_comes_after_it() -> None:
    async with stage() as place:
        await place.booted()
        write(place, LEVEL, 100)
        controller, asked = place.station.controller, Asked()
        assert controller is not None
        [handler] = [
            each for each in controller.reporting.handlers() if isinstance(each, MonitoringHandler)
        ]
        wanted = [monitor(LEVEL, "UpperThreshold", 5)]
        request = ocpp21.SetVariableMonitoringRequest.model_validate(
            {"set_monitoring_data": wanted}
        )
        answer = await handler.on_set_variable_monitoring(request, asked)
        await pause()
        number = answer.set_monitoring_result[0].id
        assert number is not None
        assert events(place, number) == []
        await asked.answered()
        await pause()
        assert len(events(place, number)) == 1
