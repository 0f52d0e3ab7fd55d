"""The spans that come out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import INVALID_SPAN, SpanKind, StatusCode, get_current_span
from tests.runtime.observers.links import (
    NOON,
    CsmsHandlers,
    FakeLink,
    connected,
    heartbeat,
    of_ours,
    of_peer,
)

from ocpp21 import (
    CsmsCalls,
    HeartbeatRequest,
    HeartbeatResponse,
    NotifyPeriodicEventStream,
    ResetEnumType,
    ResetRequest,
    StreamDataElementType,
)
from ocppj.contract import CallContext, Kind
from ocppj.errors import ErrorCode
from ocppj.observer import Exchange, Origin, Outcome
from ocppj.observers.traces import TraceObserver

LINK = FakeLink()


class Spans:
    """A provider, and what was exported."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.provider = TracerProvider(shutdown_on_exit=False)
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.observer = TraceObserver(self.provider)

    def all(self) -> tuple[ReadableSpan, ...]:
        return self._exporter.get_finished_spans()

    def one(self) -> ReadableSpan:
        (span,) = self.all()
        return span

    def play(
        self, exchange: Exchange, outcome: Outcome, code: ErrorCode | str | None = None
    ) -> ReadableSpan:
        self.observer.call_started(LINK, exchange)
        self.observer.call_ended(LINK, exchange, outcome, 0.5, code)
        return self.all()[-1]


@pytest.fixture
def spans() -> Spans:
    return Spans()


def attributes(span: ReadableSpan) -> Mapping[str, object]:
    assert span.attributes is not None
    return span.attributes


def test_a_call_is_a_span_with_the_attributes_of_rpc(spans: Spans) -> None:
    span = spans.play(of_peer(), Outcome.ANSWERED)
    assert (span.name, span.kind) == ("Heartbeat", SpanKind.SERVER)
    assert span.status.status_code is StatusCode.UNSET
    assert attributes(span) == {
        "rpc.system.name": "ocpp",
        "rpc.method": "Heartbeat",
        "network.protocol.name": "ocpp",
        "network.protocol.version": "2.1",
        "network.peer.address": "192.0.2.1:50123",
        "ocpp.message_type": "CALL",
        "ocpp.message_id": "id-1",
        "ocpp.direction": "in",
        "ocpp.charging_station_id": "CS001",
        "ocpp.outcome": "answered",
    }


def test_an_address_that_means_nothing_is_left_out(spans: Spans) -> None:
    exchange = of_ours("Notify", Kind.SEND)
    spans.observer.call_started(FakeLink(address=""), exchange)
    assert "network.peer.address" not in attributes(spans.one())


def test_what_a_peer_makes_up_names_no_span(spans: Spans) -> None:
    span = spans.play(of_peer("A" * 1000, known=False), Outcome.REFUSED, "B" * 1000)
    assert (span.name, attributes(span)["rpc.method"]) == ("CALL", "_OTHER")
    assert attributes(span)["rpc.method_original"] == "A" * 64
    assert attributes(span)["rpc.response.status_code"] == "B" * 64
    assert attributes(span)["error.type"] == "refused"


@pytest.mark.parametrize(
    ("exchange", "outcome", "code", "error", "status"),
    [
        (of_ours(), Outcome.WITHDRAWN, None, None, StatusCode.UNSET),
        (of_ours(), Outcome.TIMED_OUT, None, "timed out", StatusCode.ERROR),
        (of_ours(), Outcome.REFUSED, ErrorCode.NOT_SUPPORTED, "NotSupported", StatusCode.ERROR),
        (of_peer(), Outcome.REFUSED, ErrorCode.NOT_SUPPORTED, "NotSupported", StatusCode.UNSET),
        (of_peer(), Outcome.REFUSED, ErrorCode.INTERNAL_ERROR, "InternalError", StatusCode.ERROR),
    ],
)
def test_an_error_is_marked_and_blamed_on_the_side_that_failed(
    spans: Spans,
    exchange: Exchange,
    outcome: Outcome,
    code: ErrorCode | None,
    error: str | None,
    status: StatusCode,
) -> None:
    span = spans.play(exchange, outcome, code)
    assert attributes(span).get("error.type") == error
    assert attributes(span).get("rpc.response.status_code") == code
    assert span.status.status_code is status


def test_a_send_of_ours_is_over_at_once(spans: Spans) -> None:
    spans.observer.call_started(LINK, of_ours("Notify", Kind.SEND))
    assert spans.one().kind is SpanKind.PRODUCER


def test_a_send_of_the_peers_is_consumed(spans: Spans) -> None:
    assert spans.play(of_peer("Notify", Kind.SEND), Outcome.ANSWERED).kind is SpanKind.CONSUMER


def test_an_end_without_a_start_is_nothing(spans: Spans) -> None:
    spans.observer.call_ended(LINK, of_peer(), Outcome.ANSWERED, 0.1, None)
    assert spans.all() == ()


def test_two_exchanges_that_look_the_same_have_two_spans(spans: Spans) -> None:
    first, second = of_ours(), of_ours()
    assert first == second
    spans.observer.call_started(LINK, first)
    spans.observer.call_started(LINK, second)
    spans.observer.call_ended(LINK, second, Outcome.ANSWERED, 0.1, None)
    spans.observer.call_ended(LINK, first, Outcome.TIMED_OUT, 0.1, None)
    assert [attributes(span)["ocpp.outcome"] for span in spans.all()] == ["answered", "timed out"]


def test_only_a_message_of_the_peers_becomes_the_current_span(spans: Spans) -> None:
    spans.observer.call_started(LINK, of_ours())
    assert get_current_span() is INVALID_SPAN
    exchange = of_peer()
    spans.observer.call_started(LINK, exchange)
    assert get_current_span() is not INVALID_SPAN
    spans.observer.call_ended(LINK, exchange, Outcome.ANSWERED, 0.1, None)
    assert get_current_span() is INVALID_SPAN


def test_the_global_provider_is_the_default() -> None:
    observer, exchange = TraceObserver(), Exchange(Origin.LOCAL, Kind.CALL, "Reset", "id-2")
    observer.call_started(LINK, exchange)
    observer.call_ended(LINK, exchange, Outcome.ANSWERED, 0.1, None)  # no SDK is set up: silence


def test_what_a_handler_calls_is_a_child_of_what_it_handles(
    spans: Spans, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        heartbeat(csms=[spans.observer])
    reset, variables, beat = spans.all()
    assert [span.name for span in spans.all()] == ["Reset", "SetVariables", "Heartbeat"]
    assert (reset.kind, beat.kind) == (SpanKind.CLIENT, SpanKind.SERVER)
    for child in (reset, variables):
        assert child.parent is not None
        assert beat.context is not None
        assert child.parent.span_id == beat.context.span_id
    assert beat.parent is None
    assert not caplog.records  # such as of a context that was detached where it was not attached


def test_a_call_is_a_child_of_the_span_it_was_made_in(spans: Spans) -> None:
    tracer = spans.provider.get_tracer("test")

    async def talk() -> None:
        async with connected(station=[spans.observer]) as client:
            with tracer.start_as_current_span("outer"):
                await client.calls.heartbeat(HeartbeatRequest())

    asyncio.run(talk())
    found = {span.name: span for span in spans.all()}
    outer, beat = found["outer"], found["Heartbeat"]
    assert outer.context is not None
    assert beat.parent is not None
    assert beat.parent.span_id == outer.context.span_id
    # What came from the CSMS meanwhile has nothing to do with it.
    assert found["Reset"].parent is None


class Later(CsmsHandlers):
    """Resets the station once its Heartbeat is answered."""

    def __init__(self) -> None:
        self.done = asyncio.Event()

    async def on_heartbeat(
        self, request: HeartbeatRequest, context: CallContext[CsmsCalls]
    ) -> HeartbeatResponse:
        context.after_answer(lambda: self.reset(context))
        return HeartbeatResponse(current_time=NOON)

    async def reset(self, context: CallContext[CsmsCalls]) -> None:
        await context.peer.reset(ResetRequest(type=ResetEnumType.ON_IDLE))
        self.done.set()


def test_what_is_called_after_an_answer_is_a_child_of_what_was_handled(
    spans: Spans, caplog: pytest.LogCaptureFixture
) -> None:
    later = Later()

    async def talk() -> None:
        async with connected(csms=[spans.observer], csms_handler=later) as client:
            await client.calls.heartbeat(HeartbeatRequest())
            await later.done.wait()

    with caplog.at_level(logging.ERROR):
        asyncio.run(talk())
    found = {span.name: span for span in spans.all()}
    beat, reset = found["Heartbeat"], found["Reset"]
    assert beat.context is not None and reset.parent is not None
    assert reset.parent.span_id == beat.context.span_id
    assert not caplog.records


class Endless(CsmsHandlers):
    """Never done."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()

    async def on_notify_periodic_event_stream(
        self, message: NotifyPeriodicEventStream, context: CallContext[CsmsCalls]
    ) -> None:
        self.begun.set()
        await asyncio.Event().wait()


def test_a_span_ends_where_the_work_is_cut_off(spans: Spans) -> None:
    endless = Endless()

    async def talk() -> None:
        async with connected(csms=[spans.observer], csms_handler=endless, grace=0) as client:
            data = [StreamDataElementType(t=0.0, v="1")]
            stream = NotifyPeriodicEventStream(data=data, id=1, pending=0, basetime=NOON)
            await client.calls.notify_periodic_event_stream(stream)
            await endless.begun.wait()

    asyncio.run(talk())
    assert spans.one().kind is SpanKind.CONSUMER
    assert attributes(spans.one())["ocpp.outcome"] == "abandoned"
