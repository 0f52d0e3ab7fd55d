"""Functional block K: Smart charging."""

from __future__ import annotations

from datetime import datetime

from ocpp21 import (
    ChargingProfileStatusEnumType,
    ClearedChargingLimitRequest,
    ClearedChargingLimitResponse,
    CsmsCalls,
    CsmsSmartChargingHandler,
    GenericStatusEnumType,
    NotifyChargingLimitRequest,
    NotifyChargingLimitResponse,
    NotifyEVChargingNeedsRequest,
    NotifyEVChargingNeedsResponse,
    NotifyEVChargingNeedsStatusEnumType,
    NotifyEVChargingScheduleRequest,
    NotifyEVChargingScheduleResponse,
    NotifyPriorityChargingRequest,
    NotifyPriorityChargingResponse,
    PullDynamicScheduleUpdateRequest,
    PullDynamicScheduleUpdateResponse,
    ReportChargingProfilesRequest,
    ReportChargingProfilesResponse,
)
from ocppj import CallContext
from ocppref.csms.handlers.block import Block, collect_part
from ocppref.csms.storage import Connection, holdings
from ocppref.csms.storage.holdings import Kind
from ocppref.csms.storage.jobs import Job
from ocppref.csms.storage.reports import Part


class SmartCharging(Block, CsmsSmartChargingHandler):
    """Keeps limits and profiles. The CSMS makes no schedules by itself."""

    async def on_notify_charging_limit(
        self, request: NotifyChargingLimitRequest, context: CallContext[CsmsCalls]
    ) -> NotifyChargingLimitResponse:
        """K11, K12: an external limit holds until it is cleared."""
        key = _limit_key(request.evse_id, request.charging_limit.charging_limit_source)
        held = {key: request.write_json()}
        await self.write(
            context, lambda c, station, now: holdings.save(c, station, _LIMIT, held, now)
        )
        return NotifyChargingLimitResponse()

    async def on_cleared_charging_limit(
        self, request: ClearedChargingLimitRequest, context: CallContext[CsmsCalls]
    ) -> ClearedChargingLimitResponse:
        """K13."""
        keys = [_limit_key(request.evse_id, request.charging_limit_source)]
        await self.write(context, lambda c, station, _: holdings.remove(c, station, _LIMIT, keys))
        return ClearedChargingLimitResponse()

    async def on_notify_ev_charging_needs(
        self, request: NotifyEVChargingNeedsRequest, context: CallContext[CsmsCalls]
    ) -> NotifyEVChargingNeedsResponse:
        """K15, K17 to K20: there is no profile to come. With ISO 15118-2 the EV then charges
        without a schedule, which is what Rejected means there.
        """
        await self.keep(context, request)
        is_15118_20 = request.charging_needs.control_mode is not None
        status = NotifyEVChargingNeedsStatusEnumType
        return NotifyEVChargingNeedsResponse(
            status=status.NO_CHARGING_PROFILE if is_15118_20 else status.REJECTED
        )

    async def on_notify_ev_charging_schedule(
        self, request: NotifyEVChargingScheduleRequest, context: CallContext[CsmsCalls]
    ) -> NotifyEVChargingScheduleResponse:
        """K15: the CSMS sets no bounds to it by itself, so any schedule is within them."""
        await self.keep(context, request)
        return NotifyEVChargingScheduleResponse(status=GenericStatusEnumType.ACCEPTED)

    async def on_notify_priority_charging(
        self, request: NotifyPriorityChargingRequest, context: CallContext[CsmsCalls]
    ) -> NotifyPriorityChargingResponse:
        """K21, K22."""
        await self.keep(context, request)
        return NotifyPriorityChargingResponse()

    async def on_pull_dynamic_schedule_update(
        self, request: PullDynamicScheduleUpdateRequest, context: CallContext[CsmsCalls]
    ) -> PullDynamicScheduleUpdateResponse:
        """K28: no update is at hand."""
        return PullDynamicScheduleUpdateResponse(status=ChargingProfileStatusEnumType.REJECTED)

    async def on_report_charging_profiles(
        self, request: ReportChargingProfilesRequest, context: CallContext[CsmsCalls]
    ) -> ReportChargingProfilesResponse:
        """K09."""
        one = request.model_copy(update={"tbc": None})
        held = {
            str(profile.id): one.model_copy(update={"charging_profile": [profile]}).write_json()
            for profile in request.charging_profile
        }

        def keep(connection: Connection, station: str, now: datetime) -> Job | None:
            holdings.save(connection, station, Kind.CHARGING_PROFILE, held, now)
            part = Part(context.action, request.request_id, None, not request.tbc)
            return collect_part(connection, station, part, now)

        job = await self.write(context, keep)
        if job is not None:
            self.publish_job(job)
        return ReportChargingProfilesResponse()


_LIMIT = Kind.EXTERNAL_LIMIT


def _limit_key(evse_id: int | None, source: str) -> str:
    """Without an EVSE it is the limit of the whole station."""
    return f"{evse_id or 0}/{source}"
