"""The package `ocpp` as the CSMS of our Charging Station, over a socket."""

from __future__ import annotations

import asyncio

import ocpp.exceptions
import pytest
from ocpp.charge_point import camel_to_snake_case
from ocpp.routing import on
from ocpp.v21 import call, call_result, datatypes
from ocpp.v21.enums import Action, GetVariableStatusEnumType, ReportBaseEnumType

import ocpp21
from ocppj import (
    ErrorCode,
    OCPPCallError,
    OCPPConnectionError,
    OCPPTimeoutError,
    OCPPValidationError,
    Refusal,
)
from ocppj.core import Trouble
from tests.e2e import sample_messages as sample
from tests.e2e.event_loop import in_loop
from tests.e2e.ocpp_peers import PeerCsms, peer_csms
from tests.e2e.our_station import IDENTITY, Context, OurStation, our_station
from tests.e2e.watcher import Watcher

ASKED = call.GetVariables(
    get_variable_data=[
        datatypes.GetVariableDataType(
            component=datatypes.ComponentType(name="OCPPCommCtrlr"),
            variable=datatypes.VariableType(name="HeartbeatInterval"),
        )
    ]
)
REPORT = call.GetBaseReport(request_id=7, report_base=ReportBaseEnumType.full_inventory)
SOON = 0.2  # seconds, where a time-out is what the test is about


@in_loop()
async def test_it_reads_what_we_say_and_its_answers_are_models() -> None:
    async with peer_csms() as port, our_station(OurStation(), port.number) as station:
        csms = await port.connected()
        calls = (await station.connected()).calls
        accepted = await calls.boot_notification(sample.BOOT)
        assert accepted.status is ocpp21.RegistrationStatusEnumType.ACCEPTED
        assert (accepted.current_time, accepted.interval) == (sample.TIME, 300)
        heartbeat = await calls.heartbeat(ocpp21.HeartbeatRequest())
        assert heartbeat.current_time == sample.TIME
        status = await calls.status_notification(sample.STATUS)
        assert status == ocpp21.StatusNotificationResponse()
        started = await calls.transaction_event(sample.STARTED)
        assert started.total_cost == 1.25
        assert started.id_token_info is not None
        assert started.id_token_info.status is ocpp21.AuthorizationStatusEnumType.ACCEPTED
        metered = await calls.meter_values(sample.METER_VALUES)
        assert metered == ocpp21.MeterValuesResponse()
    assert csms.id == IDENTITY
    assert csms.heard == [
        camel_to_snake_case(sample.BOOT_JSON),
        {},
        camel_to_snake_case(sample.STATUS_JSON),
        camel_to_snake_case(sample.STARTED_JSON),
        camel_to_snake_case(sample.METER_VALUES_JSON),
    ]


@in_loop()
async def test_it_reads_our_variables() -> None:
    handler = OurStation()
    async with peer_csms() as port, our_station(handler, port.number) as station:
        csms = await port.connected()
        told = await csms.call(ASKED)
        assert (await station.connected()).compressed
    (result,) = told.get_variable_result
    assert result["attribute_status"] == GetVariableStatusEnumType.accepted
    assert result["attribute_value"] == "300"
    (asked,) = handler.heard
    assert isinstance(asked, ocpp21.GetVariablesRequest)
    assert asked.get_variable_data[0].variable.name == "HeartbeatInterval"


@in_loop()
async def test_our_handler_may_ask_it_before_it_answers() -> None:
    class Asking(OurStation):
        async def on_get_base_report(
            self, request: ocpp21.GetBaseReportRequest, context: Context
        ) -> ocpp21.GetBaseReportResponse:
            self.heard.append(await context.peer.heartbeat(ocpp21.HeartbeatRequest()))
            return await super().on_get_base_report(request, context)

    handler = Asking()
    async with peer_csms() as port, our_station(handler, port.number):
        csms = await port.connected()
        report = await csms.call(REPORT)
    assert report.status == "Accepted"
    assert handler.heard == [ocpp21.HeartbeatResponse(current_time=sample.TIME), sample.REPORT]


@in_loop()
async def test_what_follows_an_answer_goes_out_after_it() -> None:
    class Reporting(OurStation):
        async def on_get_base_report(
            self, request: ocpp21.GetBaseReportRequest, context: Context
        ) -> ocpp21.GetBaseReportResponse:
            context.after_answer(lambda: context.peer.status_notification(sample.STATUS))
            return await super().on_get_base_report(request, context)

    order: list[str] = []
    told = asyncio.Event()

    class Ordering(PeerCsms):
        async def route_message(self, raw_msg: str) -> None:
            order.append(raw_msg[:2])
            await super().route_message(raw_msg)

        @on(Action.status_notification)
        async def on_status_notification(self, **fields: object) -> call_result.StatusNotification:
            told.set()
            return await super().on_status_notification(**fields)

    async with peer_csms(Ordering) as port, our_station(Reporting(), port.number):
        csms = await port.connected()
        await csms.call(REPORT)
        await told.wait()
    assert order[:2] == ["[3", "[2"]


@in_loop()
async def test_it_is_answered_while_it_owes_us_an_answer() -> None:
    heard = asyncio.Event()
    answers: list[asyncio.Task[call_result.GetVariables]] = []

    class Hearing(OurStation):
        async def on_get_variables(
            self, request: ocpp21.GetVariablesRequest, context: Context
        ) -> ocpp21.GetVariablesResponse:
            heard.set()
            return await super().on_get_variables(request, context)

    class Calling(PeerCsms):
        @on(Action.boot_notification)
        async def on_boot_notification(self, **fields: object) -> call_result.BootNotification:
            answers.append(asyncio.create_task(self.call(ASKED)))
            await heard.wait()
            return await super().on_boot_notification(**fields)

    async with peer_csms(Calling) as port, our_station(Hearing(), port.number) as station:
        await station.connected()
        accepted = await station.calls.boot_notification(sample.BOOT)
        told = await answers[0]
    assert accepted.status is ocpp21.RegistrationStatusEnumType.ACCEPTED
    assert told.get_variable_result[0]["attribute_value"] == "300"


@in_loop()
async def test_its_refusal_is_our_exception() -> None:
    class Refusing(PeerCsms):
        @on(Action.heartbeat)
        async def on_heartbeat(self, **fields: object) -> call_result.Heartbeat:
            raise ocpp.exceptions.SecurityError("boot first", {"retry": 3})

        @on(Action.meter_values)
        async def on_meter_values(self, **fields: object) -> call_result.MeterValues:
            raise RuntimeError("a bug of its own")

    async with peer_csms(Refusing) as port, our_station(OurStation(), port.number) as station:
        calls = (await station.connected()).calls
        with pytest.raises(OCPPCallError) as refused:
            await calls.heartbeat(ocpp21.HeartbeatRequest())
        with pytest.raises(OCPPCallError) as failed:
            await calls.meter_values(sample.METER_VALUES)
    assert refused.value.code is ErrorCode.SECURITY_ERROR
    assert (refused.value.description, refused.value.details) == ("boot first", {"retry": 3})
    assert failed.value.code is ErrorCode.INTERNAL_ERROR


@in_loop()
async def test_our_refusal_is_its_exception() -> None:
    class Refusing(OurStation):
        async def on_get_variables(
            self, request: ocpp21.GetVariablesRequest, context: Context
        ) -> ocpp21.GetVariablesResponse:
            raise Refusal(ErrorCode.SECURITY_ERROR, "not for you", {"role": "guest"})

    async with peer_csms() as port, our_station(Refusing(), port.number):
        csms = await port.connected()
        with pytest.raises(ocpp.exceptions.SecurityError) as refused:
            await csms.call(ASKED, suppress=False)
        with pytest.raises(ocpp.exceptions.NotSupportedError):
            await csms.call(call.ClearCache(), suppress=False)
        wrong = call.GetBaseReport(request_id=7, report_base="Everything")
        with pytest.raises(ocpp.exceptions.PropertyConstraintViolationError) as invalid:
            await csms.call(wrong, suppress=False, skip_schema_validation=True)
    assert refused.value == ocpp.exceptions.SecurityError("not for you", {"role": "guest"})
    assert "/reportBase" in invalid.value.description


@in_loop()
async def test_its_answer_against_the_schema_is_our_exception() -> None:
    class Wrong(PeerCsms):
        @on(Action.boot_notification, skip_schema_validation=True)
        async def on_boot_notification(self, **fields: object) -> call_result.BootNotification:
            return call_result.BootNotification("yesterday", 300, "Accepted")

    async with peer_csms(Wrong) as port, our_station(OurStation(), port.number) as station:
        calls = (await station.connected()).calls
        with pytest.raises(OCPPValidationError) as wrong:
            await calls.boot_notification(sample.BOOT)
        # It does not know the CALLRESULTERROR that it gets now, and goes on all the same.
        heartbeat = await calls.heartbeat(ocpp21.HeartbeatRequest())
    assert wrong.value.pointer == "/currentTime"
    assert heartbeat.current_time == sample.TIME


@in_loop()
async def test_a_send_that_it_does_not_know_does_no_harm() -> None:
    async with peer_csms() as port, our_station(OurStation(), port.number) as station:
        calls = (await station.connected()).calls
        await calls.notify_periodic_event_stream(sample.STREAM)
        heartbeat = await calls.heartbeat(ocpp21.HeartbeatRequest())
    assert heartbeat.current_time == sample.TIME


@in_loop()
async def test_a_call_that_it_never_answers_times_out() -> None:
    async with peer_csms() as port, our_station(OurStation(), port.number) as station:
        calls = (await station.connected()).calls
        tampered = ocpp21.SecurityEventNotificationRequest(type="Tamper", timestamp=sample.TIME)
        with pytest.raises(OCPPTimeoutError):  # it has no handler and says nothing
            await calls.security_event_notification(tampered, timeout=SOON)
        heartbeat = await calls.heartbeat(ocpp21.HeartbeatRequest())
    assert heartbeat.current_time == sample.TIME


@in_loop()
async def test_its_answer_after_the_time_out_is_dropped() -> None:
    go_on = asyncio.Event()

    class Late(PeerCsms):
        @on(Action.boot_notification)
        async def on_boot_notification(self, **fields: object) -> call_result.BootNotification:
            await go_on.wait()
            return await super().on_boot_notification(**fields)

    watcher = Watcher()
    async with (
        peer_csms(Late) as port,
        our_station(OurStation(), port.number, observers=[watcher]) as station,
    ):
        calls = (await station.connected()).calls
        with pytest.raises(OCPPTimeoutError):
            await calls.boot_notification(sample.BOOT, timeout=SOON)
        go_on.set()
        assert await watcher.ignored_frames.get() is Trouble.LATE_ANSWER
        heartbeat = await calls.heartbeat(ocpp21.HeartbeatRequest())
    assert heartbeat.current_time == sample.TIME


@in_loop()
async def test_its_own_time_out_leaves_the_connection_usable() -> None:
    go_on = asyncio.Event()

    class Slow(OurStation):
        async def on_get_base_report(
            self, request: ocpp21.GetBaseReportRequest, context: Context
        ) -> ocpp21.GetBaseReportResponse:
            await go_on.wait()
            return await super().on_get_base_report(request, context)

    async with peer_csms(response_timeout=SOON) as port, our_station(Slow(), port.number):
        csms = await port.connected()
        with pytest.raises(asyncio.TimeoutError):
            await csms.call(REPORT)
        go_on.set()
        csms.be_patient()
        told = await csms.call(ASKED)
    assert told.get_variable_result[0]["attribute_value"] == "300"


@in_loop()
async def test_we_come_back_by_ourselves_after_a_cut() -> None:
    asked, go_on = asyncio.Event(), asyncio.Event()

    class Slow(PeerCsms):
        @on(Action.boot_notification)
        async def on_boot_notification(self, **fields: object) -> call_result.BootNotification:
            asked.set()
            await go_on.wait()
            return await super().on_boot_notification(**fields)

    async with peer_csms(Slow) as port, our_station(OurStation(), port.number) as station:
        first = await port.connected()
        await station.connected()
        boot = asyncio.create_task(station.calls.boot_notification(sample.BOOT))
        await asked.wait()
        first.socket.transport.abort()
        with pytest.raises(OCPPConnectionError):
            await boot
        go_on.set()
        second = await port.connected()
        await station.connected()
        heartbeat = await station.calls.heartbeat(ocpp21.HeartbeatRequest())
        told = await second.call(ASKED)
    assert heartbeat.current_time == sample.TIME
    assert told.get_variable_result[0]["attribute_value"] == "300"


@in_loop()
async def test_we_come_back_by_ourselves_after_a_goodbye() -> None:
    async with peer_csms() as port, our_station(OurStation(), port.number) as station:
        csms = await port.connected()
        first = await station.connected()
        await csms.socket.close(1001, "going down")
        await port.connected()
        second = await station.connected()
        heartbeat = await station.calls.heartbeat(ocpp21.HeartbeatRequest())
    assert (first.close_code, first.close_reason) == (1001, "going down")
    assert second is not first
    assert heartbeat.current_time == sample.TIME


@in_loop()
async def test_it_lets_us_in_with_the_password() -> None:
    watcher = Watcher()
    async with peer_csms(password="correct horse battery") as port:
        wrong, right = "wrong horse battery", "correct horse battery"
        async with our_station(OurStation(), port.number, wrong, [watcher]):
            _, reason = await watcher.refused_connections.get()
        async with our_station(OurStation(), port.number, right) as station:
            await station.connected()
            heartbeat = await station.calls.heartbeat(ocpp21.HeartbeatRequest())
    assert "401" in reason
    assert heartbeat.current_time == sample.TIME


@in_loop()
async def test_when_we_leave_it_gets_a_goodbye() -> None:
    async with peer_csms() as port:
        async with our_station(OurStation(), port.number) as station:
            csms = await port.connected()
            await station.connected()
        await csms.socket.wait_closed()
    assert csms.socket.close_code == 1000
