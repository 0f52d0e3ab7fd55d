"""Which monitors there are, as the CSMS wants to know it (N02)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ocpp21 import (
    ChargingStationCalls,
    ComponentVariableType,
    GetMonitoringReportRequest,
    MonitoringCriterionEnumType,
    MonitoringDataType,
    NotifyMonitoringReportRequest,
)
from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.device_model.inventory import filter_by
from ocppref.station.device_model.keys import VariableKey
from ocppref.station.device_model.reports import split
from ocppref.station.monitoring.monitor import PERIODIC, THRESHOLDS, Monitor
from ocppref.station.time import StationClock

_Criterion = MonitoringCriterionEnumType
_FRAME = 300
"""So many bytes of a message are for what is around its items, at most."""


class MonitoringReports:
    """Makes the reports of monitors, and sends them."""

    def __init__(self, *, model: DeviceModel, clock: StationClock) -> None:
        self._model = model
        self._clock = clock

    def find(
        self, monitors: Iterable[Monitor], request: GetMonitoringReportRequest
    ) -> list[MonitoringDataType]:
        """Those that are within the criteria, and within the list (N02.FR.05)."""
        criteria, wanted = request.monitoring_criteria, request.component_variable
        found: dict[VariableKey, list[Monitor]] = {}
        for monitor in monitors:
            if _is_within(monitor, criteria) and self._is_listed(monitor, wanted):
                found.setdefault(monitor.key, []).append(monitor)
        return [
            MonitoringDataType(
                component=key.place.component_type(),
                variable=key.variable_type(),
                variable_monitoring=[each.message_type() for each in those],
            )
            for key, those in found.items()
        ]

    async def deliver(
        self, request_id: int, data: Iterable[MonitoringDataType], csms: ChargingStationCalls
    ) -> None:
        """Send a report in parts, in order (N02.FR.03). Raises an `OCPPError`."""
        for message in tuple(self._messages(request_id, data)):
            await csms.notify_monitoring_report(message)

    def _messages(
        self, request_id: int, data: Iterable[MonitoringDataType]
    ) -> Iterator[NotifyMonitoringReportRequest]:
        now = self._clock.utc()
        items = self._model[variables.ITEMS_PER_MESSAGE_GET_REPORT]
        size = self._model[variables.BYTES_PER_MESSAGE_GET_REPORT] - _FRAME
        parts = list(split(data, items=items, size=size))
        for number, part in enumerate(parts):
            yield NotifyMonitoringReportRequest(
                request_id=request_id,  # N02.FR.04
                generated_at=now,
                seq_no=number,  # N02.FR.09
                tbc=number < len(parts) - 1,
                monitor=part,
            )

    def _is_listed(self, monitor: Monitor, wanted: Iterable[ComponentVariableType] | None) -> bool:
        entry = self._model.entry(monitor.key)
        return wanted is None or any(filter_by(each)(entry) for each in wanted)


def _is_within(monitor: Monitor, criteria: Iterable[MonitoringCriterionEnumType] | None) -> bool:
    return criteria is None or _criterion(monitor) in criteria


def _criterion(monitor: Monitor) -> MonitoringCriterionEnumType:
    if monitor.type in THRESHOLDS:  # N02.FR.12
        return _Criterion.THRESHOLD_MONITORING
    if monitor.type in PERIODIC:  # N02.FR.14
        return _Criterion.PERIODIC_MONITORING
    # N02.FR.13; the schema has no criterion of their own for differences from a target.
    return _Criterion.DELTA_MONITORING
