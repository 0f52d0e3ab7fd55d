"""Transactions of a station that is connected to a CSMS, or is not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.bench import URL, lab
from tests.runtime.ref.station.charging import (
    AUTHORIZED,
    DRIVER,
    MANY_SAMPLES,
    PLUGGED,
    UNKNOWN_OFFLINE,
    Site,
    accepted,
    charge,
    come_online,
    energy,
    expect_thinned,
    go_offline,
    gone,
    info,
    site,
)
from tests.runtime.ref.station.tester import NoAnswer, virtual_date

from ocpp21 import (
    GetTransactionStatusRequest,
    TriggerReasonEnumType,
)
from ocppj.testing import in_virtual_time
from ocppref.station.config import StationConfig
from ocppref.station.device_model import variables
from ocppref.station.station import Station

# What a session looks like


@requirement(
    "E01.FR.02",
    "E01.FR.09",
    "E02.FR.06",
    "E02.FR.09",
    "E02.FR.10",
    "E02.FR.18",
    "E03.FR.07",
    "E03.FR.08",
    "E03.FR.13",
    "E06.FR.11",
    "E07.FR.08",
    "F01.FR.15",
    "F01.FR.18",
)
@in_virtual_time
async def test_a_whole_session() -> None:
    async with site(PLUGGED) as place:
        transaction = await charge(place)
        await asyncio.sleep(3600)
        await place.present()
        place.hardware.unplug(1)
        ended = await place.told(event_type="Ended")
        events = place.events
        assert [event.seq_no for event in events] == list(range(len(events)))
        assert {event.transaction_info.transaction_id for event in events} == {transaction.id}
        assert [event.trigger_reason for event in events[:3]] == [
            "CablePluggedIn",
            "Authorized",
            "ChargingStateChanged",
        ]
        triggers = [event.trigger_reason for event in events[3:-2]]
        assert triggers.count("MeterValuePeriodic") == 60
        assert triggers.count("MeterValueClock") == 4  # each quarter of an hour
        assert len(triggers) == 64
        assert [event.trigger_reason for event in events[-2:]] == [
            "StopAuthorized",
            "EVCommunicationLost",
        ]
        assert events[2].number_of_phases_used == 3
        assert energy(events[0], "Transaction.Begin") == 0
        assert energy(ended, "Transaction.End") == 22000
        assert ended.transaction_info.time_spent_charging == 3600
        assert not any(event.offline for event in events)


def _show_token(place: Site) -> object:
    return place.hardware.present(DRIVER, 1)


def _unplug(place: Site) -> object:
    return place.hardware.unplug(1)


def _stop_by_ev(place: Site) -> object:
    return place.on.transactions.stop_by_ev(1)


def _stop_from_afar(place: Site) -> object:
    running = place.on.transactions.running(1)
    assert running is not None
    return place.on.transactions.remote_stop(running.id)


@requirement("E06.FR.12", "E06.FR.13", "E07.FR.09", "E07.FR.10", "E09.FR.06", "E09.FR.07")
@requirement("E10.FR.05", "E10.FR.06", "E15.FR.02", "E15.FR.03", "F03.FR.05", "F03.FR.06")
@requirement("F04.FR.05", "F04.FR.06")
@pytest.mark.parametrize("stop", [_show_token, _unplug, _stop_by_ev, _stop_from_afar])
@in_virtual_time
async def test_too_many_samples_are_thinned_evenly(stop: Callable[[Site], object]) -> None:
    async with site(MANY_SAMPLES) as place:
        await charge(place)
        await asyncio.sleep(3000)
        stop(place)
        expect_thinned(await place.told(event_type="Ended"))


@requirement("E02.FR.14", "E03.FR.10", "E01.FR.04")
@in_virtual_time
async def test_the_first_signed_value_may_begin_it() -> None:
    settings = {
        "TxCtrlr.TxStartPoint": "DataSigned",
        "SampledDataCtrlr.SignReadings": "true",
        "SampledDataCtrlr.SignStartedReadings": "true",
    }
    async with site(settings) as place:
        place.hardware.plug(1)
        started = await place.told(event_type="Started")
        assert started.trigger_reason == "SignedDataReceived"
        assert started.meter_value[0].sampled_value[0].signed_meter_value is not None
    async with site({"TxCtrlr.TxStartPoint": "DataSigned"}) as place:
        place.hardware.plug(1)
        await place.present()
        assert place.on.transactions.all() == []  # nothing is signed


SIGNING = {
    "SampledDataCtrlr.SignReadings": "true",
    "SampledDataCtrlr.SignStartedReadings": "true",
    "SampledDataCtrlr.SignUpdatedReadings": "true",
}


def signed(event: Any) -> list[bool]:
    return [
        sampled.signed_meter_value is not None
        for value in event.meter_value or ()
        for sampled in value.sampled_value
        if sampled.measurand in (None, "Energy.Active.Import.Register")
    ]


@requirement(
    "E02.FR.14",
    "E03.FR.10",
    "E04.FR.10",
    "E05.FR.06",
    "E07.FR.12",
    "E08.FR.12",
    "E09.FR.08",
    "E10.FR.07",
    "E11.FR.08",
    "E12.FR.10",
)
@in_virtual_time
@pytest.mark.parametrize("offline", [False, True])
@pytest.mark.parametrize("end", ["token", "cable", "suspended", "invalid"])
async def test_readings_are_signed_however_it_ends(end: str, offline: bool) -> None:
    suspends = {"TxCtrlr.StopTxOnEVSideDisconnect": "false", "TxCtrlr.TxStopPoint": "Authorized"}
    settings = {**SIGNING, **UNKNOWN_OFFLINE, **(suspends if end == "suspended" else {})}
    async with site(settings) as place:
        if offline:
            go_offline(place)
            await gone(place)
        if end == "invalid":
            place.on.authorization.note(DRIVER, accepted())
            place.answer_events(id_token_info=info("Blocked"))
        place.hardware.plug(1)
        await place.present()
        await asyncio.sleep(70)
        if end == "token":
            await place.present()
        elif end != "invalid":
            place.hardware.unplug(1)
        come_online(place)
        ended = await place.told(event_type="Ended")
        assert len(signed(ended)) >= 2
        kinds = {event.event_type for event in place.events if signed(event)}
        assert kinds == {"Started", "Updated", "Ended"} or end == "invalid"
        assert all(all(signed(event)) for event in place.events)


@requirement("E01.FR.01", "E06.FR.01")
@in_virtual_time
async def test_the_parking_bay_counts() -> None:
    bay = {
        "TxCtrlr.TxStartPoint": "ParkingBayOccupancy",
        "TxCtrlr.TxStopPoint": "ParkingBayOccupancy",
    }
    async with site(bay) as place:
        place.hardware.park(1)
        started = await place.told(event_type="Started")
        assert started.trigger_reason == "EVDetected"
        await asyncio.sleep(500)  # who has only parked is not waited for
        place.hardware.depart(1)
        ended = await place.told(event_type="Ended")
        assert ended.trigger_reason == "EVDeparted"


@requirement("E01.FR.14")
@in_virtual_time
async def test_each_evse_has_its_own_transaction() -> None:
    async with site(PLUGGED, evses=2) as place:
        place.hardware.plug(1)
        place.hardware.plug(2)
        one, two = place.on.transactions.running(1), place.on.transactions.running(2)
        assert one is not None and two is not None and one.id != two.id
        assert place.on.transactions.find(two.id) is two
        await place.event(2)
        assert [event.evse.id for event in place.events] == [1, 2]
        assert [event.seq_no for event in place.events] == [0, 0]


@requirement("E06.FR.16")
@in_virtual_time
@pytest.mark.parametrize(
    ("fault", "reason"),
    [("GroundFault", "GroundFault"), ("emergencystop", "EmergencyStop"), (None, "Other")],
)
async def test_a_fault_ends_it(fault: str | None, reason: str) -> None:
    async with site(PLUGGED) as place:
        await charge(place)
        place.hardware.fault(1, True, fault)
        ended = await place.told(event_type="Ended")
        assert ended.trigger_reason == "AbnormalCondition"
        assert ended.transaction_info.stopped_reason == reason


@requirement("E15.FR.04", "E15.FR.01")
@in_virtual_time
async def test_the_ev_ends_it() -> None:
    async with site() as place:
        await charge(place)
        place.on.transactions.stop_by_ev(1)
        ended = await place.told(event_type="Ended")
        assert ended.trigger_reason == "StopAuthorized"
        assert ended.transaction_info.stopped_reason == "StoppedByEV"
        energy(ended, "Transaction.End")


# The cable


@requirement("E03.FR.05", "C01.FR.26")
@in_virtual_time
async def test_nobody_waits_for_the_cable_longer_than_that() -> None:
    async with site({**AUTHORIZED, "TxCtrlr.EVConnectionTimeOut": "30"}) as place:
        await place.present()
        await place.told(event_type="Started")
        begun = asyncio.get_running_loop().time()
        ended = await place.told(event_type="Ended")
        assert asyncio.get_running_loop().time() - begun == pytest.approx(30)
        assert ended.trigger_reason == "EVConnectTimeout"
        assert ended.transaction_info.stopped_reason == "Timeout"


@in_virtual_time
async def test_a_cable_in_time_is_in_time() -> None:
    async with site({**AUTHORIZED, "TxCtrlr.EVConnectionTimeOut": "30"}) as place:
        await place.present()
        await asyncio.sleep(29)
        place.hardware.plug(1)
        await asyncio.sleep(100)
        assert place.on.transactions.running(1) is not None


@requirement("E10.FR.01", "E10.FR.04")
@in_virtual_time
async def test_a_locked_cable_waits_for_its_driver() -> None:
    settings = {"TxCtrlr.StopTxOnEVSideDisconnect": "false", "TxCtrlr.TxStopPoint": "Authorized"}
    async with site(settings, connector="sType2") as place:
        await charge(place)
        place.hardware.unplug(1)
        connector = place.hardware.evses[1].connectors[1]
        await place.told(trigger_reason="EVCommunicationLost", charging_state="Idle")
        await asyncio.sleep(1000)
        assert connector.cable_left
        await place.present()
        assert not connector.cable_left
        ended = await place.told(event_type="Ended")
        assert ended.trigger_reason == "StopAuthorized"


@requirement("E10.FR.02")
@in_virtual_time
async def test_a_captive_cable_is_waited_for_so_long() -> None:
    settings = {"TxCtrlr.StopTxOnEVSideDisconnect": "false", "TxCtrlr.TxStopPoint": "Authorized"}
    async with site(settings) as place:
        await charge(place)
        place.hardware.unplug(1)
        ended = await place.told(event_type="Ended")
        assert ended.trigger_reason == "EVCommunicationLost"
        assert ended.transaction_info.stopped_reason == "EVDisconnected"


@requirement("E09.FR.02", "E09.FR.03", "E09.FR.05")
@in_virtual_time
@pytest.mark.parametrize("unlocks", [True, False])
async def test_the_cable_of_an_ev_that_left(unlocks: bool) -> None:
    name = "OCPPCommCtrlr.UnlockOnEVSideDisconnect"
    async with site({name: "true" if unlocks else "false"}, connector="sType2") as place:
        await charge(place)
        place.hardware.unplug(1)
        ended = await place.told(event_type="Ended")
        assert ended.transaction_info.stopped_reason == "EVDisconnected"
        connector = place.hardware.evses[1].connectors[1]
        assert connector.cable_left is not unlocks
        await place.present()
        assert not connector.cable_left


@requirement("G05.FR.01")
@in_virtual_time
async def test_without_a_lock_there_is_no_energy() -> None:
    async with site(PLUGGED) as place:
        place.hardware.fault(1, True, "ConnectorPlugRetentionLock")
        place.hardware.plug(1)
        await place.present()
        await asyncio.sleep(100)
        assert place.hardware.evses[1].energy == 0
        place.hardware.fault(1, False, "ConnectorPlugRetentionLock")
        await place.told(charging_state="Charging")


# What the CSMS asks


@requirement(
    "E14.FR.01",
    "E14.FR.02",
    "E14.FR.03",
    "E14.FR.04",
    "E14.FR.05",
    "E14.FR.06",
    "E14.FR.07",
    "E14.FR.08",
)
@in_virtual_time
async def test_the_status_of_a_transaction() -> None:
    async with site() as place:

        async def status(id: str | None) -> tuple[bool | None, bool]:
            request = GetTransactionStatusRequest(transaction_id=id)
            answer = await place.lab.to_station.get_transaction_status(request)
            return answer.ongoing_indicator, answer.messages_in_queue

        assert await status("never-was") == (False, False)
        assert await status(None) == (None, False)
        transaction = await charge(place)
        await asyncio.sleep(1)
        assert await status(transaction.id) == (True, False)
        held = asyncio.Event()

        def hold(_: object) -> object:
            held.set()
            raise NoAnswer

        place.lab.tester.answers["TransactionEvent"] = hold
        await asyncio.sleep(60)
        await held.wait()
        assert await status(transaction.id) == (True, True)
        await place.present()
        assert await status(transaction.id) == (False, True)
        assert await status(None) == (None, True)
        assert await status("never-was") == (False, False)


# What others are told


@in_virtual_time
async def test_the_others_are_told() -> None:
    async with site(PLUGGED) as place:
        told: list[str] = []
        transactions = place.on.transactions
        transactions.started.connect(lambda _: told.append("started"))
        transactions.placed.connect(lambda _: told.append("placed"))
        transactions.ended.connect(lambda _: told.append("ended"))
        transactions.changed.connect(lambda tx: told.append(str(tx.charging_state.value)))
        transaction = await charge(place)
        model = place.on.model
        assert model[variables.EVSE_CHARGING_STATE.at(evse=1)] == "Charging"
        assert model[variables.EVSE_ACTIVE_TRANSACTION_ID.at(evse=1)] == transaction.id
        place.hardware.unplug(1)
        assert model[variables.EVSE_CHARGING_STATE.at(evse=1)] == "Idle"
        assert model.get_or_none(variables.EVSE_ACTIVE_TRANSACTION_ID.at(evse=1)) is None
        assert told == ["started", "placed", "EVConnected", "Charging", "ended"]


@requirement("F06.FR.07")
@in_virtual_time
async def test_readings_are_told_on_request() -> None:
    async with site(evses=2) as place:
        await charge(place)
        values = place.on.metering.trigger_event(1)
        trigger = TriggerReasonEnumType.TRIGGER
        assert place.on.transactions.meter(1, values, trigger)
        event = await place.told(trigger_reason="Trigger")
        assert event.transaction_info.charging_state == "Charging"
        assert event.meter_value
        assert not place.on.transactions.meter(2, values, trigger)


@requirement("E02.FR.05", "E02.FR.06")
@in_virtual_time
async def test_the_connector_is_occupied_before_the_transaction_starts() -> None:
    async with lab() as laboratory:
        config = StationConfig(csms_url=URL, variables=PLUGGED)
        network, tester = laboratory.network, laboratory.tester
        async with Station(config, connector=network.connect, wall=virtual_date) as station:
            await tester.seen("SecurityEventNotification")  # what comes last of a boot
            await station.plug(1)
            await tester.seen("TransactionEvent")
            told = [each.event_data[0] for each in tester.of("NotifyEvent")]
            [occupied] = [each for each in told if each.actual_value == "Occupied"]
            assert (occupied.component.name, occupied.variable.name) == (
                "Connector",
                "AvailabilityState",
            )
            place = occupied.component.evse
            assert (place.id, place.connector_id) == (1, 1)
            last_two = [each for each in tester.actions() if each != "Authorize"][-2:]
            assert last_two == ["NotifyEvent", "TransactionEvent"]
