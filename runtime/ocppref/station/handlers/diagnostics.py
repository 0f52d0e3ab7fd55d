"""Functional block N Diagnostics: monitors, their event streams, and what is known of a customer.

Logs are in a handler of their own.
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from ocpp21 import (
    AdjustPeriodicEventStreamRequest,
    AdjustPeriodicEventStreamResponse,
    ChargingStationCalls,
    ClearVariableMonitoringRequest,
    ClearVariableMonitoringResponse,
    CustomerInformationRequest,
    CustomerInformationResponse,
    GenericDeviceModelStatusEnumType,
    GenericStatusEnumType,
    GetMonitoringReportRequest,
    GetMonitoringReportResponse,
    GetPeriodicEventStreamRequest,
    GetPeriodicEventStreamResponse,
    SetMonitoringBaseRequest,
    SetMonitoringBaseResponse,
    SetMonitoringLevelRequest,
    SetMonitoringLevelResponse,
    SetVariableMonitoringRequest,
    SetVariableMonitoringResponse,
    StatusInfoType,
)
from ocppj import CallContext, ErrorCode, Refusal
from ocppref.station.customer import Customers
from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.device_model.handles import Integer
from ocppref.station.monitoring.monitoring import Monitoring
from ocppref.station.monitoring.reports import MonitoringReports
from ocppref.station.streams import Streams

Context = CallContext[ChargingStationCalls]
_Report = GenericDeviceModelStatusEnumType
_Generic = GenericStatusEnumType


class MonitoringHandler:
    """What the CSMS asks of monitors and of event streams."""

    def __init__(
        self,
        *,
        model: DeviceModel,
        monitoring: Monitoring,
        reports: MonitoringReports,
        streams: Streams,
    ) -> None:
        self._model = model
        self._monitoring = monitoring
        self._reports = reports
        self._streams = streams

    async def on_set_variable_monitoring(
        self, request: SetVariableMonitoringRequest, context: Context
    ) -> SetVariableMonitoringResponse:
        """N04, N11."""
        self._bound(  # N04.FR.09
            request,
            request.set_monitoring_data,
            variables.ITEMS_PER_MESSAGE_SET_VARIABLE_MONITORING,
            variables.BYTES_PER_MESSAGE_SET_VARIABLE_MONITORING,
        )
        results = self._monitoring.set(request.set_monitoring_data)
        context.after_answer(self._monitoring.settle)
        return SetVariableMonitoringResponse(set_monitoring_result=results)

    async def on_clear_variable_monitoring(
        self, request: ClearVariableMonitoringRequest, context: Context
    ) -> ClearVariableMonitoringResponse:
        """N06, N13."""
        self._bound(  # N06.FR.06, N06.FR.07
            request,
            request.id,
            variables.ITEMS_PER_MESSAGE_CLEAR_VARIABLE_MONITORING,
            variables.BYTES_PER_MESSAGE_CLEAR_VARIABLE_MONITORING,
        )
        results = self._monitoring.clear(request.id)
        context.after_answer(self._monitoring.settle)
        return ClearVariableMonitoringResponse(clear_monitoring_result=results)

    async def on_set_monitoring_base(
        self, request: SetMonitoringBaseRequest, context: Context
    ) -> SetMonitoringBaseResponse:
        """N03."""
        self._monitoring.set_base(request.monitoring_base)
        context.after_answer(self._monitoring.settle)
        return SetMonitoringBaseResponse(status=_Report.ACCEPTED)  # N03.FR.01

    async def on_set_monitoring_level(
        self, request: SetMonitoringLevelRequest, context: Context
    ) -> SetMonitoringLevelResponse:
        """N05."""
        if not self._monitoring.set_level(request.severity):
            info = StatusInfoType(reason_code="ValueOutOfRange")
            return SetMonitoringLevelResponse(status=_Generic.REJECTED, status_info=info)
        return SetMonitoringLevelResponse(status=_Generic.ACCEPTED)  # N05.FR.01

    async def on_get_monitoring_report(
        self, request: GetMonitoringReportRequest, context: Context
    ) -> GetMonitoringReportResponse:
        """N02."""
        self._bound(  # N02.FR.07
            request,
            request.component_variable or (),
            variables.ITEMS_PER_MESSAGE_GET_REPORT,
            variables.BYTES_PER_MESSAGE_GET_REPORT,
        )
        found = self._reports.find(self._monitoring.all(), request)
        if not found:  # N02.FR.10
            info = StatusInfoType(reason_code="NotFound")
            return GetMonitoringReportResponse(status=_Report.EMPTY_RESULT_SET, status_info=info)
        context.after_answer(lambda: self._reports.deliver(request.request_id, found, context.peer))
        return GetMonitoringReportResponse(status=_Report.ACCEPTED)  # N02.FR.01

    async def on_get_periodic_event_stream(
        self, request: GetPeriodicEventStreamRequest, context: Context
    ) -> GetPeriodicEventStreamResponse:
        """N12."""
        return GetPeriodicEventStreamResponse(constant_stream_data=self._streams.all() or None)

    async def on_adjust_periodic_event_stream(
        self, request: AdjustPeriodicEventStreamRequest, context: Context
    ) -> AdjustPeriodicEventStreamResponse:
        """N14."""
        done = self._monitoring.adjust(request.id, request.params)
        return AdjustPeriodicEventStreamResponse(
            status=_Generic.ACCEPTED if done else _Generic.REJECTED
        )

    def _bound(
        self, request: BaseModel, items: Sequence[object], most: Integer, longest: Integer
    ) -> None:
        if len(items) > self._model[most]:
            text = f"more than {self._model[most]} elements, see {most.key}"
            raise Refusal(ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION, text)
        # The frame itself is not at hand: its payload without blanks is what counts.
        size = len(request.model_dump_json(by_alias=True, exclude_none=True).encode())
        if size > self._model[longest]:
            text = f"more than {self._model[longest]} bytes, see {longest.key}"
            raise Refusal(ErrorCode.FORMAT_VIOLATION, text)


class CustomerInformationHandler:
    """CustomerInformation."""

    def __init__(self, *, customers: Customers) -> None:
        self._customers = customers

    async def on_customer_information(
        self, request: CustomerInformationRequest, context: Context
    ) -> CustomerInformationResponse:
        """N09, N10."""
        response, messages = self._customers.ask(request)

        async def deliver() -> None:
            for message in messages:
                await context.peer.notify_customer_information(message)

        context.after_answer(deliver)
        return response
