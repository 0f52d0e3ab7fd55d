"""What the handlers of all blocks have in common: their parts, and how they keep what comes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol, TypeVar

from ocpp21 import CsmsCalls
from ocppj import CallContext
from ocppref.csms.live import LiveEvent
from ocppref.csms.parts import Parts
from ocppref.csms.storage import Connection
from ocppref.csms.storage.jobs import Job, Status, progress
from ocppref.csms.storage.notices import notice_change
from ocppref.csms.storage.reports import Part, collect

T = TypeVar("T")


class Written(Protocol):
    """A message that can be written as it stands on the wire."""

    def write_json(self) -> str: ...


class Block:
    """The parts of a handler. What is kept is durable before the message is answered."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    def identity(self, context: CallContext[CsmsCalls]) -> str:
        """The identity of the sender, as it was first written."""
        return self.parts.stations[context.identity].identity

    async def keep(self, context: CallContext[CsmsCalls], *messages: Written) -> None:
        """Keep messages, or the parts of one, as they are."""
        station, now = self.identity(context), datetime.now(UTC)
        await self.parts.store.save(
            [notice_change(station, context.action, each.write_json(), now) for each in messages]
        )

    async def write(
        self,
        context: CallContext[CsmsCalls],
        work: Callable[[Connection, str, datetime], T],
    ) -> T:
        """Run `work` with the identity of the sender and the time; durable when this returns."""
        station, now = self.identity(context), datetime.now(UTC)
        return await self.parts.store.write(lambda c: work(c, station, now))

    async def tell_job(
        self, context: CallContext[CsmsCalls], request_id: int, detail: str, status: Status | None
    ) -> Job | None:
        """Note how a job stands. None if the station has none by that id."""
        job = await self.write(
            context, lambda c, station, now: progress(c, station, request_id, detail, now, status)
        )
        if job is not None:
            self.publish_job(job)
        return job

    def publish_job(self, job: Job) -> None:
        """Show how a job stands."""
        data = {"requestId": job.request_id, "status": job.status.value, "detail": job.detail}
        self.parts.live.publish(LiveEvent("job", job.station, data))


def collect_part(connection: Connection, station: str, part: Part, now: datetime) -> Job | None:
    """Note a part of a report; the job that is done with it, if it is complete now."""
    if not collect(connection, station, part):
        return None
    return progress(connection, station, part.request_id, "complete", now, Status.SUCCEEDED)
