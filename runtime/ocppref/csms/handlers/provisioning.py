"""Functional block B: Provisioning."""

from __future__ import annotations

from datetime import UTC, datetime

from ocpp21 import (
    BootNotificationRequest,
    BootNotificationResponse,
    CsmsCalls,
    CsmsProvisioningHandler,
    NotifyReportRequest,
    NotifyReportResponse,
    RegistrationStatusEnumType,
    ReportBaseEnumType,
)
from ocppj import CallContext, ErrorCode, Refusal, SecurityProfile
from ocppref.csms.handlers.block import Block, collect_part
from ocppref.csms.live import LiveEvent
from ocppref.csms.stations import ACCEPTED
from ocppref.csms.storage import Connection, device_model
from ocppref.csms.storage import stations as station_rows
from ocppref.csms.storage.jobs import Job
from ocppref.csms.storage.reports import Part
from ocppref.csms.storage.stations import StationRecord


class Provisioning(Block, CsmsProvisioningHandler):
    """Boots, and reports of the device model."""

    async def on_boot_notification(
        self, request: BootNotificationRequest, context: CallContext[CsmsCalls]
    ) -> BootNotificationResponse:
        """B01, B02, B03: the status is the one that the station is registered with."""
        station = self.parts.stations[context.identity]
        self._check_serial_number(request, context)
        before = await self.write(
            context, lambda c, identity, now: _boot(c, identity, request, now)
        )
        status = RegistrationStatusEnumType(before.registration)
        station.boot_status = status
        station.asked.clear()
        station.is_resumed = True
        station.silence = self._interval(before) + self.parts.settings.idle_after
        self.parts.live.publish(LiveEvent("connection", station.identity, {"boot": status.value}))
        if status is ACCEPTED:
            is_new = _is_new(before, request)
            now = datetime.now(UTC)
            context.after_answer(lambda: self._follow_up(station.identity, is_new, now))
        return BootNotificationResponse(
            current_time=datetime.now(UTC), interval=self._interval(before), status=status
        )

    async def on_notify_report(
        self, request: NotifyReportRequest, context: CallContext[CsmsCalls]
    ) -> NotifyReportResponse:
        """B07, B08: what is reported replaces what was known."""

        def keep(connection: Connection, station: str, now: datetime) -> Job | None:
            device_model.save_report(connection, station, request.report_data or (), now)
            part = Part(context.action, request.request_id, request.seq_no, not request.tbc)
            job = collect_part(connection, station, part, now)
            if job is not None and _is_full_inventory(job):
                device_model.forget_older(connection, station, job.created_at)
            return job

        job = await self.write(context, keep)
        if job is not None:
            self.publish_job(job)
        return NotifyReportResponse()

    def _check_serial_number(
        self, request: BootNotificationRequest, context: CallContext[CsmsCalls]
    ) -> None:
        """B01.FR.11, B01.FR.12: the certificate is that of another station. It has to go."""
        if self.parts.settings.security_profile is not SecurityProfile.TLS_CERTIFICATE:
            return
        name = self.parts.stations[context.identity].certificate_name or ""
        if name.lower() == (request.charging_station.serial_number or "").lower():
            return
        self.parts.background.start(
            self.parts.outgoing.close(context.identity, "not the certificate's serial number"),
            "close",
        )
        raise Refusal(ErrorCode.SECURITY_ERROR, "the serial number is not that of the certificate")

    def _interval(self, record: StationRecord) -> int:
        settings = self.parts.settings
        if record.registration != ACCEPTED:
            return settings.retry_interval
        return record.heartbeat_interval or settings.heartbeat_interval

    async def _follow_up(self, identity: str, is_new: bool, since: datetime) -> None:
        self.parts.background.start(self._take_up(identity, is_new, since), "after a boot")

    async def _take_up(self, identity: str, is_new: bool, since: datetime) -> None:
        if is_new:
            await self.parts.inventory.request(identity)
        await self.parts.follow_up.begin_anew(identity, since)
        await self.parts.follow_up.resume(identity, since)


def _boot(
    connection: Connection, identity: str, request: BootNotificationRequest, now: datetime
) -> StationRecord:
    """Keep a boot; the station as it was before."""
    before = station_rows.find(connection, identity)
    if before is None:  # deleted a moment ago
        raise Refusal(ErrorCode.SECURITY_ERROR, "this station is not known")
    machine = request.charging_station
    values = {
        "boot": request.write_json(),
        "boot_status": before.registration,
        "booted_at": now,
        "serial_number": machine.serial_number or before.serial_number,
        "firmware_version": machine.firmware_version,
    }
    station_rows.change(connection, identity, values)
    return before


def _is_new(before: StationRecord, request: BootNotificationRequest) -> bool:
    """B07.FR.14: a station's inventory is worth asking for when it, or its firmware, is new."""
    is_first = before.boot_status != ACCEPTED
    return is_first or before.firmware_version != request.charging_station.firmware_version


def _is_full_inventory(job: Job) -> bool:
    return job.request.get("reportBase") == ReportBaseEnumType.FULL_INVENTORY
