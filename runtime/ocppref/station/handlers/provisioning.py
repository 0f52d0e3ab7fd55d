"""What the CSMS asks of the device model: functional block B Provisioning, without Reset."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from pydantic import BaseModel

from ocpp21 import (
    ChargingStationCalls,
    GenericDeviceModelStatusEnumType,
    GetBaseReportRequest,
    GetBaseReportResponse,
    GetReportRequest,
    GetReportResponse,
    GetVariablesRequest,
    GetVariablesResponse,
    ReportDataType,
    SetNetworkProfileRequest,
    SetNetworkProfileResponse,
    SetVariablesRequest,
    SetVariablesResponse,
    StatusInfoType,
)
from ocppj import CallContext, ErrorCode, Refusal
from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.device_model.handles import Integer
from ocppref.station.device_model.reports import Reports
from ocppref.station.network import NetworkProfiles

Context = CallContext[ChargingStationCalls]
_Status = GenericDeviceModelStatusEnumType


class _Bounds(NamedTuple):
    """The variables that say how much of one Action's messages is taken."""

    items: Integer
    size: Integer


_GET_VARIABLES = _Bounds(
    variables.ITEMS_PER_MESSAGE_GET_VARIABLES, variables.BYTES_PER_MESSAGE_GET_VARIABLES
)
_SET_VARIABLES = _Bounds(
    variables.ITEMS_PER_MESSAGE_SET_VARIABLES, variables.BYTES_PER_MESSAGE_SET_VARIABLES
)
_GET_REPORT = _Bounds(
    variables.ITEMS_PER_MESSAGE_GET_REPORT, variables.BYTES_PER_MESSAGE_GET_REPORT
)


class ProvisioningHandler:
    """GetVariables, SetVariables, GetBaseReport, GetReport and SetNetworkProfile."""

    def __init__(self, *, model: DeviceModel, network: NetworkProfiles, reports: Reports) -> None:
        self._model = model
        self._network = network
        self._reports = reports

    async def on_get_variables(
        self, request: GetVariablesRequest, context: Context
    ) -> GetVariablesResponse:
        """B06."""
        self._bound(request, request.get_variable_data, _GET_VARIABLES)  # B06.FR.16, B06.FR.17
        results = [self._model.get(data) for data in request.get_variable_data]
        return GetVariablesResponse(get_variable_result=results)

    async def on_set_variables(
        self, request: SetVariablesRequest, context: Context
    ) -> SetVariablesResponse:
        """B05."""
        self._bound(request, request.set_variable_data, _SET_VARIABLES)
        results = [self._model.set(data) for data in request.set_variable_data]
        return SetVariablesResponse(set_variable_result=results)

    async def on_get_base_report(
        self, request: GetBaseReportRequest, context: Context
    ) -> GetBaseReportResponse:
        """B07."""
        busy = self._reports.refuse(request.request_id)
        if busy is not None:  # B07.FR.13
            return GetBaseReportResponse(status=_Status.REJECTED, status_info=busy)
        self._deliver(request.request_id, self._model.report(request.report_base), context)
        return GetBaseReportResponse(status=_Status.ACCEPTED)  # B07.FR.01

    async def on_get_report(self, request: GetReportRequest, context: Context) -> GetReportResponse:
        """B08."""
        wanted = request.component_variable
        self._bound(request, wanted or (), _GET_REPORT)  # B08.FR.17, B08.FR.18
        busy = self._reports.refuse(request.request_id)
        if busy is not None:  # B08.FR.16
            return GetReportResponse(status=_Status.REJECTED, status_info=busy)
        found = self._model.find(request.component_criteria, wanted)
        if not found:  # B08.FR.15
            info = StatusInfoType(reason_code="NotFound")
            return GetReportResponse(status=_Status.EMPTY_RESULT_SET, status_info=info)
        self._deliver(request.request_id, found, context)
        return GetReportResponse(status=_Status.ACCEPTED)  # B08.FR.01

    async def on_set_network_profile(
        self, request: SetNetworkProfileRequest, context: Context
    ) -> SetNetworkProfileResponse:
        """B09."""
        return self._network.set_profile(request)

    def _deliver(self, request_id: int, data: Sequence[ReportDataType], context: Context) -> None:
        delivery = self._reports.prepare(request_id, data)
        context.after_answer(lambda: self._reports.deliver(delivery, context.peer))

    def _bound(self, request: BaseModel, items: Sequence[object], bounds: _Bounds) -> None:
        most = self._model[bounds.items]
        if len(items) > most:
            text = f"more than {most} elements, see {bounds.items.key}"
            raise Refusal(ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION, text)
        size = self._model[bounds.size]
        # The frame itself is not at hand: its payload without blanks is what counts.
        if len(request.model_dump_json(by_alias=True, exclude_none=True).encode()) > size:
            text = f"more than {size} bytes, see {bounds.size.key}"
            raise Refusal(ErrorCode.FORMAT_VIOLATION, text)
