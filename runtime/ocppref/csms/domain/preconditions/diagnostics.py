"""Rules for logs, monitors, event streams and customer information (block N)."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ocpp21 import (
    AdjustPeriodicEventStreamRequest,
    CustomerInformationRequest,
    GetLogRequest,
    MonitorEnumType,
    PeriodicEventStreamParamsType,
    SetVariableMonitoringRequest,
)
from ocppref.csms.domain.preconditions.problem import Problem
from ocppref.csms.domain.preconditions.situation import Situation


def check_log(request: GetLogRequest, situation: Situation) -> Iterator[Problem]:
    """A place that a file name can be added to, and a span of time that is one."""
    log, pointer = request.log, "/log/remoteLocation"
    try:
        parts = urlsplit(log.remote_location)
    except ValueError:
        yield Problem("LogParametersType", pointer, "this is no URL")
        return
    if not parts.scheme:
        yield Problem("LogParametersType", pointer, "this is no URL")
    if parts.fragment:
        yield Problem("N01.FR.27", pointer, "the URL of an upload has no fragment")
    if parts.query.endswith("/"):
        yield Problem("N01.FR.28", pointer, "the query of an upload does not end with a slash")
    oldest, latest = log.oldest_timestamp, log.latest_timestamp
    if oldest is not None and latest is not None and oldest > latest:
        yield Problem("LogParametersType", "/log/latestTimestamp", "this is before the oldest")


def check_monitors(
    request: SetVariableMonitoringRequest, situation: Situation
) -> Iterator[Problem]:
    """Deltas are not negative, and a stream has a rhythm."""
    for place, each in enumerate(request.set_monitoring_data):
        pointer = f"/setMonitoringData/{place}"
        if each.type is MonitorEnumType.DELTA and each.value < 0:
            yield Problem("N04.FR.14", f"{pointer}/value", "a Delta is not negative")
        if each.periodic_event_stream is not None:
            at = f"{pointer}/periodicEventStream"
            yield from _check_rhythm("N11.FR.09", each.periodic_event_stream, at)


def check_stream(
    request: AdjustPeriodicEventStreamRequest, situation: Situation
) -> Iterator[Problem]:
    """A stream has a rhythm."""
    yield from _check_rhythm("PeriodicEventStreamParamsType", request.params, "/params")


def check_customer(request: CustomerInformationRequest, situation: Situation) -> Iterator[Problem]:
    """One customer; and something to do about it."""
    references = (request.customer_certificate, request.id_token, request.customer_identifier)
    if sum(each is not None for each in references) != 1:
        reason = "one of customerCertificate, idToken and customerIdentifier is needed"
        yield Problem("N09.FR.04", "", reason)
    if not (request.report or request.clear):
        yield Problem("N09.FR.07", "/report", "neither report nor clear: nothing is asked for")


def _check_rhythm(
    requirement: str, params: PeriodicEventStreamParamsType, pointer: str
) -> Iterator[Problem]:
    if params.interval is None and params.values is None:
        yield Problem(requirement, pointer, "interval or values is needed")
