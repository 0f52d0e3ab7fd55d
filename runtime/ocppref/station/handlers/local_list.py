"""What the CSMS does with the list: functional block D Local Authorization List Management."""

from __future__ import annotations

from ocpp21 import (
    ChargingStationCalls,
    GetLocalListVersionRequest,
    GetLocalListVersionResponse,
    SendLocalListRequest,
    SendLocalListResponse,
    SendLocalListStatusEnumType,
    StatusInfoType,
)
from ocppj import CallContext
from ocppref.station.authorization import ListRefused, LocalList
from ocppref.station.device_model import DeviceModel, variables

Context = CallContext[ChargingStationCalls]
_Status = SendLocalListStatusEnumType


class LocalListHandler:
    """SendLocalList and GetLocalListVersion."""

    def __init__(self, *, model: DeviceModel, local_list: LocalList) -> None:
        self._model = model
        self._list = local_list

    async def on_get_local_list_version(
        self, request: GetLocalListVersionRequest, context: Context
    ) -> GetLocalListVersionResponse:
        """D02."""
        return GetLocalListVersionResponse(version_number=self._list.version)

    async def on_send_local_list(
        self, request: SendLocalListRequest, context: Context
    ) -> SendLocalListResponse:
        """D01."""
        try:
            self._bound(request)
            self._list.update(request)
        except ListRefused as refused:
            info = StatusInfoType(reason_code=refused.reason_code, additional_info=refused.info)
            return SendLocalListResponse(status=refused.status, status_info=info)
        return SendLocalListResponse(status=_Status.ACCEPTED)

    def _bound(self, request: SendLocalListRequest) -> None:
        """D01.FR.11. The reason code of OCPP for it goes with Failed, not with a CALLERROR."""
        most = self._model[variables.ITEMS_PER_MESSAGE_SEND_LOCAL_LIST]
        if len(request.local_authorization_list or ()) > most:
            raise ListRefused(_Status.FAILED, "TooManyElements", f"at most {most} in one message")
        size = len(request.model_dump_json(by_alias=True, exclude_none=True).encode())
        bytes_most = self._model[variables.BYTES_PER_MESSAGE_SEND_LOCAL_LIST]
        if size > bytes_most:
            text = f"at most {bytes_most} bytes in one message"
            raise ListRefused(_Status.FAILED, "TooLargeElement", text)
