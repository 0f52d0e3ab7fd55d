"""Metrics for Prometheus.

No label has a value that a peer makes up, so that nobody from outside can make metrics without
end: an Action that the generated package does not know counts as "unknown", an error code that
OCPP does not have as "other". Identities are no labels either.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from ocppj.core import Ignored, Refused, ResultRefused
from ocppj.errors import ErrorCode
from ocppj.lenient import Repair
from ocppj.observer import Exchange, Link, Observer, Origin, Outcome
from ocppj.observers import missing

try:
    from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram
except ImportError as error:
    raise missing(__name__, "prometheus-client") from error

ChildT = TypeVar("ChildT")

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the histogram of durations, in seconds."""

_EXCHANGE = ("direction", "type", "action")
_CODES = frozenset(range(1000, 1016))  # the close codes that have a meaning


class MetricsObserver(Observer):
    """Counts for one registry, in which each `prefix` can be used once.

    One observer serves any number of servers and stations. `direction` is "in" for what the peer
    started and "out" for what we did, `type` CALL or SEND; an answer is not counted apart.
    """

    def __init__(
        self,
        registry: CollectorRegistry = REGISTRY,
        *,
        prefix: str = "ocpp",
        buckets: Sequence[float] = BUCKETS,
    ) -> None:
        def counter(name: str, text: str, labels: Sequence[str]) -> _Children[Counter]:
            return _Children(Counter(f"{prefix}_{name}", text, labels, registry=registry).labels)

        self._connections = _Children(
            Gauge(
                f"{prefix}_connections",
                "Connections now open",
                ("side", "subprotocol"),
                registry=registry,
            ).labels
        )
        self._seconds = _Children(
            Histogram(
                f"{prefix}_call_duration_seconds",
                "From the start of a CALL or SEND to its end",
                _EXCHANGE,
                buckets=buckets,
                registry=registry,
            ).labels
        )
        self._closed = counter("connections_closed", "Connections closed", ("side", "code"))
        self._not_opened = Counter(
            f"{prefix}_connections_refused", "Connections that failed to open", registry=registry
        )
        self._messages = counter("messages", "CALLs and SENDs", _EXCHANGE)
        self._ended = counter("calls_ended", "How they ended", (*_EXCHANGE, "outcome"))
        self._errors = counter("errors", "CALLs and SENDs with an error", ("direction", "code"))
        self._repairs = counter("repairs", "Repairs of payloads", ("repair",))
        self._ignored = counter("frames_ignored", "Frames of the peer's dropped", ("trouble",))
        self._refused = counter("frames_refused", "Frames refused unhandled", ("trouble", "code"))
        self._results = counter("results_refused", "Answers the peer could not use", ("code",))

    def connection_opened(self, link: Link) -> None:
        """Count it."""
        self._connections[link.side.value, link.subprotocol].inc()

    def connection_closed(self, link: Link, code: int, reason: str) -> None:
        """Count it."""
        self._connections[link.side.value, link.subprotocol].dec()
        self._closed[link.side.value, _close_code(code)].inc()

    def connection_refused(self, identity: str, address: str, reason: str) -> None:
        """Count it."""
        self._not_opened.inc()

    def call_started(self, link: Link, exchange: Exchange) -> None:
        """Count it."""
        self._messages[_labels(exchange)].inc()

    def call_ended(
        self,
        link: Link,
        exchange: Exchange,
        outcome: Outcome,
        seconds: float,
        code: ErrorCode | str | None,
    ) -> None:
        """Count it, and how long it took, however it ended."""
        labels = _labels(exchange)
        self._ended[*labels, outcome.value].inc()
        self._seconds[labels].observe(seconds)
        if code is not None:
            self._errors[labels[0], _error_code(code)].inc()

    def repair(self, link: Link, action: str, message_id: str, repair: Repair) -> None:
        """Count it."""
        self._repairs[repair.name.value,].inc()

    def ignored(self, link: Link, event: Ignored) -> None:
        """Count it."""
        self._ignored[event.trouble.value,].inc()

    def refused(self, link: Link, event: Refused) -> None:
        """Count it."""
        self._refused[event.trouble.value, _error_code(event.code)].inc()

    def result_refused(self, link: Link, event: ResultRefused) -> None:
        """Count it."""
        self._results[_error_code(event.code),].inc()


class _Children(dict[tuple[str, ...], ChildT], Generic[ChildT]):
    """The metrics of one family by their labels, as `labels()` is slow."""

    def __init__(self, labels: Callable[..., ChildT]) -> None:
        self._labels = labels

    def __missing__(self, key: tuple[str, ...]) -> ChildT:
        child = self[key] = self._labels(*key)
        return child


def _labels(exchange: Exchange) -> tuple[str, str, str]:
    direction = "out" if exchange.origin is Origin.LOCAL else "in"
    return direction, exchange.kind.value, exchange.action if exchange.known else "unknown"


def _error_code(code: ErrorCode | str) -> str:
    read = ErrorCode.read(code)
    return read.value if isinstance(read, ErrorCode) else "other"


def _close_code(code: int) -> str:
    return str(code) if code in _CODES else "other"
