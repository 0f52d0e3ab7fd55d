"""Takes up again what a broken connection, a reboot or a restart of the CSMS has interrupted."""

from __future__ import annotations

from datetime import datetime, timedelta

from ocpp21 import GetMonitoringReportRequest, MessageTriggerEnumType, TriggerMessageRequest
from ocpp21.actions import GET_MONITORING_REPORT, TRIGGER_MESSAGE
from ocppj import OCPPCallError
from ocppref.csms.operations.commands import Commands
from ocppref.csms.operations.gaps import Gaps
from ocppref.csms.operations.outgoing import Outgoing
from ocppref.csms.storage import holdings, jobs
from ocppref.csms.storage import transactions as transaction_rows
from ocppref.csms.storage.holdings import Kind
from ocppref.csms.storage.jobs import Job, Status
from ocppref.csms.storage.store import Store

# How a station is asked how a job stands. All other jobs are reports, which a reboot ends.
_TRIGGERS = {
    "GetLog": MessageTriggerEnumType.LOG_STATUS_NOTIFICATION,
    "UpdateFirmware": MessageTriggerEnumType.FIRMWARE_STATUS_NOTIFICATION,
    "PublishFirmware": MessageTriggerEnumType.PUBLISH_FIRMWARE_STATUS_NOTIFICATION,
}
_SURVIVES = {*_TRIGGERS, "RequestBatterySwap"}
_PATIENCE = {
    "UpdateFirmware": timedelta(days=30),  # installDateTime may be far away
    "PublishFirmware": timedelta(days=7),
    "GetLog": timedelta(days=1),
}
_USUAL_PATIENCE = timedelta(hours=1)


class FollowUp:
    """Jobs, gaps and monitors, whenever a station has come back."""

    def __init__(self, store: Store, outgoing: Outgoing, commands: Commands, gaps: Gaps) -> None:
        self._store = store
        self._outgoing = outgoing
        self._commands = commands
        self._gaps = gaps

    async def resume(self, station: str, since: datetime) -> None:
        """The station is there again: ask how older jobs stand, and for what is missing.

        Raises what a CALL raises.
        """
        running = await self._find_older(station, since)
        triggers = {_TRIGGERS[job.kind] for job in running if job.kind in _TRIGGERS}
        for trigger in sorted(triggers):
            request = TriggerMessageRequest(requested_message=trigger)
            try:
                await self._outgoing.call(station, TRIGGER_MESSAGE, request)
            except OCPPCallError:
                continue  # it cannot be triggered: it will tell by itself
        for transaction_id in await self._store.read(
            lambda c: transaction_rows.find_with_gaps(c, station)
        ):
            await self._gaps.ask(station, transaction_id)

    async def begin_anew(self, station: str, since: datetime) -> None:
        """The station has booted: older reports are lost, and its monitors may have other ids.

        N04.FR.19. Raises what a CALL raises.
        """
        for job in await self._find_older(station, since):
            if job.kind not in _SURVIVES:
                await self._end(job, "Rebooted", since)
        if await self._store.read(lambda c: holdings.read_all(c, station, Kind.MONITOR)):
            await self._read_monitors(station)

    async def expire(self, now: datetime) -> list[Job]:
        """End the jobs that nothing has been heard of for too long."""
        running = await self._store.read(jobs.find_running)
        late = [job for job in running if now - job.changed_at > _patience(job)]
        for job in late:
            await self._end(job, "TimedOut", now)
        return late

    async def _find_older(self, station: str, since: datetime) -> list[Job]:
        running = await self._store.read(lambda c: jobs.find_running(c, station))
        return [job for job in running if job.created_at < since]

    async def _read_monitors(self, station: str) -> None:
        number = await self._commands.take_number(station, GET_MONITORING_REPORT.name)
        request = GetMonitoringReportRequest(request_id=number)
        try:
            response = await self._commands.send(station, GET_MONITORING_REPORT, request)
        except OCPPCallError:
            return  # it has no monitors to report, or keeps them to itself
        if response.status == "EmptyResultSet":
            await self._store.write(lambda c: holdings.clear(c, station, Kind.MONITOR))

    async def _end(self, job: Job, detail: str, now: datetime) -> None:
        of, number = job.station, job.request_id
        await self._store.write(lambda c: jobs.progress(c, of, number, detail, now, Status.FAILED))


def _patience(job: Job) -> timedelta:
    return _PATIENCE.get(job.kind, _USUAL_PATIENCE)
