"""The npm package `ocpp-rpc` as the CSMS of our Charging Station, over a socket.

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
    loop_factory,
)
from ocppj.core import Trouble
from tests.e2e import sample_messages as sample
from tests.e2e.event_loop import in_loop
from tests.e2e.node_peer import NodePeer, PeerError, node_csms
from tests.e2e.our_station import IDENTITY, Context, OurStation, our_station
from tests.e2e.watcher import Watcher

ACCEPTED_JSON: dict[str, object] = {
    "currentTime": sample.TIME_TEXT,
    "interval": 300,
    "status": "Accepted",
}
SOON = 0.2  # seconds, where a time-out is what the test is about


async def plan(csms: NodePeer) -> None:
    """Answers to everything that our station says."""
    await csms.answers("BootNotification", ACCEPTED_JSON)
    await csms.answers("Heartbeat", {"currentTime": sample.TIME_TEXT})
    await csms.answers("StatusNotification", {})
    started = {"totalCost": 1.25, "idTokenInfo": {"status": "Accepted"}}
    await csms.answers("TransactionEvent", started)
    await csms.answers("MeterValues", {})


@in_loop(loop_factory())
async def test_it_reads_what_we_say_and_its_answers_are_models(node: str) -> None:
    async with (
        node_csms(node) as (csms, port),
        our_station(OurStation(), port) as station,
    ):
        await plan(csms)
        client = await csms.event("client")
        connection = await station.connected()
        calls = connection.calls
        accepted = await calls.boot_notification(sample.BOOT)
        assert accepted.status is ocpp21.RegistrationStatusEnumType.ACCEPTED
        assert (accepted.current_time, accepted.interval) == (sample.TIME, 300)
        heartbeat = await calls.heartbeat(ocpp21.HeartbeatRequest())
        assert heartbeat.current_time == sample.TIME
        status = await calls.status_notification(sample.STATUS)
        assert status == ocpp21.StatusNotificationResponse()
        started = await calls.transaction_event(sample.STARTED)
        assert started.total_cost == 1.25
        metered = await calls.meter_values(sample.METER_VALUES)
        assert metered == ocpp21.MeterValuesResponse()
        received = [await csms.received() for _ in range(5)]
    assert (client["identity"], client["protocol"]) == (IDENTITY, "ocpp2.1")
    assert connection.compressed
    assert received == [
        ("BootNotification", sample.BOOT_JSON),
        ("Heartbeat", {}),
        ("StatusNotification", sample.STATUS_JSON),
        ("TransactionEvent", sample.STARTED_JSON),
        ("MeterValues", sample.METER_VALUES_JSON),
    ]


@in_loop(loop_factory())
async def test_it_reads_our_variables(node: str) -> None:
    handler = OurStation()
    async with node_csms(node) as (csms, port), our_station(handler, port):
        await csms.event("client")
        told = await csms.call("GetVariables", sample.ASKED_JSON)
    assert told == sample.TOLD_JSON
    assert handler.heard == [sample.ASKED]


@in_loop(loop_factory())
async def test_our_handler_may_ask_it_before_it_answers(node: str) -> None:
    class Asking(OurStation):
        async def on_get_base_report(
            self, request: ocpp21.GetBaseReportRequest, context: Context
        ) -> ocpp21.GetBaseReportResponse:
            self.heard.append(await context.peer.heartbeat(ocpp21.HeartbeatRequest()))
            return await super().on_get_base_report(request, context)

    handler = Asking()
    async with node_csms(node) as (csms, port), our_station(handler, port):
        await plan(csms)
        await csms.event("client")
        asked = {"requestId": 7, "reportBase": "FullInventory"}
        report = await csms.call("GetBaseReport", asked)
    assert report == {"status": "Accepted"}
    assert handler.heard == [ocpp21.HeartbeatResponse(current_time=sample.TIME), sample.REPORT]


@in_loop(loop_factory())
async def test_it_is_answered_while_it_owes_us_an_answer(node: str) -> None:
    async with (
        node_csms(node) as (csms, port),
        our_station(OurStation(), port) as station,
    ):
        await csms.holds("BootNotification")
        calls = (await station.connected()).calls
        boot = asyncio.create_task(calls.boot_notification(sample.BOOT))
        await csms.received()
        assert await csms.call("GetVariables", sample.ASKED_JSON) == sample.TOLD_JSON
        assert not boot.done()
        await csms.release("BootNotification", ACCEPTED_JSON)
        assert (await boot).status is ocpp21.RegistrationStatusEnumType.ACCEPTED


@in_loop(loop_factory())
async def test_its_refusal_is_our_exception(node: str) -> None:
    async with (
        node_csms(node) as (csms, port),
        our_station(OurStation(), port) as station,
    ):
        await csms.refuses("Heartbeat", "SecurityError", "boot first", {"retry": 3})
        await csms.refuses("MeterValues", "OccurenceConstraintViolation", "too many", {})
        calls = (await station.connected()).calls
        with pytest.raises(OCPPCallError) as refused:
            await calls.heartbeat(ocpp21.HeartbeatRequest())
        with pytest.raises(OCPPCallError) as misspelt:
            await calls.meter_values(sample.METER_VALUES)
        with pytest.raises(OCPPCallError) as unhandled:
            await calls.status_notification(sample.STATUS)
    assert refused.value.code is ErrorCode.SECURITY_ERROR
    assert (refused.value.description, refused.value.details) == ("boot first", {"retry": 3})
    # Its strict mode spells this one as OCPP 1.6 does, whichever version is spoken.
    assert misspelt.value.code is ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION
    assert unhandled.value.code is ErrorCode.NOT_IMPLEMENTED


@in_loop(loop_factory())
async def test_our_refusal_is_its_error(node: str) -> None:
    class Refusing(OurStation):
        async def on_get_variables(
            self, request: ocpp21.GetVariablesRequest, context: Context
        ) -> ocpp21.GetVariablesResponse:
            raise Refusal(ErrorCode.SECURITY_ERROR, "not for you", {"role": "guest"})

    async with node_csms(node, strictMode=False) as (csms, port), our_station(Refusing(), port):
        await csms.event("client")
        with pytest.raises(PeerError) as refused:
            await csms.call("GetVariables", sample.ASKED_JSON)
        with pytest.raises(PeerError) as unhandled:
            await csms.call("ClearCache", {})
        with pytest.raises(PeerError) as invalid:
            await csms.call("GetBaseReport", {"requestId": 7, "reportBase": "Everything"})
    assert (refused.value.type, refused.value.code) == ("RPCSecurityError", "SecurityError")
    assert (refused.value.message, refused.value.details) == ("not for you", {"role": "guest"})
    assert unhandled.value.code == "NotSupported"
    assert invalid.value.code == "PropertyConstraintViolation"
    assert "/reportBase" in str(invalid.value.message)


@in_loop(loop_factory())
async def test_its_answer_against_the_schema_is_our_exception(node: str) -> None:
    async with (
        node_csms(node, strictMode=False) as (csms, port),
        our_station(OurStation(), port) as station,
    ):
        await csms.answers("Heartbeat", {"currentTime": "yesterday"})
        calls = (await station.connected()).calls
        with pytest.raises(OCPPValidationError) as wrong:
            await calls.heartbeat(ocpp21.HeartbeatRequest())
        # It does not know the CALLRESULTERROR that it gets now, and goes on all the same.
        assert await csms.complaint() == "Unrecognised message type"
        assert await csms.call("GetVariables", sample.ASKED_JSON) == sample.TOLD_JSON
    assert wrong.value.pointer == "/currentTime"


@in_loop(loop_factory())
async def test_a_send_that_it_does_not_know_does_no_harm(node: str) -> None:
    watcher = Watcher()
    async with (
        node_csms(node) as (csms, port),
        our_station(OurStation(), port, observers=[watcher]) as station,
    ):
        await csms.holds("BootNotification")
        calls = (await station.connected()).calls
        boot = asyncio.create_task(calls.boot_notification(sample.BOOT))
        await csms.received()
        await calls.notify_periodic_event_stream(sample.STREAM)
        assert await csms.complaint() == "Unrecognised message type"
        # It answers with a CALLERROR for "-1", which is not for the CALL that waits.
        assert await watcher.ignored_frames.get() is Trouble.UNREAD_BY_PEER
        assert not boot.done()
        await csms.release("BootNotification", ACCEPTED_JSON)
        assert (await boot).interval == 300


@in_loop(loop_factory())
async def test_a_call_that_it_answers_too_late_times_out(node: str) -> None:
    watcher = Watcher()
    async with (
        node_csms(node) as (csms, port),
        our_station(OurStation(), port, observers=[watcher]) as station,
    ):
        await plan(csms)
        await csms.holds("BootNotification")
        calls = (await station.connected()).calls
        with pytest.raises(OCPPTimeoutError):
            await calls.boot_notification(sample.BOOT, timeout=SOON)
        heartbeat = await calls.heartbeat(ocpp21.HeartbeatRequest())
        await csms.release("BootNotification", ACCEPTED_JSON)
        assert await watcher.ignored_frames.get() is Trouble.LATE_ANSWER
    assert heartbeat.current_time == sample.TIME


@in_loop(loop_factory())
async def test_its_own_time_out_leaves_the_connection_usable(node: str) -> None:
    go_on = asyncio.Event()

    class Slow(OurStation):
        async def on_get_base_report(
            self, request: ocpp21.GetBaseReportRequest, context: Context
        ) -> ocpp21.GetBaseReportResponse:
            await go_on.wait()
            return await super().on_get_base_report(request, context)

    async with node_csms(node) as (csms, port), our_station(Slow(), port):
        await csms.event("client")
        asked = {"requestId": 7, "reportBase": "FullInventory"}
        with pytest.raises(PeerError) as late:
            await csms.call("GetBaseReport", asked, timeout_ms=int(SOON * 1000))
        go_on.set()
        assert "unrecognised message ID" in str(await csms.complaint())
        assert await csms.call("GetVariables", sample.ASKED_JSON) == sample.TOLD_JSON
    assert late.value.type == "TimeoutError"


@pytest.mark.parametrize("code", [1012, None], ids=["goodbye", "cut"])
@in_loop(loop_factory())
async def test_we_come_back_by_ourselves(node: str, code: int | None) -> None:
    async with (
        node_csms(node) as (csms, port),
        our_station(OurStation(), port) as station,
    ):
        await plan(csms)
        await csms.holds("BootNotification")
        await csms.event("client")
        first = await station.connected()
        boot = asyncio.create_task(first.calls.boot_notification(sample.BOOT))
        await csms.received()
        closing = asyncio.create_task(csms.ask("disconnect", code=code))
        if code is not None:  # before a goodbye it waits for what it is still handling
            await csms.release("BootNotification", ACCEPTED_JSON)
            assert (await boot).interval == 300
        else:
            with pytest.raises(OCPPConnectionError):
                await boot
        await closing
        await csms.event("client")
        second = await station.connected()
        heartbeat = await station.calls.heartbeat(ocpp21.HeartbeatRequest())
        told = await csms.call("GetVariables", sample.ASKED_JSON)
    assert first.close_code == (code or 1006)
    assert second is not first
    assert heartbeat.current_time == sample.TIME
    assert told == sample.TOLD_JSON


@in_loop(loop_factory())
async def test_it_lets_us_in_with_the_password(node: str) -> None:
    watcher = Watcher()
    right = "correct horse battery"
    async with node_csms(node, password=right) as (csms, port):
        await plan(csms)
        async with our_station(OurStation(), port, "wrong horse battery", [watcher]):
            _, reason = await watcher.refused_connections.get()
        async with our_station(OurStation(), port, right) as station:
            await station.connected()
            heartbeat = await station.calls.heartbeat(ocpp21.HeartbeatRequest())
    assert "401" in reason
    assert heartbeat.current_time == sample.TIME


@in_loop(loop_factory())
async def test_with_no_version_in_common_we_say_so(node: str) -> None:
    watcher = Watcher()
    async with node_csms(node, protocols=["ocpp1.6"]) as (_, port):
        async with our_station(OurStation(), port, observers=[watcher]) as station:
            identity, reason = await watcher.refused_connections.get()
            assert not station.is_connected
    assert (identity, reason) == (IDENTITY, "the CSMS speaks none of our versions of OCPP")
