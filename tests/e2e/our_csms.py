"""Our CSMS in these tests: it answers what stations say, and keeps what it heard."""

from __future__ import annotations

from typing import TypeAlias, Unpack

import ocpp21
from ocppj import CallContext, Csms, CsmsOptions, serve_csms
from ocppj.opening import Opening
from tests.e2e.sample_messages import TIME

Context: TypeAlias = CallContext[ocpp21.CsmsCalls]


class OurCsms(ocpp21.CsmsHandler):
    """A test that wants something else of it overrides that."""

    def __init__(self) -> None:
        self.heard: list[object] = []

    async def on_boot_notification(
        self, request: ocpp21.BootNotificationRequest, context: Context
    ) -> ocpp21.BootNotificationResponse:
        self.heard.append(request)
        return ocpp21.BootNotificationResponse(
            current_time=TIME, interval=300, status=ocpp21.RegistrationStatusEnumType.ACCEPTED
        )

    async def on_heartbeat(
        self, request: ocpp21.HeartbeatRequest, context: Context
    ) -> ocpp21.HeartbeatResponse:
        self.heard.append(request)
        return ocpp21.HeartbeatResponse(current_time=TIME)

    async def on_status_notification(
        self, request: ocpp21.StatusNotificationRequest, context: Context
    ) -> ocpp21.StatusNotificationResponse:
        self.heard.append(request)
        return ocpp21.StatusNotificationResponse()

    async def on_transaction_event(
        self, request: ocpp21.TransactionEventRequest, context: Context
    ) -> ocpp21.TransactionEventResponse:
        self.heard.append(request)
        return ocpp21.TransactionEventResponse(
            total_cost=1.25,
            id_token_info=ocpp21.IdTokenInfoType(
                status=ocpp21.AuthorizationStatusEnumType.ACCEPTED
            ),
        )

    async def on_meter_values(
        self, request: ocpp21.MeterValuesRequest, context: Context
    ) -> ocpp21.MeterValuesResponse:
        self.heard.append(request)
        return ocpp21.MeterValuesResponse()


def our_csms(handler: object, **options: Unpack[CsmsOptions]) -> Opening[Csms[ocpp21.CsmsCalls]]:
    """Our end, at a free port."""
    return serve_csms(handler, bindings=[ocpp21.CSMS], port=0, **options)
