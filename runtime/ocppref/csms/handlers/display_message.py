"""Functional block O: Display message."""

from __future__ import annotations

from datetime import datetime

from ocpp21 import (
    CsmsCalls,
    CsmsDisplayMessageHandler,
    NotifyDisplayMessagesRequest,
    NotifyDisplayMessagesResponse,
)
from ocppj import CallContext
from ocppref.csms.handlers.block import Block, collect_part
from ocppref.csms.storage import Connection, holdings
from ocppref.csms.storage.holdings import Kind
from ocppref.csms.storage.jobs import Job
from ocppref.csms.storage.reports import Part

_CRITERIA = ("id", "priority", "state")


class DisplayMessage(Block, CsmsDisplayMessageHandler):
    """What stations show on their displays."""

    async def on_notify_display_messages(
        self, request: NotifyDisplayMessagesRequest, context: CallContext[CsmsCalls]
    ) -> NotifyDisplayMessagesResponse:
        """O03, O04."""
        held = {str(each.id): each.write_json() for each in request.message_info or ()}

        def keep(connection: Connection, station: str, now: datetime) -> Job | None:
            holdings.save(connection, station, Kind.DISPLAY_MESSAGE, held, now)
            part = Part(context.action, request.request_id, None, not request.tbc)
            job = collect_part(connection, station, part, now)
            if job is not None and not any(job.request.get(each) for each in _CRITERIA):
                holdings.forget_older(connection, station, Kind.DISPLAY_MESSAGE, job.created_at)
            return job

        job = await self.write(context, keep)
        if job is not None:
            self.publish_job(job)
        return NotifyDisplayMessagesResponse()
