"""What a user is meant to write: no type checker has anything to say about it."""

from __future__ import annotations

from datetime import UTC, datetime

from ocpp21 import (
    BootNotificationRequest,
    BootNotificationResponse,
    BootReasonEnumType,
    ChargingStationCalls,
    ChargingStationDiagnosticsHandler,
    ChargingStationType,
    CsmsCalls,
    CsmsHandler,
    GetBaseReportRequest,
    GetLogRequest,
    GetLogResponse,
    LogStatusEnumType,
    NotifyPeriodicEventStream,
    RegistrationStatusEnumType,
    ReportBaseEnumType,
    StreamDataElementType,
)
from ocpp21.actions import BOOT_NOTIFICATION
from ocppj.contract import CallContext, Caller

NOW = datetime.now(UTC)


class Csms(CsmsHandler):
    async def on_boot_notification(
        self, request: BootNotificationRequest, context: CallContext[CsmsCalls]
    ) -> BootNotificationResponse:
        model: str = request.charging_station.model
        modem = request.charging_station.modem
        iccid: str | None = modem.iccid if modem else None

        async def ask() -> None:
            report = GetBaseReportRequest(
                request_id=1, report_base=ReportBaseEnumType.FULL_INVENTORY
            )
            answer = await context.peer.get_base_report(report, timeout=10)
            print(answer.status, model, iccid)

        context.after_answer(ask)
        return BootNotificationResponse(
            current_time=NOW, interval=300, status=RegistrationStatusEnumType.ACCEPTED
        )

    async def on_notify_periodic_event_stream(
        self, message: NotifyPeriodicEventStream, context: CallContext[CsmsCalls]
    ) -> None:
        print(context.identity, [element.v for element in message.data])


class OneBlock(ChargingStationDiagnosticsHandler):
    async def on_get_log(
        self, request: GetLogRequest, context: CallContext[ChargingStationCalls]
    ) -> GetLogResponse:
        return GetLogResponse(status=LogStatusEnumType.ACCEPTED)


async def run(caller: Caller) -> BootNotificationResponse:
    station = ChargingStationCalls(caller)
    boot = BootNotificationRequest(
        charging_station=ChargingStationType(model="M", vendor_name="V"),
        reason=BootReasonEnumType.POWER_UP,
    )
    data = [StreamDataElementType(t=0, v="1.5")]
    await station.notify_periodic_event_stream(
        NotifyPeriodicEventStream(data=data, id=1, pending=0, basetime=NOW)
    )
    answer = await station.boot_notification(boot)
    return answer if answer.interval else await caller.call(BOOT_NOTIFICATION, boot, None)


csms: CsmsHandler = Csms()
block = OneBlock()
