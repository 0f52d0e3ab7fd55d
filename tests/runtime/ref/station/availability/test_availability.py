"""The status of connectors as the CSMS hears of it, and sets it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.models import set_
from tests.runtime.ref.station.plant import Site, site, statuses
from tests.runtime.ref.station.tester import NoAnswer, boot_answer

from ocpp21 import (
    ChangeAvailabilityRequest,
    ChangeAvailabilityResponse,
    EVSEType,
    NotifyEventRequest,
    OperationalStatusEnumType,
)
from ocppj.testing import in_virtual_time
from ocppref.station.config import ConnectorConfig, EvseConfig
from ocppref.station.device_model import variables

ONE = EvseConfig(1)
TWIN = EvseConfig(1, (ConnectorConfig(1), ConnectorConfig(2)))
SOCKET = EvseConfig(1, (ConnectorConfig(1, "sType2"),))
SECOND = EvseConfig(2)


async def change(the: Site, operative: bool, *place: int) -> tuple[str, str | None]:
    """Have the CSMS set a state; gives the status, and the reason code."""
    evse = None
    if place:
        evse = EVSEType(id=place[0], connector_id=place[1] if len(place) > 1 else None)
    wanted = OperationalStatusEnumType.OPERATIVE if operative else _INOPERATIVE
    request = ChangeAvailabilityRequest(operational_status=wanted, evse=evse)
    response: ChangeAvailabilityResponse = await the.to_station.change_availability(request)
    await asyncio.sleep(1)
    info = response.status_info
    return response.status.value, None if info is None else info.reason_code


_INOPERATIVE = OperationalStatusEnumType.INOPERATIVE


def news(the: Site) -> list[tuple[int, int, str]]:
    """What the CSMS was told of connectors since the last time."""
    told = statuses(the.tester)
    the.tester.received.clear()
    return told


class TestCable:
    @requirement("G01.FR.03", "G01.FR.04")
    @in_virtual_time
    async def test_occupied_while_an_ev_is_plugged_in(self) -> None:
        async with site(ONE) as the, the.running() as plant:
            news(the)
            plant.hardware.plug(1)
            await asyncio.sleep(1)
            message: NotifyEventRequest = the.tester.of("NotifyEvent")[0]
            [event] = message.event_data
            assert event.component.name == "Connector"
            assert event.component.evse == EVSEType(id=1, connector_id=1)
            assert (event.variable.name, event.trigger.value) == ("AvailabilityState", "Delta")
            assert news(the) == [(1, 1, "Occupied")]
            plant.hardware.unplug(1)
            await asyncio.sleep(1)
            assert news(the) == [(1, 1, "Available")]

    @requirement("G01.FR.08")
    @in_virtual_time
    async def test_the_other_connector_of_the_evse_is_not_told_of(self) -> None:
        async with site(TWIN) as the, the.running() as plant:
            news(the)
            plant.hardware.plug(1, 2)
            await asyncio.sleep(1)
            assert news(the) == [(1, 2, "Occupied")]
            assert plant.model[variables.EVSE_AVAILABILITY_STATE.at(evse=1)] == "Occupied"

    @in_virtual_time
    async def test_a_cable_that_was_left_in_a_locked_socket_occupies_it(self) -> None:
        async with site(SOCKET) as the, the.running() as plant:
            plant.hardware.plug(1)
            plant.hardware.evses[1].permit()
            plant.hardware.unplug(1)
            await asyncio.sleep(1)
            assert news(the)[-1] == (1, 1, "Occupied")
            plant.hardware.evses[1].unlock()
            await asyncio.sleep(1)
            assert news(the) == [(1, 1, "Available")]


class TestSetByTheCsms:
    @requirement("G01.FR.07", "G03.FR.01", "G03.FR.02", "G03.FR.04")
    @in_virtual_time
    async def test_an_evse_is_unavailable_with_all_its_connectors(self) -> None:
        async with site(TWIN, SECOND) as the, the.running() as plant:
            news(the)
            assert await change(the, False, 1) == ("Accepted", None)
            assert news(the) == [(1, 1, "Unavailable"), (1, 2, "Unavailable")]  # G03.FR.06
            assert not plant.availability.operative(1)
            assert plant.availability.operative(2)
            assert await change(the, True, 1) == ("Accepted", None)
            assert news(the) == [(1, 1, "Available"), (1, 2, "Available")]

    @requirement("G03.FR.03", "G04.FR.04")
    @pytest.mark.parametrize("place", [(), (1,), (1, 1)])
    @in_virtual_time
    async def test_the_state_that_it_has_is_accepted_and_no_news(self, place: Any) -> None:
        async with site(ONE) as the, the.running():
            news(the)
            assert await change(the, True, *place) == ("Accepted", None)
            await change(the, False, *place)
            assert news(the) == [(1, 1, "Unavailable")]
            assert await change(the, False, *place) == ("Accepted", None)
            assert news(the) == []

    @requirement("G03.FR.06", "G03.FR.07", "G04.FR.07", "G04.FR.08")
    @in_virtual_time
    async def test_each_level_keeps_a_state_of_its_own(self) -> None:
        async with site(TWIN, SECOND) as the, the.running():
            await change(the, False, 1, 2)
            await change(the, False, 1)
            news(the)
            await change(the, True, 1)
            assert news(the) == [(1, 1, "Available")]
            await change(the, False)
            assert news(the) == [(1, 1, "Unavailable"), (2, 1, "Unavailable")]
            await change(the, True, 1, 2)
            assert news(the) == []
            await change(the, True)
            assert news(the) == [(1, 1, "Available"), (1, 2, "Available"), (2, 1, "Available")]

    @requirement("G03.FR.05", "G01.FR.05")
    @pytest.mark.parametrize("place", [(1,), (1, 1)])
    @in_virtual_time
    async def test_it_waits_for_the_transaction(self, place: Any) -> None:
        async with site(ONE) as the, the.running() as plant:
            plant.hardware.plug(1)
            plant.availability.transaction_started(1)
            await asyncio.sleep(1)
            news(the)
            assert await change(the, False, *place) == ("Scheduled", None)
            assert await change(the, False, *place) == ("Scheduled", None)
            assert plant.availability.operative(1)
            assert news(the) == []
            plant.availability.transaction_ended(1)
            plant.hardware.unplug(1)
            await asyncio.sleep(1)
            assert news(the) == [(1, 1, "Unavailable")]
            assert not plant.availability.operative(1)

    @requirement("G03.FR.03")
    @in_virtual_time
    async def test_what_was_scheduled_can_be_taken_back(self) -> None:
        async with site(ONE) as the, the.running() as plant:
            plant.availability.transaction_started(1)
            await change(the, False, 1)
            assert await change(the, True, 1) == ("Accepted", None)
            plant.availability.transaction_ended(1)
            assert plant.availability.operative(1)

    @requirement("G04.FR.01", "G04.FR.05", "G04.FR.06")
    @in_virtual_time
    async def test_the_station_waits_only_where_a_transaction_runs(self) -> None:
        async with site(ONE, SECOND) as the, the.running() as plant:
            plant.hardware.plug(1)
            plant.availability.transaction_started(1)
            await asyncio.sleep(1)
            news(the)
            assert await change(the, False) == ("Scheduled", None)
            assert news(the) == [(2, 1, "Unavailable")]
            plant.availability.transaction_ended(1)
            await asyncio.sleep(1)
            assert news(the) == [(1, 1, "Unavailable")]

    @pytest.mark.parametrize(
        ("place", "reason"), [((3,), "UnknownEvse"), ((1, 4), "UnknownConnectorId")]
    )
    @in_virtual_time
    async def test_what_is_not_there_cannot_be_set(self, place: Any, reason: str) -> None:
        async with site(ONE) as the, the.running():
            assert await change(the, False, *place) == ("Rejected", reason)

    @requirement("G01.FR.02", "G03.FR.08", "G04.FR.09", "B01.FR.07")
    @pytest.mark.parametrize("place", [(), (1,), (1, 1)])
    @in_virtual_time
    async def test_it_survives_a_reboot(self, place: Any) -> None:
        async with site(ONE) as the:
            async with the.running():
                await change(the, False, *place)
            news(the)
            async with the.running():
                assert news(the) == [(1, 1, "Unavailable")]
                await change(the, True, *place)
            news(the)
            async with the.running():
                assert news(the) == [(1, 1, "Available")]

    @requirement("G03.FR.05", "G03.FR.08")
    @in_virtual_time
    async def test_what_was_scheduled_is_so_after_a_reboot_that_ends_the_transaction(self) -> None:
        async with site(ONE) as the:
            async with the.running() as plant:
                plant.availability.transaction_started(1)
                assert await change(the, False, 1) == ("Scheduled", None)
            async with the.running() as plant:
                assert plant.availability.operative(1)  # it may go on, nobody knows yet
                plant.availability.transaction_ended(1)
                assert not plant.availability.operative(1)

    @requirement("G03.FR.05", "G03.FR.08")
    @in_virtual_time
    async def test_what_was_scheduled_waits_for_a_transaction_that_survives_the_reboot(
        self,
    ) -> None:
        async with site(ONE) as the:
            async with the.running() as plant:
                plant.hardware.plug(1)
                plant.availability.transaction_started(1)
                assert await change(the, False, 1) == ("Scheduled", None)
            news(the)
            async with the.running() as plant:
                plant.availability.transaction_started(1)  # it goes on
                assert news(the) == [(1, 1, "Occupied")]
                assert plant.model[variables.EVSE_AVAILABILITY_STATE.at(evse=1)] == "Occupied"
                plant.availability.transaction_ended(1)
                await asyncio.sleep(1)
                assert news(the) == [(1, 1, "Unavailable")]

    @in_virtual_time
    async def test_before_a_transaction_goes_on_nothing_says_that_it_cannot(self) -> None:
        async with site(ONE) as the:
            async with the.running() as plant:
                plant.availability.transaction_started(1)
                await change(the, False, 1)
            plant = the.plant()
            written: list[str] = []
            plant.model.changed.connect(lambda change: written.append(change.new))
            plant.start()
            assert "Unavailable" not in written
            await plant.close()


def _silence() -> object:
    raise NoAnswer


class TestFaults:
    @in_virtual_time
    async def test_a_fault_counts_more_than_all_else(self) -> None:
        async with site(TWIN, SECOND) as the, the.running() as plant:
            plant.hardware.plug(1)
            await change(the, False, 1)
            news(the)
            plant.hardware.fault(1, True, "OverCurrent")
            await asyncio.sleep(1)
            assert news(the) == [(1, 1, "Faulted"), (1, 2, "Faulted")]
            assert plant.model[variables.EVSE_PROBLEM.at(evse=1)]
            assert plant.model[variables.STATION_PROBLEM]
            assert plant.model[variables.STATION_AVAILABILITY_STATE] == "Available"
            plant.hardware.fault(1, False)
            await change(the, True, 1)
            assert news(the)[-2:] == [(1, 1, "Occupied"), (1, 2, "Available")]
            assert not plant.model[variables.STATION_PROBLEM]

    @requirement("G05.FR.02")
    @in_virtual_time
    async def test_a_lock_that_fails_is_told(self) -> None:
        async with site(ONE) as the, the.running() as plant:
            plant.hardware.fault(1, True, "ConnectorPlugRetentionLock")
            plant.hardware.plug(1)
            await asyncio.sleep(1)
            news(the)
            assert not plant.hardware.evses[1].permit()
            await asyncio.sleep(1)
            [event] = the.tester.of("NotifyEvent")[0].event_data
            assert event.component.name == "ConnectorPlugRetentionLock"
            assert event.component.evse == EVSEType(id=1, connector_id=1)
            assert (event.variable.name, event.actual_value) == ("Problem", "true")
            problem = variables.RETENTION_LOCK_PROBLEM.at(evse=1, connector=1)
            assert plant.model[problem] and plant.model[variables.STATION_PROBLEM]
            plant.hardware.fault(1, False, "ConnectorPlugRetentionLock")
            assert not plant.model[problem] and not plant.model[variables.STATION_PROBLEM]


class TestReports:
    @requirement("B01.FR.05")
    @in_virtual_time
    async def test_all_is_told_once_the_csms_has_accepted_the_station(self) -> None:
        async with site(TWIN, SECOND) as the:
            the.tester.answers["BootNotification"] = boot_answer("Pending", interval=60)
            plant = the.plant()
            plant.start()
            await asyncio.sleep(30)
            plant.hardware.plug(2)
            await asyncio.sleep(1)
            assert news(the) == []
            the.tester.answers.clear()
            await asyncio.sleep(60)
            assert news(the) == [(1, 1, "Available"), (1, 2, "Available"), (2, 1, "Occupied")]
            await plant.close()

    @requirement("B04.FR.01")
    @in_virtual_time
    async def test_all_is_told_after_a_long_time_offline(self) -> None:
        async with site(TWIN) as the, the.running(OCPPCommCtrlr_OfflineThreshold="60") as plant:
            await asyncio.sleep(60)
            news(the)
            await the.offline(plant, 61)
            assert news(the) == [(1, 1, "Available"), (1, 2, "Available")]

    @requirement("B04.FR.02")
    @in_virtual_time
    async def test_only_what_changed_is_told_after_a_short_one(self) -> None:
        async with site(TWIN) as the, the.running(OCPPCommCtrlr_OfflineThreshold="60") as plant:
            await asyncio.sleep(60)
            news(the)
            the.pull()
            await asyncio.sleep(1)
            plant.hardware.plug(1, 2)
            await the.offline(plant, 20)
            assert news(the) == [(1, 2, "Occupied")]
            plant.hardware.unplug(1)
            await asyncio.sleep(60)
            news(the)
            the.pull()
            await asyncio.sleep(1)
            plant.hardware.plug(1)
            plant.hardware.unplug(1)
            await the.offline(plant, 20)
            assert news(the) == []

    @in_virtual_time
    async def test_what_was_told_as_the_connection_broke_is_told_again(self) -> None:
        async with site(ONE) as the, the.running() as plant:
            await asyncio.sleep(60)
            the.tester.answers["NotifyEvent"] = lambda _: _silence()
            plant.hardware.plug(1)
            await asyncio.sleep(1)
            the.tester.answers.clear()
            news(the)
            await the.offline(plant, 20)
            assert news(the) == [(1, 1, "Occupied")]

    @requirement("G01.FR.03")
    @in_virtual_time
    async def test_the_old_message_is_sent_where_it_is_wanted(self) -> None:
        async with site(ONE) as the, the.running() as plant:
            handle = variables.STATUS_NOTIFICATION_ENABLED
            set_(plant.model, handle.key, "true")
            the.tester.received.clear()
            plant.hardware.plug(1)
            await asyncio.sleep(1)
            [message] = the.tester.of("StatusNotification")
            assert (message.evse_id, message.connector_id) == (1, 1)
            assert message.connector_status.value == "Occupied"
            assert the.tester.of("NotifyEvent") == []


class TestHolds:
    @in_virtual_time
    async def test_free_evses_are_unavailable_others_once_they_are_free(self) -> None:
        async with site(ONE, SECOND) as the, the.running() as plant:
            plant.availability.transaction_started(1)
            news(the)
            plant.availability.hold("reset")
            await asyncio.sleep(1)
            assert news(the) == [(2, 1, "Unavailable")]
            plant.availability.transaction_ended(1)
            await asyncio.sleep(1)
            assert news(the) == [(1, 1, "Unavailable")]
            plant.availability.release("reset")
            await asyncio.sleep(1)
            assert news(the) == [(1, 1, "Available"), (2, 1, "Available")]

    @in_virtual_time
    async def test_one_reason_may_go_while_another_stays(self) -> None:
        async with site(ONE, SECOND) as the, the.running() as plant:
            plant.availability.hold("reset", [1])
            plant.availability.hold("firmware")
            plant.availability.release("firmware")
            assert not plant.availability.operative(1)
            assert plant.availability.operative(2)
