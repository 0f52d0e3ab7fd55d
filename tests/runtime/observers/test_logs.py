"""What stands in the log."""

from __future__ import annotations

import io
import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from structlog.testing import CapturingLogger
from tests.runtime.observers.links import FakeLink, heartbeat, of_ours, of_peer

from ocppj.contract import Kind
from ocppj.core import Ignored, MessageType, Refused, ResultRefused, Trouble
from ocppj.errors import ErrorCode
from ocppj.lenient import Repair, RepairName
from ocppj.observer import Observer, Outcome
from ocppj.observers.logs import FrameLogObserver, LogObserver, json_logger

LINK = FakeLink()


class Log:
    """What observers have written as JSON."""

    def __init__(self, level: int = logging.DEBUG) -> None:
        self._stream = io.StringIO()
        self.logger = json_logger(self._stream, level=level)

    def text(self) -> str:
        return self._stream.getvalue()

    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.text().splitlines()]

    def line(self) -> dict[str, object]:
        (line,) = self.lines()
        return line


def test_a_line_says_when_how_bad_who_and_what() -> None:
    log = Log()
    before = datetime.now(UTC) - timedelta(seconds=1)
    exchange = of_peer()
    LogObserver(log.logger).call_ended(
        LINK, exchange, Outcome.REFUSED, 0.25, ErrorCode.INTERNAL_ERROR
    )
    line = log.line()
    assert before < datetime.fromisoformat(str(line.pop("timestamp"))) <= datetime.now(UTC)
    assert line == {
        "level": "warning",
        "logger": "ocppj",
        "message": "CALL ended",
        "ocpp_message_type": "CALL",
        "ocpp_direction": "in",
        "charging_station_id": "CS001",
        "action": "Heartbeat",
        "message_id": "id-1",
        "outcome": "refused",
        "duration": 0.25,
        "error_code": "InternalError",
    }


@pytest.mark.parametrize(
    ("outcome", "level"),
    [
        (Outcome.ANSWERED, "info"),
        (Outcome.WITHDRAWN, "info"),
        (Outcome.TIMED_OUT, "warning"),
        (Outcome.ABANDONED, "warning"),
        (Outcome.INVALID, "warning"),
    ],
)
def test_what_does_not_end_well_is_a_warning(outcome: Outcome, level: str) -> None:
    log = Log()
    LogObserver(log.logger).call_ended(LINK, of_ours(), outcome, 1.0, None)
    line = log.line()
    assert (line["level"], line["outcome"]) == (level, outcome.value)
    assert line["ocpp_direction"] == "out"
    assert "error_code" not in line


def test_starts_are_for_debugging_but_for_a_send_of_ours_that_has_no_end() -> None:
    log = Log()
    observer = LogObserver(log.logger)
    observer.call_started(LINK, of_ours())
    observer.call_started(LINK, of_peer("NotifyPeriodicEventStream", Kind.SEND))
    observer.call_started(LINK, of_ours("NotifyPeriodicEventStream", Kind.SEND))
    assert [(line["level"], line["message"]) for line in log.lines()] == [
        ("debug", "CALL started"),
        ("debug", "SEND started"),
        ("info", "SEND sent"),
    ]


def test_connections_come_and_go() -> None:
    log = Log()
    observer = LogObserver(log.logger)
    observer.connection_opened(LINK)
    observer.connection_closed(LINK, 1001, "going away")
    observer.connection_refused("CS002", "192.0.2.9:1", "404 Not Found")
    opened, closed, refused = log.lines()
    assert opened["message"] == "connection opened"
    assert opened["address"] == "192.0.2.1:50123"
    assert (opened["side"], opened["subprotocol"]) == ("CSMS", "ocpp2.1")
    assert (closed["close_code"], closed["reason"]) == (1001, "going away")
    assert (refused["level"], refused["charging_station_id"]) == ("warning", "CS002")
    assert refused["reason"] == "404 Not Found"


def test_a_repair_is_logged_with_its_place() -> None:
    log = Log()
    repair = Repair(RepairName.UNKNOWN_KEY_DROPPED, "/evse/x")
    LogObserver(log.logger).repair(LINK, "StatusNotification", "id-1", repair)
    line = log.line()
    assert line["repair"] == "unknown key dropped"
    assert (line["pointer"], line["action"]) == ("/evse/x", "StatusNotification")


def test_frames_that_are_wrong_are_warnings() -> None:
    log = Log()
    observer = LogObserver(log.logger)
    observer.ignored(LINK, Ignored(Trouble.NOT_JSON, None, None, "no JSON"))
    code = ErrorCode.RPC_FRAMEWORK_ERROR
    observer.refused(LINK, Refused(Trouble.LONG_ID, MessageType.CALL, "-1", "37", code))
    observer.result_refused(LINK, ResultRefused("id-1", "Made" * 100, "tiger", {"x": "tiger"}))
    ignored, refused, result = log.lines()
    assert {line["level"] for line in log.lines()} == {"warning"}
    assert (ignored["trouble"], ignored["description"]) == ("not JSON", "no JSON")
    assert not {"ocpp_message_type", "message_id"} & ignored.keys()
    assert (refused["ocpp_message_type"], refused["message_id"]) == ("CALL", "-1")
    assert refused["error_code"] == "RpcFrameworkError"
    assert result["ocpp_message_type"] == "CALLRESULTERROR"
    assert result["error_code"] == "Made" * 16
    assert "tiger" not in log.text()


def test_what_a_peer_makes_up_is_cut() -> None:
    log = Log()
    exchange = of_peer("A" * 1000, known=False)
    LogObserver(log.logger).call_ended(LINK, exchange, Outcome.REFUSED, 0, "B" * 1000)
    line = log.line()
    assert (line["action"], line["error_code"]) == ("A" * 64, "B" * 64)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[2,"m","Reset",{"type":"OnIdle"}]', ("CALL", "m", "Reset", None)),
        ('[6,"m","Notify",{}]', ("SEND", "m", "Notify", None)),
        ('[3,"m",{}]', ("CALLRESULT", "m", None, None)),
        ('[4,"m","InternalError","",{}]', ("CALLERROR", "m", None, None)),
        ("gibberish", (None, None, None, "not JSON")),
    ],
)
def test_a_logged_frame_says_what_it_is(text: str, expected: tuple[str | None, ...]) -> None:
    log = Log()
    FrameLogObserver(log.logger).frame_in(LINK, text)
    line = log.line()
    names = ("ocpp_message_type", "message_id", "action", "trouble")
    assert tuple(line.get(name) for name in names) == expected
    assert (line["ocpp_frame"], line["level"]) == (text, "debug")
    assert (line["ocpp_direction"], line["charging_station_id"]) == ("in", "CS001")


def test_a_logged_frame_is_masked_and_then_cut() -> None:
    log = Log()
    text = '[2,"m","X",{"basicAuthPassword":"tiger","rest":"' + "x" * 1000 + '"}]'
    FrameLogObserver(log.logger, longest=50).frame_out(LINK, text)
    assert log.line()["ocpp_frame"] == '[2,"m","X",{"basicAuthPassword":"***","rest":"xxxx'
    assert log.line()["ocpp_direction"] == "out"


def test_payloads_stay_out_of_the_log_of_real_connections() -> None:
    log = Log()
    heartbeat(csms=[LogObserver(log.logger)], station=[LogObserver(log.logger)])
    ends = [line for line in log.lines() if line["message"] == "CALL ended"]
    assert [(line["action"], line["ocpp_direction"], line["outcome"]) for line in ends] == [
        ("Reset", "in", "answered"),
        ("Reset", "out", "answered"),
        ("SetVariables", "in", "refused"),
        ("SetVariables", "out", "refused"),
        ("Heartbeat", "in", "answered"),
        ("Heartbeat", "out", "answered"),
    ]
    assert "horse" not in log.text()
    assert "not now" not in log.text()
    assert "2026-01-31T12" not in log.text()


def test_frames_of_real_connections_are_logged_without_the_password() -> None:
    log = Log()
    heartbeat(csms=[FrameLogObserver(log.logger)])
    assert "2026-01-31T12" in log.text()
    assert "BasicAuthPassword" in log.text()
    assert "horse" not in log.text()


def test_a_logger_of_ones_own_gets_events_in_its_own_way() -> None:
    capturing = CapturingLogger()
    logger = structlog.wrap_logger(
        capturing, processors=[], wrapper_class=structlog.make_filtering_bound_logger(logging.INFO)
    )
    LogObserver(logger).connection_opened(LINK)
    (call,) = capturing.calls
    assert call.kwargs["event"] == "connection opened"


def test_what_is_bound_to_the_context_is_logged_too() -> None:
    log = Log()
    with structlog.contextvars.bound_contextvars(tenant="t1"):
        LogObserver(log.logger).connection_opened(LINK)
    assert log.line()["tenant"] == "t1"


@pytest.mark.parametrize("kind", [LogObserver, FrameLogObserver])
def test_stderr_is_where_it_goes_by_default(
    kind: type[Observer], capsys: pytest.CaptureFixture[str]
) -> None:
    observer = kind()
    observer.connection_opened(LINK)
    observer.frame_in(LINK, '[3,"m",{}]')
    assert json.loads(capsys.readouterr().err)["logger"] == "ocppj"


def test_frames_cost_nothing_where_they_are_not_logged() -> None:
    assert LogObserver.frame_in is Observer.frame_in  # which is how `watch` sees what to call
    assert LogObserver.frame_out is Observer.frame_out
