"""Functional block G: Availability."""

from __future__ import annotations

from datetime import UTC, datetime

from ocpp21 import (
    CsmsAvailabilityHandler,
    CsmsCalls,
    HeartbeatRequest,
    HeartbeatResponse,
    StatusNotificationRequest,
    StatusNotificationResponse,
)
from ocppj import CallContext
from ocppref.csms.handlers.block import Block
from ocppref.csms.live import LiveEvent
from ocppref.csms.storage.device_model import ConnectorState, save_connector


class Availability(Block, CsmsAvailabilityHandler):
    """The time, and the status of connectors."""

    async def on_heartbeat(
        self, request: HeartbeatRequest, context: CallContext[CsmsCalls]
    ) -> HeartbeatResponse:
        """G02: nothing is kept of it; that the station is there is seen from any message."""
        return HeartbeatResponse(current_time=datetime.now(UTC))

    async def on_status_notification(
        self, request: StatusNotificationRequest, context: CallContext[CsmsCalls]
    ) -> StatusNotificationResponse:
        """G01. NotifyEvent says the same in another way, see `Diagnostics`."""
        state = ConnectorState(
            evse_id=request.evse_id,
            connector_id=request.connector_id,
            status=request.connector_status.value,
            since=request.timestamp,
        )
        await self.write(context, lambda c, station, now: save_connector(c, station, state, now))
        self.parts.live.publish(status_event(self.identity(context), state))
        return StatusNotificationResponse()


def status_event(station: str, state: ConnectorState) -> LiveEvent:
    """That a connector has a status."""
    data = {
        "evseId": state.evse_id,
        "connectorId": state.connector_id,
        "status": state.status,
        "since": state.since,
    }
    return LiveEvent("status", station, data)
