from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.stage import Stage, stage
from tests.runtime.ref.station.tester import boot_answer

import ocpp21
from ocppj.testing import in_virtual_time
from ocppref.station.triggers import CONNECTORS


def present(**fields: Any) -> dict[str, Any]:
    """Those that are there."""
    return {name: value for name, value in fields.items() if value is not None}


async def trigger(
    place: Stage, message: str, evse: int | None = None, connector: int | None = None, **more: Any
) -> tuple[str, str | None]:
    """The status, and its reason code. What comes after it is all that the tester has."""
    where = {} if evse is None else {"evse": present(id=evse, connector_id=connector)}
    request = ocpp21.TriggerMessageRequest.model_validate(
        {"requested_message": message, **where, **present(**more)}
    )
    place.tester.received.clear()
    answer = await place.to_station.trigger_message(request)
    await asyncio.sleep(1)
    info = answer.status_info
    return answer.status.value, None if info is None else info.reason_code


def contexts(values: list[Any]) -> set[str]:
    return {sample.context.value for value in values for sample in value.sampled_value}


@requirement("F06.FR.05", "F06.FR.10", "F06.FR.03")
@pytest.mark.parametrize("evse", [None, 1, 99])
@in_virtual_time
async def test_a_heartbeat_has_nothing_to_do_with_an_evse(evse: int | None) -> None:
    async with stage() as place:
        await place.booted()
        assert await trigger(place, "Heartbeat", evse) == ("Accepted", None)
        assert place.tester.actions() == ["Heartbeat"]


@requirement("F06.FR.17")
@in_virtual_time
async def test_who_is_accepted_does_not_boot_again() -> None:
    async with stage() as place:
        await place.booted()
        assert (await trigger(place, "BootNotification"))[0] == "Rejected"
        assert place.tester.actions() == []


@requirement("F06.FR.10")
@in_virtual_time
async def test_who_waits_boots_when_it_is_asked_to() -> None:
    async with stage() as place:
        place.tester.answers["BootNotification"] = boot_answer("Pending", 3600)
        await place.booted()
        assert (await trigger(place, "Heartbeat"))[0] == "Accepted"
        assert place.tester.actions() == ["Heartbeat"]
        assert (await trigger(place, "StatusNotification", 1, 1))[0] == "Accepted"
        assert place.tester.actions() == ["StatusNotification"]
        assert (await trigger(place, "BootNotification"))[0] == "Accepted"
        [request] = place.tester.of("BootNotification")
        assert request.reason.value == "Triggered"


@requirement("F06.FR.06", "F06.FR.09", "F06.FR.11")
@in_virtual_time
async def test_meter_values_of_one_evse_or_of_all() -> None:
    settings = {"AlignedDataCtrlr.Measurands": "Power.Active.Import"}
    async with stage(settings, evses=2) as place:
        await place.booted()
        await place.charge(2)
        assert (await trigger(place, "MeterValues", 2))[0] == "Accepted"
        [request] = place.tester.of("MeterValues")
        samples = request.meter_value[0].sampled_value
        assert request.evse_id == 2
        assert {each.measurand.value for each in samples} == {"Power.Active.Import"}
        assert min(each.value for each in samples) > 0
        assert contexts(request.meter_value) == {"Trigger"}
        await trigger(place, "MeterValues")
        assert [each.evse_id for each in place.tester.of("MeterValues")] == [0, 1, 2]
        assert await trigger(place, "MeterValues", 3) == ("Rejected", "UnknownEvse")


@requirement("F06.FR.05")
@in_virtual_time
async def test_no_meter_values_where_nothing_is_measured() -> None:
    async with stage({"AlignedDataCtrlr.Measurands": ""}) as place:
        await place.booted()
        assert (await trigger(place, "MeterValues"))[0] == "Rejected"


@requirement("F06.FR.07", "F06.FR.11")
@in_virtual_time
async def test_transaction_events_of_all_that_run() -> None:
    async with stage(evses=2) as place:
        await place.booted()
        assert await trigger(place, "TransactionEvent") == ("Rejected", "TxNotFound")
        await place.charge(1)
        await place.charge(2)
        assert (await trigger(place, "TransactionEvent"))[0] == "Accepted"
        told = place.tester.of("TransactionEvent")
        assert len({event.transaction_info.transaction_id for event in told}) == 2
        for event in told:
            assert event.trigger_reason.value == "Trigger"
            assert event.transaction_info.charging_state.value == "Charging"
            assert contexts(event.meter_value) == {"Trigger"}
            measurands = {each.measurand.value for each in event.meter_value[0].sampled_value}
            assert measurands == {"Energy.Active.Import.Register", "Power.Active.Import"}
        await trigger(place, "TransactionEvent", 2)
        assert len(place.tester.of("TransactionEvent")) == 1
        assert await trigger(place, "TransactionEvent", 7) == ("Rejected", "UnknownEvse")


@requirement("F06.FR.12")
@pytest.mark.parametrize(
    ("evse", "connector", "expected"),
    [
        (1, 1, ("Accepted", None)),
        (None, None, ("Rejected", "MissingParam")),
        (1, None, ("Rejected", "MissingParam")),
        (1, 2, ("Rejected", "UnknownConnectorId")),
        (2, 1, ("Rejected", "UnknownEvse")),
    ],
)
@in_virtual_time
async def test_the_status_of_one_connector(
    evse: int | None, connector: int | None, expected: tuple[str, str | None]
) -> None:
    async with stage() as place:
        await place.booted()
        await place.station.plug(1)
        assert await trigger(place, "StatusNotification", evse, connector) == expected
        told = [each.connector_status.value for each in place.tester.of("StatusNotification")]
        assert told == (["Occupied"] if expected[0] == "Accepted" else [])


@requirement("F06.FR.15", "F06.FR.16")
@pytest.mark.parametrize("message", ["LogStatusNotification", "FirmwareStatusNotification"])
@in_virtual_time
async def test_who_does_nothing_of_that_kind_is_idle(message: str) -> None:
    async with stage() as place:
        await place.booted()
        assert await trigger(place, message) == ("Accepted", None)
        assert [each.status.value for each in place.tester.of(message)] == ["Idle"]


@requirement("F06.FR.08")
@pytest.mark.parametrize(
    "message", ["PublishFirmwareStatusNotification", "SignV2GCertificate", "SignV2G20Certificate"]
)
@in_virtual_time
async def test_what_is_never_sent_is_not_implemented(message: str) -> None:
    async with stage() as place:
        await place.booted()
        assert await trigger(place, message) == ("NotImplemented", None)


@requirement("F06.FR.18")
@in_virtual_time
async def test_a_trigger_of_our_own() -> None:
    async with stage(evses=2) as place:
        await place.booted()
        request = ocpp21.GetVariablesRequest.model_validate(
            {
                "get_variable_data": [
                    {
                        "component": {"name": "CustomizationCtrlr"},
                        "variable": {"name": "CustomTriggers"},
                    }
                ]
            }
        )
        answer = await place.to_station.get_variables(request)
        assert answer.get_variable_result[0].attribute_value == CONNECTORS
        status = await trigger(place, "CustomTrigger", custom_trigger=CONNECTORS)
        assert status == ("Accepted", None)
        assert place.statuses() == ["Available", "Available"]


@requirement("F06.FR.19")
@pytest.mark.parametrize("name", ["com.example.Coffee", None])
@in_virtual_time
async def test_a_trigger_of_somebody_else(name: str | None) -> None:
    async with stage() as place:
        await place.booted()
        status = await trigger(place, "CustomTrigger", custom_trigger=name)
        assert status == ("NotImplemented", None)


@requirement("F06.FR.04")
@in_virtual_time
async def test_the_message_waits_for_the_answer() -> None:
    async with stage() as place:
        await place.booted()
        controller = place.station.controller
        assert controller is not None
        request = ocpp21.TriggerMessageRequest.model_validate({"requested_message": "Heartbeat"})
        place.tester.received.clear()
        response, plan = controller.reporting.triggers.answer(request)
        await asyncio.sleep(1)
        assert (response.status.value, place.tester.actions()) == ("Accepted", [])
        assert plan is not None
        await plan()
        assert place.tester.actions() == ["Heartbeat"]
