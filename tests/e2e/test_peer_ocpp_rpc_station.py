"""The npm package `ocpp-rpc` as the Charging Station of our CSMS, over a socket.

On the event loop that `ocppj.run` takes. The peer validates what it sends and what it gets.
"""

from __future__ import annotations

import asyncio

import pytest

import ocpp21
from ocppj import (
    ErrorCode,
    OCPPCallError,
    OCPPConnectionError,
    OCPPTimeoutError,
    OCPPValidationError,
    Refusal,
    SecurityProfile,
    loop_factory,
    passwords,
)
from ocppj.core import Trouble
from tests.e2e import sample_messages as sample
from tests.e2e.event_loop import in_loop
from tests.e2e.node_peer import PeerError, node_station
from tests.e2e.our_csms import Context, OurCsms, our_csms
from tests.e2e.our_station import IDENTITY
from tests.e2e.watcher import Watcher

SOON = 0.2  # seconds, where a time-out is what the test is about


@in_loop(loop_factory())
async def test_what_it_says_arrives_as_models_and_the_answers_arrive_there(node: str) -> None:
    handler = OurCsms()
    async with our_csms(handler) as csms, node_station(node, csms.port) as station:
        await station.ask("connect")
        assert (await station.event("open"))["protocol"] == "ocpp2.1"
        assert await station.call("BootNotification", sample.BOOT_JSON) == {
            "currentTime": sample.TIME_TEXT,
            "interval": 300,
            "status": "Accepted",
        }
        assert await station.call("Heartbeat", {}) == {"currentTime": sample.TIME_TEXT}
        assert await station.call("StatusNotification", sample.STATUS_JSON) == {}
        assert await station.call("TransactionEvent", sample.STARTED_JSON) == {
            "totalCost": 1.25,
            "idTokenInfo": {"status": "Accepted"},
        }
        assert await station.call("MeterValues", sample.METER_VALUES_JSON) == {}
    boot, beat, *others = handler.heard
    assert (boot, beat) == (sample.BOOT, ocpp21.HeartbeatRequest())
    assert others == [sample.STATUS, sample.STARTED, sample.METER_VALUES]


@in_loop(loop_factory())
async def test_our_typed_caller_reads_its_variables(node: str) -> None:
    async with our_csms(OurCsms()) as csms, node_station(node, csms.port) as station:
        await station.answers("GetVariables", sample.TOLD_JSON)
        await station.ask("connect")
        told = await csms.calls(IDENTITY).get_variables(sample.ASKED)
        assert csms.connections[IDENTITY].compressed
        assert await station.received() == ("GetVariables", sample.ASKED_JSON)
    assert told.get_variable_result[0].attribute_value == "300"


@in_loop(loop_factory())
async def test_our_handler_may_ask_it_before_it_answers(node: str) -> None:
    class Asking(OurCsms):
        async def on_boot_notification(
            self, request: ocpp21.BootNotificationRequest, context: Context
        ) -> ocpp21.BootNotificationResponse:
            self.heard.append(await context.peer.get_variables(sample.ASKED))
            return await super().on_boot_notification(request, context)

    handler = Asking()
    async with our_csms(handler) as csms, node_station(node, csms.port) as station:
        await station.answers("GetVariables", sample.TOLD_JSON)
        await station.ask("connect")
        accepted = await station.call("BootNotification", sample.BOOT_JSON)
    assert isinstance(accepted, dict)
    assert accepted["status"] == "Accepted"
    told, boot = handler.heard
    assert isinstance(told, ocpp21.GetVariablesResponse)
    assert boot == sample.BOOT


@in_loop(loop_factory())
async def test_it_is_answered_while_it_owes_us_an_answer(node: str) -> None:
    async with our_csms(OurCsms()) as csms, node_station(node, csms.port) as station:
        await station.holds("GetBaseReport")
        await station.ask("connect")
        report = asyncio.create_task(csms.calls(IDENTITY).get_base_report(sample.REPORT))
        await station.received()
        assert await station.call("Heartbeat", {}) == {"currentTime": sample.TIME_TEXT}
        assert not report.done()
        await station.release("GetBaseReport", {"status": "Accepted"})
        assert (await report).status is ocpp21.GenericDeviceModelStatusEnumType.ACCEPTED


@in_loop(loop_factory())
async def test_our_refusal_is_its_error(node: str) -> None:
    class Refusing(OurCsms):
        async def on_transaction_event(
            self, request: ocpp21.TransactionEventRequest, context: Context
        ) -> ocpp21.TransactionEventResponse:
            raise Refusal(ErrorCode.SECURITY_ERROR, "boot first", {"retry": 3})

        async def on_meter_values(
            self, request: ocpp21.MeterValuesRequest, context: Context
        ) -> ocpp21.MeterValuesResponse:
            raise RuntimeError("a bug of ours")

    async with our_csms(Refusing()) as csms, node_station(node, csms.port) as station:
        await station.ask("connect")
        with pytest.raises(PeerError) as refused:
            await station.call("TransactionEvent", sample.STARTED_JSON)
        with pytest.raises(PeerError) as failed:
            await station.call("MeterValues", sample.METER_VALUES_JSON)
        tampered = {"type": "Tamper", "timestamp": sample.TIME_TEXT}
        with pytest.raises(PeerError) as unhandled:
            await station.call("SecurityEventNotification", tampered)
    assert (refused.value.type, refused.value.code) == ("RPCSecurityError", "SecurityError")
    assert (refused.value.message, refused.value.details) == ("boot first", {"retry": 3})
    assert failed.value.code == "InternalError"
    assert "a bug of ours" not in str(failed.value.message)
    assert unhandled.value.code == "NotSupported"


@in_loop(loop_factory())
async def test_its_broken_payload_is_refused_with_the_place(node: str) -> None:
    handler = OurCsms()
    async with (
        our_csms(handler) as csms,
        node_station(node, csms.port, strictMode=False) as station,
    ):
        await station.ask("connect")
        with pytest.raises(PeerError) as wrong_type:
            await station.call("StatusNotification", {**sample.STATUS_JSON, "connectorId": "two"})
        with pytest.raises(PeerError) as unknown:
            await station.call("Dance", {})
    assert wrong_type.value.code == "TypeConstraintViolation"
    assert "/connectorId" in str(wrong_type.value.message)
    assert unknown.value.code == "NotImplemented"
    assert handler.heard == []


@in_loop(loop_factory())
async def test_its_refusal_is_our_exception(node: str) -> None:
    async with our_csms(OurCsms()) as csms, node_station(node, csms.port) as station:
        await station.refuses("GetVariables", "SecurityError", "not for you", {"role": "guest"})
        await station.refuses("GetBaseReport", "OccurenceConstraintViolation", "too many", {})
        await station.ask("connect")
        calls = csms.calls(IDENTITY)
        with pytest.raises(OCPPCallError) as refused:
            await calls.get_variables(sample.ASKED)
        with pytest.raises(OCPPCallError) as misspelt:
            await calls.get_base_report(sample.REPORT)
        with pytest.raises(OCPPCallError) as unhandled:
            await calls.clear_cache(ocpp21.ClearCacheRequest())
    assert refused.value.code is ErrorCode.SECURITY_ERROR
    assert (refused.value.description, refused.value.details) == ("not for you", {"role": "guest"})
    # Its strict mode spells this one as OCPP 1.6 does, whichever version is spoken.
    assert misspelt.value.code is ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION
    assert unhandled.value.code is ErrorCode.NOT_IMPLEMENTED


@in_loop(loop_factory())
async def test_its_answer_against_the_schema_is_our_exception(node: str) -> None:
    async with (
        our_csms(OurCsms()) as csms,
        node_station(node, csms.port, strictMode=False) as station,
    ):
        await station.answers("GetBaseReport", {"status": "Perhaps"})
        await station.ask("connect")
        with pytest.raises(OCPPValidationError) as wrong:
            await csms.calls(IDENTITY).get_base_report(sample.REPORT)
        # It does not know the CALLRESULTERROR that it gets now, and goes on all the same.
        assert await station.complaint() == "Unrecognised message type"
        assert await station.call("Heartbeat", {}) == {"currentTime": sample.TIME_TEXT}
    assert wrong.value.pointer == "/status"


@in_loop(loop_factory())
async def test_a_call_that_it_answers_too_late_times_out(node: str) -> None:
    watcher = Watcher()
    async with (
        our_csms(OurCsms(), observers=[watcher]) as csms,
        node_station(node, csms.port) as station,
    ):
        await station.holds("GetBaseReport")
        await station.answers("GetVariables", sample.TOLD_JSON)
        await station.ask("connect")
        calls = csms.calls(IDENTITY)
        with pytest.raises(OCPPTimeoutError):
            await calls.get_base_report(sample.REPORT, timeout=SOON)
        told = await calls.get_variables(sample.ASKED)
        await station.release("GetBaseReport", {"status": "Accepted"})
        assert await watcher.ignored_frames.get() is Trouble.LATE_ANSWER
    assert told.get_variable_result[0].attribute_value == "300"


@in_loop(loop_factory())
async def test_its_own_time_out_leaves_the_connection_usable(node: str) -> None:
    go_on = asyncio.Event()

    class Slow(OurCsms):
        async def on_boot_notification(
            self, request: ocpp21.BootNotificationRequest, context: Context
        ) -> ocpp21.BootNotificationResponse:
            await go_on.wait()
            return await super().on_boot_notification(request, context)

    async with our_csms(Slow()) as csms, node_station(node, csms.port) as station:
        await station.ask("connect")
        with pytest.raises(PeerError) as late:
            await station.call("BootNotification", sample.BOOT_JSON, timeout_ms=int(SOON * 1000))
        go_on.set()
        assert "unrecognised message ID" in str(await station.complaint())
        assert await station.call("Heartbeat", {}) == {"currentTime": sample.TIME_TEXT}
    assert late.value.type == "TimeoutError"


@in_loop(loop_factory())
async def test_it_comes_back_after_we_close_the_connection(node: str) -> None:
    watcher = Watcher()
    async with (
        our_csms(OurCsms(), observers=[watcher]) as csms,
        node_station(node, csms.port) as station,
    ):
        await station.holds("GetBaseReport")
        await station.answers("GetVariables", sample.TOLD_JSON)
        await station.ask("connect")
        await station.event("open")
        first = csms.connections[IDENTITY]
        report = asyncio.create_task(first.calls.get_base_report(sample.REPORT))
        await station.received()
        await first.close(1012, "restart")
        with pytest.raises(OCPPConnectionError):
            await report
        gone = await station.event("disconnect")
        assert (gone["code"], gone["reason"]) == (1012, "restart")
        await station.event("open")
        await station.release("GetBaseReport", {"status": "Accepted"})
        # It answers on the new connection what it was asked on the old one.
        assert await watcher.ignored_frames.get() is Trouble.UNASKED_ANSWER
        assert await station.call("Heartbeat", {}) == {"currentTime": sample.TIME_TEXT}
        told = await csms.calls(IDENTITY).get_variables(sample.ASKED)
    assert told.get_variable_result[0].attribute_value == "300"


@in_loop(loop_factory())
async def test_only_with_its_password_is_it_let_in(node: str) -> None:
    right = "correct horse battery"
    known = passwords({IDENTITY: right})
    async with our_csms(OurCsms(), profile=SecurityProfile.BASIC, authenticate=known) as csms:
        async with node_station(node, csms.port, password="wrong horse battery") as station:
            with pytest.raises(PeerError) as refused:
                await station.ask("connect")
        async with node_station(node, csms.port, password=right) as station:
            await station.ask("connect")
            assert await station.call("Heartbeat", {}) == {"currentTime": sample.TIME_TEXT}
    assert refused.value.status == 401


@in_loop(loop_factory())
async def test_with_no_version_in_common_it_is_told_so(node: str) -> None:
    async with our_csms(OurCsms()) as csms:
        async with node_station(node, csms.port, protocols=["ocpp1.6"]) as station:
            with pytest.raises(PeerError) as refused:
                await station.ask("connect")
    # The handshake was answered, without a version (OCPP 2.1 Part 4, 3.1.2).
    assert refused.value.message == "Server sent no subprotocol"
