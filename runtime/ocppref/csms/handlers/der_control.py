"""Functional block R: DER control."""

from __future__ import annotations

from ocpp21 import (
    CsmsCalls,
    CsmsDERControlHandler,
    NotifyDERAlarmRequest,
    NotifyDERAlarmResponse,
    NotifyDERStartStopRequest,
    NotifyDERStartStopResponse,
    ReportDERControlRequest,
    ReportDERControlResponse,
)
from ocppj import CallContext
from ocppref.csms.handlers.block import Block, collect_part
from ocppref.csms.storage import holdings
from ocppref.csms.storage.holdings import Kind
from ocppref.csms.storage.reports import Part


class DERControl(Block, CsmsDERControlHandler):
    """Controls of distributed energy resources, and their alarms."""

    async def on_notify_der_alarm(
        self, request: NotifyDERAlarmRequest, context: CallContext[CsmsCalls]
    ) -> NotifyDERAlarmResponse:
        """R05."""
        await self.keep(context, request)
        return NotifyDERAlarmResponse()

    async def on_notify_der_start_stop(
        self, request: NotifyDERStartStopRequest, context: CallContext[CsmsCalls]
    ) -> NotifyDERStartStopResponse:
        """R04."""
        await self.keep(context, request)
        return NotifyDERStartStopResponse()

    async def on_report_der_control(
        self, request: ReportDERControlRequest, context: CallContext[CsmsCalls]
    ) -> ReportDERControlResponse:
        """R04: each control by its id."""
        held = {
            each.id: each.write_json() for field in _LISTS for each in getattr(request, field) or ()
        }
        part = Part(context.action, request.request_id, None, not request.tbc)
        await self.write(
            context, lambda c, station, now: holdings.save(c, station, Kind.DER_CONTROL, held, now)
        )
        job = await self.write(context, lambda c, station, now: collect_part(c, station, part, now))
        if job is not None:
            self.publish_job(job)
        return ReportDERControlResponse()


_LISTS = (
    "curve",
    "enter_service",
    "fixed_pf_absorb",
    "fixed_pf_inject",
    "fixed_var",
    "freq_droop",
    "gradient",
    "limit_max_discharge",
)
