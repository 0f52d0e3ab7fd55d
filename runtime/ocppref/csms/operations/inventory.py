"""Asks a Charging Station what it is made of."""

from __future__ import annotations

from datetime import UTC, datetime

from ocpp21 import GetBaseReportRequest, ReportBaseEnumType
from ocpp21.actions import GET_BASE_REPORT
from ocppj import OCPPError
from ocppref.csms.operations.outgoing import Outgoing
from ocppref.csms.storage import jobs
from ocppref.csms.storage.store import Store


class Inventory:
    """Full inventories, as jobs."""

    def __init__(self, store: Store, outgoing: Outgoing) -> None:
        self._store = store
        self._outgoing = outgoing

    async def request(self, station: str) -> int:
        """Ask for a full inventory (B07.FR.14); gives the requestId of the job."""
        request_id = await self._store.write(jobs.take_request_id)
        request = GetBaseReportRequest(
            request_id=request_id, report_base=ReportBaseEnumType.FULL_INVENTORY
        )
        text, now = request.write_json(), datetime.now(UTC)
        await self._store.write(
            lambda c: jobs.begin(c, request_id, station, GET_BASE_REPORT.name, text, now)
        )
        try:
            response = await self._outgoing.call(station, GET_BASE_REPORT, request)
        except OCPPError as error:
            await self._note(station, request_id, type(error).__name__, failed=True)
            return request_id
        await self._note(
            station, request_id, response.status.value, failed=response.status != "Accepted"
        )
        return request_id

    async def _note(self, station: str, request_id: int, detail: str, *, failed: bool) -> None:
        status = jobs.Status.FAILED if failed else None
        now = datetime.now(UTC)
        await self._store.write(
            lambda c: jobs.progress(c, station, request_id, detail, now, status)
        )
