"""Functional block N: Diagnostics."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ocpp21 import (
    ClosePeriodicEventStreamRequest,
    ClosePeriodicEventStreamResponse,
    CsmsCalls,
    CsmsDiagnosticsHandler,
    EventDataType,
    GenericStatusEnumType,
    LogStatusNotificationRequest,
    LogStatusNotificationResponse,
    MonitoringDataType,
    NotifyCustomerInformationRequest,
    NotifyCustomerInformationResponse,
    NotifyEventRequest,
    NotifyEventResponse,
    NotifyMonitoringReportRequest,
    NotifyMonitoringReportResponse,
    NotifyPeriodicEventStream,
    OpenPeriodicEventStreamRequest,
    OpenPeriodicEventStreamResponse,
    UploadLogStatusEnumType,
)
from ocppj import CallContext
from ocppref.csms.handlers.availability import status_event
from ocppref.csms.handlers.block import Block, collect_part
from ocppref.csms.storage import Connection, device_model, holdings
from ocppref.csms.storage.device_model import ConnectorState, NewValue
from ocppref.csms.storage.holdings import Kind
from ocppref.csms.storage.jobs import Job, Status
from ocppref.csms.storage.notices import notice_change
from ocppref.csms.storage.reports import Part

_UPLOADS = {
    UploadLogStatusEnumType.UPLOADED: Status.SUCCEEDED,
    UploadLogStatusEnumType.BAD_MESSAGE: Status.FAILED,
    UploadLogStatusEnumType.NOT_SUPPORTED_OPERATION: Status.FAILED,
    UploadLogStatusEnumType.PERMISSION_DENIED: Status.FAILED,
    UploadLogStatusEnumType.UPLOAD_FAILURE: Status.FAILED,
    UploadLogStatusEnumType.ACCEPTED_CANCELED: Status.CANCELED,
}


class Diagnostics(Block, CsmsDiagnosticsHandler):
    """Events, monitors, event streams, logs and customer information."""

    async def on_notify_event(
        self, request: NotifyEventRequest, context: CallContext[CsmsCalls]
    ) -> NotifyEventResponse:
        """N07, N08; and G01, as the state of a connector is an event too."""
        states = list(_connector_states(request.event_data))

        def keep(connection: Connection, station: str, now: datetime) -> None:
            for event in request.event_data:
                change = notice_change(station, context.action, event.write_json(), now)
                connection.execute(change.statement, change.row)
                device_model.note_value(connection, station, _value(event))
            for state in states:
                device_model.save_connector(connection, station, state, now)

        await self.write(context, keep)
        for state in states:
            self.parts.live.publish(status_event(self.identity(context), state))
        return NotifyEventResponse()

    async def on_notify_monitoring_report(
        self, request: NotifyMonitoringReportRequest, context: CallContext[CsmsCalls]
    ) -> NotifyMonitoringReportResponse:
        """N02."""

        def keep(connection: Connection, station: str, now: datetime) -> Job | None:
            held = _monitors(request.monitor or ())
            holdings.save(connection, station, Kind.MONITOR, held, now)
            part = Part(context.action, request.request_id, request.seq_no, not request.tbc)
            job = collect_part(connection, station, part, now)
            if job is not None and _is_about_all(job, "monitoringCriteria", "componentVariable"):
                holdings.forget_older(connection, station, Kind.MONITOR, job.created_at)
            return job

        self._publish(await self.write(context, keep))
        return NotifyMonitoringReportResponse()

    async def on_notify_customer_information(
        self, request: NotifyCustomerInformationRequest, context: CallContext[CsmsCalls]
    ) -> NotifyCustomerInformationResponse:
        """N09, N10."""
        await self.keep(context, request)
        part = Part(context.action, request.request_id, request.seq_no, not request.tbc)
        self._publish(
            await self.write(context, lambda c, station, now: collect_part(c, station, part, now))
        )
        return NotifyCustomerInformationResponse()

    async def on_log_status_notification(
        self, request: LogStatusNotificationRequest, context: CallContext[CsmsCalls]
    ) -> LogStatusNotificationResponse:
        """N01. Without a requestId no log is on its way: the station was only asked."""
        await self.keep(context, request)
        if request.request_id is not None:
            end = _UPLOADS.get(request.status)
            await self.tell_job(context, request.request_id, request.status.value, end)
        return LogStatusNotificationResponse()

    async def on_open_periodic_event_stream(
        self, request: OpenPeriodicEventStreamRequest, context: CallContext[CsmsCalls]
    ) -> OpenPeriodicEventStreamResponse:
        """N11: the stream is known by its id from now on."""
        stream = request.constant_stream_data
        held = {str(stream.id): stream.write_json()}
        await self.write(
            context,
            lambda c, station, now: holdings.save(c, station, Kind.EVENT_STREAM, held, now),
        )
        return OpenPeriodicEventStreamResponse(status=GenericStatusEnumType.ACCEPTED)

    async def on_close_periodic_event_stream(
        self, request: ClosePeriodicEventStreamRequest, context: CallContext[CsmsCalls]
    ) -> ClosePeriodicEventStreamResponse:
        """N13."""
        keys = [str(request.id)]
        self.parts.streams.forget(self.identity(context), request.id)
        await self.write(
            context, lambda c, station, _: holdings.remove(c, station, Kind.EVENT_STREAM, keys)
        )
        return ClosePeriodicEventStreamResponse()

    async def on_notify_periodic_event_stream(
        self, message: NotifyPeriodicEventStream, context: CallContext[CsmsCalls]
    ) -> None:
        """N15: a SEND, so nobody is told whether it was kept."""
        await self.keep(context, message)
        station, streams = self.identity(context), self.parts.streams
        if streams.note(station, message.id, message.pending):
            self.parts.background.start(streams.speed_up(station, message.id), "event stream")

    def _publish(self, job: Job | None) -> None:
        if job is not None:
            self.publish_job(job)


def _connector_states(events: Iterable[EventDataType]) -> Iterable[ConnectorState]:
    for event in events:
        component, evse = event.component, event.component.evse
        is_state = (component.name.lower(), event.variable.name.lower()) == _CONNECTOR_STATE
        if is_state and evse is not None and evse.connector_id is not None:
            status = event.actual_value[:30]
            yield ConnectorState(evse.id, evse.connector_id, status, event.timestamp)


_CONNECTOR_STATE = ("connector", "availabilitystate")


def _value(event: EventDataType) -> NewValue:
    return NewValue(event.component, event.variable, "Actual", event.actual_value)


def _monitors(monitors: Iterable[MonitoringDataType]) -> dict[str, str]:
    """By the monitor's id: each with its component and variable."""
    return {
        str(each.id): monitor.model_copy(update={"variable_monitoring": [each]}).write_json()
        for monitor in monitors
        for each in monitor.variable_monitoring
    }


def _is_about_all(job: Job, *criteria: str) -> bool:
    """Whether what was asked for was everything, so that what is not reported is not there."""
    return not any(job.request.get(each) for each in criteria)
