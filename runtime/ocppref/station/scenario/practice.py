"""A CSMS to practise with: it answers as its scenario says, and sends what it is told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol, cast

import ocpp21
from ocpp21.actions import ACTIONS
from ocppj import CallContext, CallSpec, Csms
from ocppref.station.scenario.format import CsmsPart
from ocppref.station.scenario.source import Data

Context = CallContext[ocpp21.CsmsCalls]
_ACCEPTED = ocpp21.AuthorizationStatusEnumType.ACCEPTED


class _Readable(Protocol):
    """A class of messages."""

    def read_json(self, text: str) -> object:
        """Read a payload."""
        ...


class Practice(ocpp21.CsmsHandler):
    """Takes whatever a Charging Station has to say of itself."""

    def __init__(self, part: CsmsPart, wall: Callable[[], datetime]) -> None:
        self._part = part
        self._wall = wall
        self._boots = 0

    async def on_boot_notification(
        self, request: ocpp21.BootNotificationRequest, context: Context
    ) -> ocpp21.BootNotificationResponse:
        answers = self._part.boot
        status = answers[min(self._boots, len(answers) - 1)]
        self._boots += 1
        return ocpp21.BootNotificationResponse(
            current_time=self._wall(),
            interval=self._part.interval,
            status=ocpp21.RegistrationStatusEnumType(status),
        )

    async def on_heartbeat(
        self, request: ocpp21.HeartbeatRequest, context: Context
    ) -> ocpp21.HeartbeatResponse:
        return ocpp21.HeartbeatResponse(current_time=self._wall())

    async def on_authorize(
        self, request: ocpp21.AuthorizeRequest, context: Context
    ) -> ocpp21.AuthorizeResponse:
        return ocpp21.AuthorizeResponse(id_token_info=self._judge(request.id_token))

    async def on_transaction_event(
        self, request: ocpp21.TransactionEventRequest, context: Context
    ) -> ocpp21.TransactionEventResponse:
        token = request.id_token
        return ocpp21.TransactionEventResponse(
            id_token_info=None if token is None else self._judge(token)
        )

    def _judge(self, token: ocpp21.IdTokenType) -> ocpp21.IdTokenInfoType:
        return ocpp21.IdTokenInfoType(status=self._part.tokens.get(token.id_token, _ACCEPTED))

    async def on_status_notification(
        self, request: ocpp21.StatusNotificationRequest, context: Context
    ) -> ocpp21.StatusNotificationResponse:
        return ocpp21.StatusNotificationResponse()

    async def on_notify_event(
        self, request: ocpp21.NotifyEventRequest, context: Context
    ) -> ocpp21.NotifyEventResponse:
        return ocpp21.NotifyEventResponse()

    async def on_meter_values(
        self, request: ocpp21.MeterValuesRequest, context: Context
    ) -> ocpp21.MeterValuesResponse:
        return ocpp21.MeterValuesResponse()

    async def on_security_event_notification(
        self, request: ocpp21.SecurityEventNotificationRequest, context: Context
    ) -> ocpp21.SecurityEventNotificationResponse:
        return ocpp21.SecurityEventNotificationResponse()

    async def on_reservation_status_update(
        self, request: ocpp21.ReservationStatusUpdateRequest, context: Context
    ) -> ocpp21.ReservationStatusUpdateResponse:
        return ocpp21.ReservationStatusUpdateResponse()

    async def on_notify_report(
        self, request: ocpp21.NotifyReportRequest, context: Context
    ) -> ocpp21.NotifyReportResponse:
        return ocpp21.NotifyReportResponse()

    async def on_notify_monitoring_report(
        self, request: ocpp21.NotifyMonitoringReportRequest, context: Context
    ) -> ocpp21.NotifyMonitoringReportResponse:
        return ocpp21.NotifyMonitoringReportResponse()

    async def on_notify_display_messages(
        self, request: ocpp21.NotifyDisplayMessagesRequest, context: Context
    ) -> ocpp21.NotifyDisplayMessagesResponse:
        return ocpp21.NotifyDisplayMessagesResponse()

    async def on_notify_customer_information(
        self, request: ocpp21.NotifyCustomerInformationRequest, context: Context
    ) -> ocpp21.NotifyCustomerInformationResponse:
        return ocpp21.NotifyCustomerInformationResponse()

    async def on_firmware_status_notification(
        self, request: ocpp21.FirmwareStatusNotificationRequest, context: Context
    ) -> ocpp21.FirmwareStatusNotificationResponse:
        return ocpp21.FirmwareStatusNotificationResponse()

    async def on_log_status_notification(
        self, request: ocpp21.LogStatusNotificationRequest, context: Context
    ) -> ocpp21.LogStatusNotificationResponse:
        return ocpp21.LogStatusNotificationResponse()


class PracticeHand:
    """Sends CALLs of the practice CSMS to its station."""

    def __init__(self, csms: Csms[ocpp21.CsmsCalls], identity: str) -> None:
        self._csms = csms
        self._identity = identity

    async def call(self, action: str, payload: Mapping[str, Data]) -> None:
        """Send one, and wait for the answer.

        Raises `OCPPError` where there is none, ValueError for a payload that is not valid.
        """
        spec = cast("CallSpec[object, object]", ACTIONS[action])
        request = cast(_Readable, spec.request).read_json(json.dumps(payload))
        connection = self._csms.connections.get(self._identity)
        if connection is None:
            raise LookupError(f"{self._identity} is not connected, so that {action} cannot be sent")
        await connection.call(spec, request, None)
