"""The package `ocpp` as the Charging Station of our CSMS, over a socket.

It reads no further while one of its handlers runs, and answers nothing at all to an Action that it
has no handler for.
"""

from __future__ import annotations

import asyncio

import ocpp.exceptions
import pytest
from ocpp.routing import on
from ocpp.v21 import call, call_result, datatypes
from ocpp.v21.enums import (
    Action,
    AuthorizationStatusEnumType,
    BootReasonEnumType,
    ChargingStateEnumType,
    ConnectorStatusEnumType,
    GenericDeviceModelStatusEnumType,
    MeasurandEnumType,
    ReadingContextEnumType,
    RegistrationStatusEnumType,
    TransactionEventEnumType,
    TriggerReasonEnumType,
)
from websockets.exceptions import ConnectionClosed, InvalidStatus

import ocpp21
from ocppj import (
    ErrorCode,
    OCPPCallError,
    OCPPConnectionError,
    OCPPTimeoutError,
    OCPPValidationError,
    Refusal,
    SecurityProfile,
    passwords,
)
from ocppj.core import Trouble
from tests.e2e import sample_messages as sample
from tests.e2e.event_loop import in_loop
from tests.e2e.ocpp_peers import PeerStation, peer_station
from tests.e2e.our_csms import Context, OurCsms, our_csms
from tests.e2e.our_station import IDENTITY
from tests.e2e.watcher import Watcher

BOOT = call.BootNotification(
    charging_station=datatypes.ChargingStationType(
        vendor_name="Example Works", model="Wall One", serial_number="0001"
    ),
    reason=BootReasonEnumType.power_up,
)
STATUS = call.StatusNotification(
    timestamp=sample.TIME_TEXT,
    connector_status=ConnectorStatusEnumType.occupied,
    evse_id=1,
    connector_id=2,
)
STARTED = call.TransactionEvent(
    event_type=TransactionEventEnumType.started,
    timestamp=sample.TIME_TEXT,
    trigger_reason=TriggerReasonEnumType.authorized,
    seq_no=0,
    transaction_info=datatypes.TransactionType(
        transaction_id="T-1", charging_state=ChargingStateEnumType.charging
    ),
    evse=datatypes.EVSEType(id=1, connector_id=2),
    id_token=datatypes.IdTokenType(id_token="04A1B2", type="ISO14443"),
)
METER_VALUES = call.MeterValues(
    evse_id=1,
    meter_value=[
        datatypes.MeterValueType(
            timestamp=sample.TIME_TEXT,
            sampled_value=[
                datatypes.SampledValueType(
                    value=reading,
                    context=ReadingContextEnumType.sample_clock,
                    measurand=MeasurandEnumType.power_active_import,
                    unit_of_measure=datatypes.UnitOfMeasureType(unit="W", multiplier=0),
                )
            ],
        )
        for reading in sample.READINGS
    ],
)
TAMPERED = call.SecurityEventNotification(timestamp=sample.TIME_TEXT, type="Tamper")
SOON = 0.2  # seconds, where a time-out is what the test is about


@in_loop()
async def test_what_it_says_arrives_as_models_and_the_answers_arrive_there() -> None:
    handler = OurCsms()
    async with our_csms(handler) as csms, peer_station(csms.port) as station:
        accepted = await station.call(BOOT)
        assert accepted.status == RegistrationStatusEnumType.accepted
        assert (accepted.current_time, accepted.interval) == (sample.TIME_TEXT, 300)
        heartbeat = await station.call(call.Heartbeat())
        assert heartbeat.current_time == sample.TIME_TEXT
        assert await station.call(STATUS) == call_result.StatusNotification()
        started = await station.call(STARTED)
        assert started.total_cost == 1.25
        assert started.id_token_info == {"status": AuthorizationStatusEnumType.accepted}
        assert await station.call(METER_VALUES) == call_result.MeterValues()
    boot, beat, *others = handler.heard
    assert (boot, beat) == (sample.BOOT, ocpp21.HeartbeatRequest())
    assert others == [sample.STATUS, sample.STARTED, sample.METER_VALUES]


@in_loop()
async def test_our_typed_caller_reads_its_variables() -> None:
    async with our_csms(OurCsms()) as csms, peer_station(csms.port) as station:
        told = await csms.calls(IDENTITY).get_variables(sample.ASKED)
        assert csms.connections[IDENTITY].compressed
    assert told.get_variable_result[0].attribute_value == "300"
    (asked,) = station.heard
    assert asked["get_variable_data"] == [
        {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
    ]


@in_loop()
async def test_our_handler_may_ask_it_before_it_answers() -> None:
    class Asking(OurCsms):
        async def on_boot_notification(
            self, request: ocpp21.BootNotificationRequest, context: Context
        ) -> ocpp21.BootNotificationResponse:
            self.heard.append(await context.peer.get_variables(sample.ASKED))
            return await super().on_boot_notification(request, context)

    handler = Asking()
    async with our_csms(handler) as csms, peer_station(csms.port) as station:
        accepted = await station.call(BOOT)
    assert accepted.status == RegistrationStatusEnumType.accepted
    told, boot = handler.heard
    assert isinstance(told, ocpp21.GetVariablesResponse)
    assert boot == sample.BOOT


@in_loop()
async def test_it_is_answered_while_it_owes_us_an_answer() -> None:
    heard = asyncio.Event()
    answers: list[asyncio.Task[call_result.Heartbeat]] = []

    class Hearing(OurCsms):
        async def on_heartbeat(
            self, request: ocpp21.HeartbeatRequest, context: Context
        ) -> ocpp21.HeartbeatResponse:
            heard.set()
            return await super().on_heartbeat(request, context)

    class Calling(PeerStation):
        @on(Action.get_base_report)
        async def on_get_base_report(self, **fields: object) -> call_result.GetBaseReport:
            answers.append(asyncio.create_task(self.call(call.Heartbeat())))
            await heard.wait()
            return call_result.GetBaseReport(status=GenericDeviceModelStatusEnumType.accepted)

    async with our_csms(Hearing()) as csms, peer_station(csms.port, Calling):
        report = await csms.calls(IDENTITY).get_base_report(sample.REPORT)
        assert report.status is ocpp21.GenericDeviceModelStatusEnumType.ACCEPTED
        assert (await answers[0]).current_time == sample.TIME_TEXT


@in_loop()
async def test_our_refusal_is_its_exception() -> None:
    class Refusing(OurCsms):
        async def on_transaction_event(
            self, request: ocpp21.TransactionEventRequest, context: Context
        ) -> ocpp21.TransactionEventResponse:
            raise Refusal(ErrorCode.SECURITY_ERROR, "boot first", {"retry": 3})

        async def on_meter_values(
            self, request: ocpp21.MeterValuesRequest, context: Context
        ) -> ocpp21.MeterValuesResponse:
            raise RuntimeError("a bug of ours")

    async with our_csms(Refusing()) as csms, peer_station(csms.port) as station:
        with pytest.raises(ocpp.exceptions.SecurityError) as refused:
            await station.call(STARTED, suppress=False)
        assert refused.value == ocpp.exceptions.SecurityError("boot first", {"retry": 3})
        with pytest.raises(ocpp.exceptions.InternalError) as failed:
            await station.call(METER_VALUES, suppress=False)
        assert "a bug of ours" not in str(failed.value)
        with pytest.raises(ocpp.exceptions.NotSupportedError):
            await station.call(TAMPERED, suppress=False)


@in_loop()
async def test_its_broken_payload_is_refused_with_the_place() -> None:
    wrong = call.StatusNotification(sample.TIME_TEXT, "Occupied", 1, 2)
    wrong.connector_id = "two"
    handler = OurCsms()
    async with our_csms(handler) as csms, peer_station(csms.port) as station:
        with pytest.raises(ocpp.exceptions.TypeConstraintViolationError) as refused:
            await station.call(wrong, suppress=False, skip_schema_validation=True)
    assert "/connectorId" in refused.value.description
    assert handler.heard == []


@in_loop()
async def test_its_refusal_is_our_exception() -> None:
    class Refusing(PeerStation):
        @on(Action.get_variables)
        async def on_get_variables(self, **fields: object) -> call_result.GetVariables:
            raise ocpp.exceptions.SecurityError("not for you", {"role": "guest"})

        @on(Action.get_base_report)
        async def on_get_base_report(self, **fields: object) -> call_result.GetBaseReport:
            raise RuntimeError("a bug of its own")

    async with our_csms(OurCsms()) as csms, peer_station(csms.port, Refusing):
        calls = csms.calls(IDENTITY)
        with pytest.raises(OCPPCallError) as refused:
            await calls.get_variables(sample.ASKED)
        with pytest.raises(OCPPCallError) as failed:
            await calls.get_base_report(sample.REPORT)
    assert refused.value.code is ErrorCode.SECURITY_ERROR
    assert (refused.value.description, refused.value.details) == ("not for you", {"role": "guest"})
    assert failed.value.code is ErrorCode.INTERNAL_ERROR


@in_loop()
async def test_its_answer_against_the_schema_is_our_exception() -> None:
    class Wrong(PeerStation):
        @on(Action.get_base_report, skip_schema_validation=True)
        async def on_get_base_report(self, **fields: object) -> call_result.GetBaseReport:
            return call_result.GetBaseReport(status="Perhaps")

    async with our_csms(OurCsms()) as csms, peer_station(csms.port, Wrong):
        with pytest.raises(OCPPValidationError) as wrong:
            await csms.calls(IDENTITY).get_base_report(sample.REPORT)
        # It does not know the CALLRESULTERROR that it gets now, and goes on all the same.
        told = await csms.calls(IDENTITY).get_variables(sample.ASKED)
    assert wrong.value.pointer == "/status"
    assert told.get_variable_result[0].attribute_value == "300"


@in_loop()
async def test_a_call_that_it_never_answers_times_out() -> None:
    async with our_csms(OurCsms()) as csms, peer_station(csms.port):
        calls = csms.calls(IDENTITY)
        with pytest.raises(OCPPTimeoutError):
            await calls.get_base_report(sample.REPORT, timeout=SOON)
        told = await calls.get_variables(sample.ASKED)
    assert told.get_variable_result[0].attribute_value == "300"


@in_loop()
async def test_its_answer_after_the_time_out_is_dropped() -> None:
    go_on = asyncio.Event()

    class Late(PeerStation):
        @on(Action.get_base_report)
        async def on_get_base_report(self, **fields: object) -> call_result.GetBaseReport:
            await go_on.wait()
            return call_result.GetBaseReport(status=GenericDeviceModelStatusEnumType.accepted)

    watcher = Watcher()
    async with our_csms(OurCsms(), observers=[watcher]) as csms, peer_station(csms.port, Late):
        calls = csms.calls(IDENTITY)
        with pytest.raises(OCPPTimeoutError):
            await calls.get_base_report(sample.REPORT, timeout=SOON)
        go_on.set()
        assert await watcher.ignored_frames.get() is Trouble.LATE_ANSWER
        told = await calls.get_variables(sample.ASKED)
    assert told.get_variable_result[0].attribute_value == "300"


@in_loop()
async def test_its_own_time_out_leaves_the_connection_usable() -> None:
    go_on = asyncio.Event()

    class Slow(OurCsms):
        async def on_boot_notification(
            self, request: ocpp21.BootNotificationRequest, context: Context
        ) -> ocpp21.BootNotificationResponse:
            await go_on.wait()
            return await super().on_boot_notification(request, context)

    async with (
        our_csms(Slow()) as csms,
        peer_station(csms.port, response_timeout=SOON) as station,
    ):
        with pytest.raises(asyncio.TimeoutError):
            await station.call(BOOT)
        go_on.set()
        station.be_patient()
        heartbeat = await station.call(call.Heartbeat())
    assert heartbeat.current_time == sample.TIME_TEXT


@in_loop()
async def test_it_comes_back_after_a_cut() -> None:
    asked, never = asyncio.Event(), asyncio.Event()

    class Silent(PeerStation):
        @on(Action.get_base_report)
        async def on_get_base_report(self, **fields: object) -> call_result.GetBaseReport:
            asked.set()
            await never.wait()
            raise AssertionError

    async with our_csms(OurCsms()) as csms:
        async with peer_station(csms.port, Silent) as station:
            first = csms.connections[IDENTITY]
            report = asyncio.create_task(first.calls.get_base_report(sample.REPORT))
            await asked.wait()
            station.socket.transport.abort()
            with pytest.raises(OCPPConnectionError):
                await report
        await first.wait_closed()
        with pytest.raises(OCPPConnectionError):
            csms.calls(IDENTITY)
        async with peer_station(csms.port) as station:
            told = await csms.calls(IDENTITY).get_variables(sample.ASKED)
            heartbeat = await station.call(call.Heartbeat())
    assert told.get_variable_result[0].attribute_value == "300"
    assert heartbeat.current_time == sample.TIME_TEXT


@in_loop()
async def test_its_second_connection_replaces_the_first() -> None:
    async with our_csms(OurCsms()) as csms, peer_station(csms.port) as first:
        async with peer_station(csms.port) as second:
            await first.socket.wait_closed()
            await csms.calls(IDENTITY).get_variables(sample.ASKED)
            with pytest.raises(ConnectionClosed):
                await first.call(call.Heartbeat())
    assert (len(first.heard), len(second.heard)) == (0, 1)
    assert first.socket.close_reason == "replaced by a newer connection"


@in_loop()
async def test_only_with_its_password_is_it_let_in() -> None:
    known = passwords({IDENTITY: "correct horse battery"})
    async with our_csms(OurCsms(), profile=SecurityProfile.BASIC, authenticate=known) as csms:
        with pytest.raises(InvalidStatus) as refused:
            async with peer_station(csms.port, password="wrong horse battery"):
                pass
        async with peer_station(csms.port, password="correct horse battery") as station:
            heartbeat = await station.call(call.Heartbeat())
    assert refused.value.response.status_code == 401
    assert heartbeat.current_time == sample.TIME_TEXT


@in_loop()
async def test_when_we_shut_down_it_gets_its_answer_and_then_a_goodbye() -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    class Slow(OurCsms):
        async def on_boot_notification(
            self, request: ocpp21.BootNotificationRequest, context: Context
        ) -> ocpp21.BootNotificationResponse:
            started.set()
            await go_on.wait()
            return await super().on_boot_notification(request, context)

    async with our_csms(Slow()) as csms, peer_station(csms.port) as station:
        port = csms.port
        boot = asyncio.create_task(station.call(BOOT))
        await started.wait()
        closing = asyncio.create_task(csms.close())
        await asyncio.sleep(0)  # it stops to listen at once
        assert not closing.done()
        with pytest.raises(ConnectionRefusedError):
            async with peer_station(port):
                pass
        go_on.set()
        assert (await boot).status == RegistrationStatusEnumType.accepted
        await closing
        await station.socket.wait_closed()
    assert station.socket.close_code == 1001
