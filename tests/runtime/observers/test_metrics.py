"""What Prometheus gets to see."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from tests.runtime.observers.links import FakeLink, heartbeat, of_ours, of_peer

from ocppj.contract import Kind, Side
from ocppj.core import Ignored, MessageType, Refused, ResultRefused, Trouble
from ocppj.errors import ErrorCode
from ocppj.lenient import Repair, RepairName
from ocppj.observer import Outcome
from ocppj.observers.metrics import MetricsObserver

LINK = FakeLink()


class Metrics:
    """An observer, and its registry to look into."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.observer = MetricsObserver(self.registry)

    def __call__(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(name, labels)

    def series(self, name: str) -> list[dict[str, str]]:
        return [
            sample.labels
            for family in self.registry.collect()
            for sample in family.samples
            if sample.name == name
        ]


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


def test_connections_are_those_that_are_open(metrics: Metrics) -> None:
    labels = {"side": "CSMS", "subprotocol": "ocpp2.1"}
    metrics.observer.connection_opened(LINK)
    metrics.observer.connection_opened(FakeLink(identity="CS002"))
    metrics.observer.connection_opened(FakeLink(side=Side.CHARGING_STATION))
    assert metrics("ocpp_connections", **labels) == 2
    metrics.observer.connection_closed(LINK, 1001, "")
    assert metrics("ocpp_connections", **labels) == 1
    assert metrics("ocpp_connections_closed_total", side="CSMS", code="1001") == 1


def test_close_codes_that_a_peer_makes_up_are_one(metrics: Metrics) -> None:
    for code in (1000, 1016, 3000, 4999):
        metrics.observer.connection_closed(LINK, code, "")
    assert metrics("ocpp_connections_closed_total", side="CSMS", code="other") == 3


def test_refused_connections_are_counted(metrics: Metrics) -> None:
    metrics.observer.connection_refused("CS001", "192.0.2.1:1", "404 Not Found")
    assert metrics("ocpp_connections_refused_total") == 1


def test_messages_are_counted_by_direction_and_action(metrics: Metrics) -> None:
    metrics.observer.call_started(LINK, of_peer())
    metrics.observer.call_started(LINK, of_peer())
    metrics.observer.call_started(LINK, of_ours())
    metrics.observer.call_started(LINK, of_ours("Notify", Kind.SEND))
    total = "ocpp_messages_total"
    assert metrics(total, direction="in", type="CALL", action="Heartbeat") == 2
    assert metrics(total, direction="out", type="CALL", action="Reset") == 1
    assert metrics(total, direction="out", type="SEND", action="Notify") == 1


def test_unknown_actions_are_one_however_many_a_peer_makes_up(metrics: Metrics) -> None:
    for number in range(1000):
        exchange = of_peer(f"Action{number}", known=False)
        metrics.observer.call_started(LINK, exchange)
        metrics.observer.call_ended(LINK, exchange, Outcome.REFUSED, 0.0, f"Code{number}")
    labels = {"direction": "in", "type": "CALL", "action": "unknown"}
    assert metrics("ocpp_messages_total", **labels) == 1000
    assert metrics.series("ocpp_messages_total") == [labels]
    assert metrics.series("ocpp_calls_ended_total") == [{**labels, "outcome": "refused"}]
    assert metrics.series("ocpp_errors_total") == [{"direction": "in", "code": "other"}]


def test_an_end_is_counted_with_how_long_it_took(metrics: Metrics) -> None:
    labels = {"direction": "in", "type": "CALL", "action": "Heartbeat"}
    metrics.observer.call_ended(LINK, of_peer(), Outcome.ANSWERED, 0.003, None)
    metrics.observer.call_ended(LINK, of_peer(), Outcome.REFUSED, 2.0, "FormationViolation")
    assert metrics("ocpp_calls_ended_total", **labels, outcome="answered") == 1
    assert metrics("ocpp_calls_ended_total", **labels, outcome="refused") == 1
    seconds = "ocpp_call_duration_seconds"
    assert metrics(f"{seconds}_sum", **labels) == 2.003
    assert metrics(f"{seconds}_bucket", **labels, le="0.005") == 1
    assert metrics(f"{seconds}_bucket", **labels, le="2.5") == 2
    assert metrics("ocpp_errors_total", direction="in", code="FormatViolation") == 1
    assert len(metrics.series("ocpp_errors_total")) == 1


def test_repairs_are_counted_by_name(metrics: Metrics) -> None:
    repair = Repair(RepairName.NULL_TAKEN_AS_ABSENT, "/evse")
    metrics.observer.repair(LINK, "StatusNotification", "id-1", repair)
    assert metrics("ocpp_repairs_total", repair="null for an absent field") == 1


def test_frames_that_are_wrong_are_counted(metrics: Metrics) -> None:
    code = ErrorCode.RPC_FRAMEWORK_ERROR
    metrics.observer.ignored(LINK, Ignored(Trouble.LATE_ANSWER, None, "x", ""))
    metrics.observer.refused(LINK, Refused(Trouble.LONG_ID, MessageType.CALL, "-1", "", code))
    metrics.observer.result_refused(LINK, ResultRefused("x", "MadeUp", "", {}))
    trouble = {"trouble": "answer after the time-out"}
    assert metrics("ocpp_frames_ignored_total", **trouble) == 1
    labels = {"trouble": "message id too long", "code": "RpcFrameworkError"}
    assert metrics("ocpp_frames_refused_total", **labels) == 1
    assert metrics("ocpp_results_refused_total", code="other") == 1


def test_a_prefix_makes_room_for_a_second_observer(metrics: Metrics) -> None:
    other = MetricsObserver(metrics.registry, prefix="upstream", buckets=(1.0,))
    other.call_ended(LINK, of_ours(), Outcome.TIMED_OUT, 30.0, None)
    labels = {"direction": "out", "type": "CALL", "action": "Reset"}
    assert metrics("upstream_call_duration_seconds_bucket", **labels, le="1.0") == 0
    assert metrics("ocpp_call_duration_seconds_count", **labels) is None


def test_the_global_registry_is_the_default() -> None:
    MetricsObserver(prefix="test_of_the_default").connection_refused("", "", "")
    assert REGISTRY.get_sample_value("test_of_the_default_connections_refused_total") == 1


def test_real_connections_are_counted(metrics: Metrics) -> None:
    heartbeat(csms=[metrics.observer])
    ended = "ocpp_calls_ended_total"
    reset = {"direction": "out", "type": "CALL", "action": "Reset", "outcome": "answered"}
    beat = {"direction": "in", "type": "CALL", "action": "Heartbeat", "outcome": "answered"}
    assert metrics(ended, **reset) == 1
    assert metrics(ended, **beat) == 1
    assert metrics("ocpp_errors_total", direction="out", code="SecurityError") == 1
    assert metrics("ocpp_connections", side="CSMS", subprotocol="ocpp2.1") == 0
    assert metrics("ocpp_connections_closed_total", side="CSMS", code="1000") == 1
    assert b"horse" not in generate_latest(metrics.registry)
