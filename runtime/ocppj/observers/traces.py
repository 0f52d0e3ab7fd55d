"""OpenTelemetry spans: one for each CALL and SEND, of either side.

A handler runs within the span of what it handles, so that the CALLs it makes are children of it,
and so is anything else that makes spans. A CALL of our own is a child of the span in which it was
made. OCPP carries no trace context: the spans of a station and of its CSMS are not joined.
"""

from __future__ import annotations

from contextvars import Token
from typing import NamedTuple

from ocppj.contract import Kind
from ocppj.errors import ErrorCode
from ocppj.observer import Exchange, Link, Observer, Origin, Outcome
from ocppj.observers import missing

try:
    from opentelemetry import context
    from opentelemetry.context import Context
    from opentelemetry.trace import (
        Span,
        SpanKind,
        Status,
        StatusCode,
        TracerProvider,
        get_tracer,
        set_span_in_context,
    )
except ImportError as error:
    raise missing(__name__, "opentelemetry-api") from error

_KINDS = {
    (Origin.LOCAL, Kind.CALL): SpanKind.CLIENT,
    (Origin.PEER, Kind.CALL): SpanKind.SERVER,
    (Origin.LOCAL, Kind.SEND): SpanKind.PRODUCER,
    (Origin.PEER, Kind.SEND): SpanKind.CONSUMER,
}
_FINE = (Outcome.ANSWERED, Outcome.WITHDRAWN)
_LONGEST = 64  # characters of what a peer made up


class _Open(NamedTuple):
    """A span that is not over, and what it is for: kept, so that its id stays its own."""

    exchange: Exchange
    span: Span
    token: Token[Context] | None


class TraceObserver(Observer):
    """Makes the spans, with the provider given or the global one.

    A span is named for its Action, or "CALL" or "SEND" where the Action is not known. Its
    attributes follow the semantic conventions for RPC; those that are OCPP's own begin with
    `ocpp.`. Nothing out of a payload is among them.
    """

    def __init__(self, provider: TracerProvider | None = None) -> None:
        self._tracer = get_tracer("ocppj", tracer_provider=provider)
        self._open: dict[int, _Open] = {}

    def call_started(self, link: Link, exchange: Exchange) -> None:
        """Begin a span. That of a peer's message is the current one from here on."""
        name = exchange.action if exchange.known else exchange.kind.value
        span = self._tracer.start_span(
            name,
            kind=_KINDS[exchange.origin, exchange.kind],
            attributes=_attributes(link, exchange),
        )
        token = None
        if exchange.origin is Origin.PEER:
            token = context.attach(set_span_in_context(span))
        elif exchange.kind is Kind.SEND:
            span.end()
            return
        self._open[id(exchange)] = _Open(exchange, span, token)

    def call_ended(
        self,
        link: Link,
        exchange: Exchange,
        outcome: Outcome,
        seconds: float,
        code: ErrorCode | str | None,
    ) -> None:
        """End the span."""
        found = self._open.pop(id(exchange), None)
        if found is None:
            return
        if found.token is not None:
            context.detach(found.token)
        span = found.span
        span.set_attribute("ocpp.outcome", outcome.value)
        if outcome not in _FINE:
            _mark(span, exchange.origin, outcome, code)
        span.end()


def _mark(span: Span, origin: Origin, outcome: Outcome, code: ErrorCode | str | None) -> None:
    """Say what went wrong."""
    if code is not None:
        span.set_attribute("rpc.response.status_code", str(code)[:_LONGEST])
    # The name of an error is one of few.
    known = code if isinstance(code, ErrorCode) else None
    span.set_attribute("error.type", str(known or outcome.value))
    # What the peer did wrong is no fault of the side that tells it so.
    if origin is Origin.LOCAL or code == ErrorCode.INTERNAL_ERROR:
        span.set_status(Status(StatusCode.ERROR))


def _attributes(link: Link, exchange: Exchange) -> dict[str, str]:
    found = {
        "rpc.system.name": "ocpp",
        "rpc.method": exchange.action if exchange.known else "_OTHER",
        "network.protocol.name": "ocpp",
        "network.protocol.version": link.subprotocol.removeprefix("ocpp"),
        "ocpp.message_type": exchange.kind.value,
        "ocpp.message_id": exchange.message_id,
        "ocpp.direction": "out" if exchange.origin is Origin.LOCAL else "in",
        "ocpp.charging_station_id": link.identity,
    }
    if not exchange.known:
        found["rpc.method_original"] = exchange.action[:_LONGEST]
    if link.address:
        found["network.peer.address"] = link.address
    return found
