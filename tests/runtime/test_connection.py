"""A connection, over real sockets: CALLs both ways, in all their order and disorder."""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.runtime.looping import in_loops, settle, until
from tests.runtime.manual_clock import ManualClock
from tests.runtime.raw_peer import raw_peer
from tests.runtime.sides import (
    HEARTBEAT,
    HEARTBEAT_ANSWER,
    NOW,
    RESET,
    Clerk,
    csms,
    pair,
    stream,
    transfer,
)
from websockets.frames import CloseCode, Frame, Opcode

import ocpp21
from ocpp21 import (
    ChargingStationCalls,
    ChargingStationHandler,
    CsmsCalls,
    CsmsHandler,
    HeartbeatRequest,
    HeartbeatResponse,
    ResetRequest,
    ResetResponse,
)
from ocppj import (
    CallContext,
    ErrorCode,
    Limits,
    OCPPCallError,
    OCPPConnectionError,
    OCPPTimeoutError,
    OCPPValidationError,
    Refusal,
)


@in_loops
async def test_calls_go_both_ways() -> None:
    async with pair() as (server, client, _):
        assert (await client.calls.heartbeat(HEARTBEAT)).current_time == NOW
        assert (await server.calls("CS001").reset(RESET)).status == "Accepted"
        # the handler of Reset has called back while its own CALL was open


@in_loops
async def test_crossing_calls_are_both_answered() -> None:
    clerk = Clerk()
    async with pair(clerk) as (server, client, _):
        slow = asyncio.create_task(client.calls.data_transfer(transfer()))
        await until(lambda: clerk.waiting == 1)
        with pytest.raises(OCPPCallError) as caught:
            await server.calls("CS001").clear_cache(ocpp21.ClearCacheRequest())
        assert caught.value.code is ErrorCode.NOT_SUPPORTED
        clerk.opened.set()
        assert (await slow).status == "Accepted"


@in_loops
async def test_handlers_of_both_sides_may_call_each_other_in_turn() -> None:
    class Curious(CsmsHandler):
        async def on_heartbeat(
            self, request: HeartbeatRequest, context: CallContext[CsmsCalls]
        ) -> HeartbeatResponse:
            await context.peer.reset(RESET)
            return HeartbeatResponse(current_time=NOW)

    class Asked(ChargingStationHandler):
        async def on_reset(
            self, request: ResetRequest, context: CallContext[ChargingStationCalls]
        ) -> ResetResponse:
            await asyncio.sleep(0)
            return ResetResponse(status=ocpp21.ResetStatusEnumType.ACCEPTED)

    async with pair(Curious(), Asked()) as (_, client, _):
        assert (await client.calls.heartbeat(HEARTBEAT)).current_time == NOW


@in_loops
async def test_a_slow_handler_does_not_stop_reading() -> None:
    clerk = Clerk()
    async with csms(clerk) as server, raw_peer(server.port) as peer:
        peer.say(2, "slow", "DataTransfer", {"vendorId": "x"})
        await until(lambda: clerk.waiting == 1)
        peer.say(2, "quick", "Heartbeat", {})
        assert await peer.hear() == [3, "quick", HEARTBEAT_ANSWER]
        clerk.opened.set()
        assert await peer.hear() == [3, "slow", {"status": "Accepted"}]


@in_loops
async def test_sends_are_handled_in_order_even_if_one_is_slow() -> None:
    clerk = Clerk()
    async with pair(clerk) as (_, client, _):
        await client.calls.notify_periodic_event_stream(stream(0, wait=True))
        for number in range(1, 6):
            await client.calls.notify_periodic_event_stream(stream(number))
        await client.calls.heartbeat(HEARTBEAT)
        assert clerk.streamed == []
        clerk.opened.set()
        await until(lambda: len(clerk.streamed) == 6)
        assert clerk.streamed == [0, 1, 2, 3, 4, 5]


@in_loops
async def test_a_send_is_never_answered_whatever_is_wrong_with_it() -> None:
    async with csms() as server, raw_peer(server.port) as peer:
        peer.say(6, "1", "NotifyPeriodicEventStream", {"id": -1})
        peer.say(6, "2", "NoSuchThing", {})
        peer.say(6, "3", "Heartbeat", {})
        peer.send(Opcode.TEXT, b'[6,"4","NotifyPeriodicEventStream",{"x":}]')
        peer.say(2, "5", "Heartbeat", {})
        assert await peer.hear() == [3, "5", HEARTBEAT_ANSWER]


@pytest.mark.parametrize(
    ("frame", "answer"),
    [
        ('[2,"1","Heartbeat",{"x":1}]', "FormatViolation"),
        ('[2,"1","NoSuchAction",{}]', "NotImplemented"),
        ('[2,"1","Reset",{}]', "NotSupported"),
        ('[2,"1","Authorize",{}]', "NotSupported"),
        ('[2,"1","DataTransfer",{"vendorId":7}]', "TypeConstraintViolation"),
        ('[2,"1","DataTransfer",{}]', "OccurrenceConstraintViolation"),
        ('[2,"1","Heartbeat",{]}]', "FormatViolation"),
        ('[2,"1","Heartbeat"]', "RpcFrameworkError"),
    ],
)
@in_loops
async def test_what_cannot_be_handled_is_answered_with_an_error(frame: str, answer: str) -> None:
    async with csms() as server, raw_peer(server.port) as peer:
        peer.send(Opcode.TEXT, frame.encode())
        kind, message_id, code, description, details = await peer.hear()
        assert [kind, message_id, code, details] == [4, "1", answer, {}]
        assert description
        peer.say(2, "2", "Heartbeat", {})
        assert await peer.hear() == [3, "2", HEARTBEAT_ANSWER]


class Unwilling(CsmsHandler):
    """Fails in the way that the id of the message says."""

    async def on_heartbeat(
        self, request: HeartbeatRequest, context: CallContext[CsmsCalls]
    ) -> HeartbeatResponse:
        match context.message_id:
            case "refuse":
                raise Refusal(ErrorCode.SECURITY_ERROR, "not now", {"a": 1})
            case "refuse badly":
                raise Refusal(ErrorCode.SECURITY_ERROR, "no", {"a": object()})
            case "other code":
                raise Refusal("MadeUp")
            case "cancel":
                raise asyncio.CancelledError
            case "validate":
                raise OCPPValidationError(ErrorCode.FORMAT_VIOLATION, "of something else")
            case "nothing":
                return None  # type: ignore[return-value]
        raise ValueError("secret")


@pytest.mark.parametrize(
    ("message_id", "rest"),
    [
        ("refuse", ["SecurityError", "not now", {"a": 1}]),
        ("refuse badly", ["InternalError", "the message could not be handled", {}]),
        ("other code", ["MadeUp", "", {}]),
        ("cancel", ["InternalError", "the message could not be handled", {}]),
        ("validate", ["InternalError", "the message could not be handled", {}]),
        ("nothing", ["InternalError", "the message could not be handled", {}]),
        ("fail", ["InternalError", "the message could not be handled", {}]),
    ],
)
@in_loops
async def test_what_a_handler_raises_becomes_an_error(message_id: str, rest: list[object]) -> None:
    async with csms(Unwilling()) as server, raw_peer(server.port) as peer:
        peer.say(2, message_id, "Heartbeat", {})
        assert await peer.hear() == [4, message_id, *rest]


@in_loops
async def test_a_failing_handler_is_logged_with_identity_and_action(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with csms(Unwilling()) as server, raw_peer(server.port) as peer:
        peer.say(2, "fail", "Heartbeat", {})
        await peer.hear()
    (record,) = [each for each in caplog.records if each.name == "ocppj"]
    assert record.getMessage() == "the handler of Heartbeat failed, for CS001"
    assert record.exc_info is not None


@in_loops
async def test_a_handler_may_use_a_time_out_around_what_it_awaits() -> None:
    class Impatient(CsmsHandler):
        async def on_heartbeat(
            self, request: HeartbeatRequest, context: CallContext[CsmsCalls]
        ) -> HeartbeatResponse:
            try:
                async with asyncio.timeout(0.01):
                    await context.peer.reset(RESET)
            except TimeoutError:
                return HeartbeatResponse(current_time=NOW)
            raise AssertionError("the station does not answer")

    async with csms(Impatient()) as server, raw_peer(server.port) as peer:
        peer.say(2, "1", "Heartbeat", {})
        assert (await peer.hear())[2] == "Reset"
        assert await peer.hear() == [3, "1", HEARTBEAT_ANSWER]


@in_loops
async def test_after_answer_comes_after_the_answer() -> None:
    class Later(CsmsHandler):
        async def on_heartbeat(
            self, request: HeartbeatRequest, context: CallContext[CsmsCalls]
        ) -> HeartbeatResponse:
            async def call_back() -> None:
                await context.peer.reset(RESET)

            context.after_answer(call_back)
            if context.message_id == "refuse":
                raise Refusal(ErrorCode.GENERIC_ERROR)
            if context.message_id == "slow":
                await asyncio.sleep(0)
            return HeartbeatResponse(current_time=NOW)

    async with csms(Later()) as server, raw_peer(server.port) as peer:
        for message_id in ("quick", "slow"):
            peer.say(2, message_id, "Heartbeat", {})
            assert await peer.hear() == [3, message_id, HEARTBEAT_ANSWER]
            kind, own, action, _ = await peer.hear()
            assert (kind, action) == (2, "Reset")
            peer.say(3, own, {"status": "Accepted"})
        peer.say(2, "refuse", "Heartbeat", {})
        assert (await peer.hear())[0] == 4
        peer.say(2, "last", "Heartbeat", {})
        assert (await peer.hear())[1] == "last"  # nothing came of the refused one


@in_loops
async def test_after_a_send_was_handled_what_it_left_to_do_is_done() -> None:
    done = asyncio.Event()

    class Later(CsmsHandler):
        async def on_notify_periodic_event_stream(
            self, message: ocpp21.NotifyPeriodicEventStream, context: CallContext[CsmsCalls]
        ) -> None:
            async def fail() -> None:
                raise ValueError("is logged")

            async def finish() -> None:
                done.set()

            context.after_answer(fail)
            context.after_answer(finish)

    async with pair(Later()) as (_, client, _):
        await client.calls.notify_periodic_event_stream(stream(1))
        await done.wait()


@in_loops
async def test_a_failing_handler_of_a_send_is_logged_and_the_next_is_handled(
    caplog: pytest.LogCaptureFixture,
) -> None:
    class Choosy(Clerk):
        async def on_notify_periodic_event_stream(
            self, message: ocpp21.NotifyPeriodicEventStream, context: CallContext[CsmsCalls]
        ) -> None:
            match message.id:
                case 0:
                    raise ValueError("broken")
                case 1:
                    raise OCPPValidationError(ErrorCode.FORMAT_VIOLATION, "of something else")
                case 2:
                    raise Refusal(ErrorCode.GENERIC_ERROR)
            self.streamed.append(message.id)

    clerk = Choosy()
    async with pair(clerk) as (_, client, _):
        for number in range(4):
            await client.calls.notify_periodic_event_stream(stream(number))
        await until(lambda: clerk.streamed == [3])
    failed = "the handler of NotifyPeriodicEventStream failed, for CS001"
    logged = [each.getMessage() for each in caplog.records if each.name == "ocppj"]
    assert logged == [failed, failed]


@in_loops
async def test_own_calls_wait_for_each_other() -> None:
    async with csms() as server, raw_peer(server.port) as peer:
        calls = server.calls("CS001")
        tasks = [asyncio.create_task(calls.reset(RESET)) for _ in range(3)]
        for _ in tasks:
            _, message_id, _, _ = await peer.hear()
            await settle()
            peer.say(2, "between", "Heartbeat", {})
            assert await peer.hear() == [3, "between", HEARTBEAT_ANSWER]  # and no second Reset
            peer.say(3, message_id, {"status": "Accepted"})
        assert [each.status for each in await asyncio.gather(*tasks)] == ["Accepted"] * 3


@pytest.mark.parametrize(
    ("answer", "error", "told"),
    [
        ([4, "SecurityError", "no", {"x": 1}], OCPPCallError, None),
        ([3, {"status": 5}], OCPPValidationError, "TypeConstraintViolation"),
        ([3, 5], OCPPValidationError, "FormatViolation"),
        (["3", "{]"], OCPPValidationError, "FormatViolation"),
        (["3", "{]}"], OCPPValidationError, "FormatViolation"),
    ],
)
@in_loops
async def test_answers_that_are_no_good_raise_at_the_caller(
    answer: list[object], error: type[Exception], told: str | None
) -> None:
    async with csms() as server, raw_peer(server.port) as peer:
        task = asyncio.create_task(server.calls("CS001").reset(RESET))
        _, message_id, _, _ = await peer.hear()
        kind, *rest = answer
        if kind == "3":
            peer.send(Opcode.TEXT, f'[3,"{message_id}",{rest[0]}]'.encode())
        else:
            peer.say(kind, message_id, *rest)
        with pytest.raises(error):
            await task
        if told is not None:
            assert (await peer.hear())[:3] == [5, message_id, told]


@in_loops
async def test_a_caller_that_gives_up_leaves_the_line() -> None:
    async with csms() as server, raw_peer(server.port) as peer:
        calls = server.calls("CS001")
        first, second, third = [asyncio.create_task(calls.reset(RESET)) for _ in range(3)]
        _, message_id, _, _ = await peer.hear()
        await settle()
        for task in (first, second):
            task.cancel()
        await settle()
        assert first.cancelled() and second.cancelled()
        peer.say(3, message_id, {"status": "Accepted"})
        _, next_id, _, _ = await peer.hear()
        peer.say(3, next_id, {"status": "Scheduled"})
        assert (await third).status == "Scheduled"


@in_loops
async def test_a_lost_connection_ends_calls_and_lets_handlers_finish() -> None:
    clerk = Clerk()
    async with csms(clerk) as server:
        async with raw_peer(server.port) as peer:
            task = asyncio.create_task(server.calls("CS001").reset(RESET))
            await peer.hear()
            peer.say(2, "1", "DataTransfer", {"vendorId": "x"})
            await until(lambda: clerk.waiting == 1)
            connection = server.connections["CS001"]
        with pytest.raises(OCPPConnectionError, match="before its answer came"):
            await task
        await connection.wait_closed()
        assert not connection.is_open
        assert connection.close_code == CloseCode.ABNORMAL_CLOSURE
        with pytest.raises(OCPPConnectionError):
            await connection.calls.reset(RESET)
        with pytest.raises(OCPPConnectionError):
            server.calls("CS001")
        clerk.opened.set()


@in_loops
async def test_several_frames_of_one_read_are_answered_in_one_write() -> None:
    async with csms() as server, raw_peer(server.port) as peer:
        frames = [json.dumps([2, str(number), "Heartbeat", {}]) for number in range(5)]
        connection = server.connections["CS001"]
        writes = []
        transport = connection._transport
        assert transport is not None
        write = transport.write

        class Counting:
            def __getattr__(self, name: str) -> object:
                return getattr(transport, name)

            def write(self, data: bytes) -> None:
                writes.append(data)
                write(data)

        connection._transport = Counting()  # type: ignore[assignment]
        for frame in frames:
            peer.send(Opcode.TEXT, frame.encode())
        for number in range(5):
            assert await peer.hear() == [3, str(number), HEARTBEAT_ANSWER]
        assert len(writes) == 1


@in_loops
async def test_byte_by_byte_nothing_changes() -> None:
    async with csms() as server, raw_peer(server.port) as peer:
        connection = server.connections["CS001"]
        for message_id in ("1", "2"):
            text = json.dumps([2, message_id, "Heartbeat", {}]).encode()
            for byte in Frame(Opcode.TEXT, text).serialize(mask=True):
                connection.data_received(bytes([byte]))  # no socket can be made to cut it so
            assert await peer.hear() == [3, message_id, HEARTBEAT_ANSWER]


@in_loops
async def test_a_call_that_times_out_makes_way_for_the_next() -> None:
    async with csms(limits=Limits(call_timeout=0.02)) as server, raw_peer(server.port) as peer:
        calls = server.calls("CS001")
        first = asyncio.create_task(calls.reset(RESET))
        second = asyncio.create_task(calls.reset(RESET, timeout=20))
        _, late, _, _ = await peer.hear()
        with pytest.raises(OCPPTimeoutError):
            await first
        _, message_id, _, _ = await peer.hear()
        peer.say(3, late, {"status": "Rejected"})
        peer.say(3, message_id, {"status": "Accepted"})
        assert (await second).status == "Accepted"


@pytest.mark.parametrize(
    ("last", "code"),
    [
        (Frame(Opcode.TEXT, b"\xff"), CloseCode.INVALID_DATA),
        (Frame(Opcode.CONT, b"x"), CloseCode.PROTOCOL_ERROR),
        (Frame(Opcode.CLOSE, b"\x03\xe9"), CloseCode.GOING_AWAY),
    ],
)
@in_loops
async def test_what_came_before_the_end_is_answered_before_the_goodbye(
    last: Frame, code: CloseCode
) -> None:
    async with csms() as server, raw_peer(server.port) as peer:
        peer.writer.write(  # in one piece
            Frame(Opcode.TEXT, b"[]").serialize(mask=True)
            + Frame(Opcode.PING, b"there?").serialize(mask=True)
            + Frame(Opcode.TEXT, b'[2,"1","Heartbeat",{}]').serialize(mask=True)
            + last.serialize(mask=True)
        )
        assert (await peer.hear())[:3] == [4, "-1", "RpcFrameworkError"]
        assert await peer.hear() == [3, "1", HEARTBEAT_ANSWER]
        assert bytes((await peer.frame()).data) == b"there?"
        assert (await peer.goodbye()).code == code


@in_loops
async def test_a_goodbye_that_waits_behind_a_pause_is_read() -> None:
    clerk, clock = Clerk(), ManualClock()  # nobody turns it: nothing times out
    limits = Limits(handling=1)
    async with csms(clerk, limits=limits, clock=clock) as server, raw_peer(server.port) as peer:
        connection = server.connections["CS001"]
        peer.writer.write(
            Frame(Opcode.TEXT, b'[2,"1","DataTransfer",{"vendorId":"x"}]').serialize(mask=True)
            + Frame(Opcode.CLOSE, b"\x03\xe8").serialize(mask=True)
        )
        await until(lambda: clerk.waiting == 1)
        await connection.close(1001, "both at once")
        assert (await peer.goodbye()).code == CloseCode.GOING_AWAY
        assert not server.connections
        clerk.opened.set()
