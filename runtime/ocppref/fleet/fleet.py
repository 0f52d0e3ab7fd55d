"""Many Charging Stations in one event loop: their beginning, their day, and how it is settled."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Iterable
from dataclasses import replace

from ocppref.fleet.audit import audit
from ocppref.fleet.chaos import Weather
from ocppref.fleet.journal import Journal
from ocppref.fleet.member import Member
from ocppref.fleet.plan import Plan
from ocppref.fleet.tally import Tally
from ocppref.fleet.visits import chance
from ocppref.fleet.watcher import Watcher

LOG = logging.getLogger("ocppref.fleet")

_LOOK = 0.1  # seconds, from one look whether all is settled to the next
_MOST_SPREAD = 30.0  # seconds in which all are switched on, where that is no storm
_AT_ONCE = 50  # stations that are closed at once
_NUDGE = 15.0  # seconds that a station may take to come back by itself once the network is well


class Fleet:
    """The stations of a plan with these numbers. Use it with `run`, in an event loop.

    `ending` ends the day early when it is set; all is settled then as always.
    """

    def __init__(self, plan: Plan, numbers: Iterable[int]) -> None:
        self.plan = plan
        self.ending = asyncio.Event()
        self.journal = Journal()
        self.weather = Weather(plan.chaos)
        self._tally = Tally()
        watcher = Watcher(self._tally, self.journal)
        self.members = {
            number: Member(plan, number, self.journal, self.weather, watcher) for number in numbers
        }
        self._final: Tally | None = None

    @property
    def tally(self) -> Tally:
        """What it has seen so far."""
        return self._final or self._look()

    async def run(self) -> Tally:
        """The whole day: until the end of `plan.duration`, and until all is settled."""
        try:
            await self._be_busy()
            await self._settle()
            await self._conclude()
        finally:
            await self._close()
        return self.tally

    async def _be_busy(self) -> None:
        async with asyncio.TaskGroup() as day:
            tasks = [
                day.create_task(member.run(self._start_of(number)))
                for number, member in self.members.items()
            ]
            if self.plan.reconnect_storm is not None:
                tasks.append(day.create_task(self._storm(self.plan.reconnect_storm)))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.plan.duration):
                    await self.ending.wait()
            for task in tasks:
                task.cancel()

    def _start_of(self, number: int) -> float:
        """When a station is switched on."""
        if self.plan.boot_storm:
            return 0.0
        spread = min(_MOST_SPREAD, self.plan.duration / 4)
        return spread * chance(self.plan, number, "start").random()

    async def _storm(self, every: float) -> None:
        while True:
            await asyncio.sleep(every)
            await asyncio.gather(*(member.reconnect() for member in self._started()))

    async def _settle(self) -> None:
        """All is well, nobody comes any more: what is still to be told is told now."""
        self.weather.calm_down()
        await asyncio.gather(*(member.send_away() for member in self._started()))
        loop = asyncio.get_running_loop()
        begin = loop.time()
        nudged = False
        while not self._is_settled() and loop.time() < begin + self.plan.settle:
            await asyncio.sleep(_LOOK)
            if not nudged and loop.time() > begin + _NUDGE:
                nudged = True
                await self._nudge()

    async def _nudge(self) -> None:
        """A lost BootNotification is sent again after a minute; a new connection is quicker."""
        late = [member for member in self._started() if not member.is_accepted]
        await asyncio.gather(*(member.reconnect() for member in late))

    def _is_settled(self) -> bool:
        # A station without power may have seen an EV leave, and tells of it when it is on again.
        # Where there never was a connection there is nothing to wait for.
        is_on = all(member.is_accepted for member in self._started())
        return self.journal.is_settled() and (is_on or not self._tally.connections)

    def _started(self) -> list[Member]:
        return [member for member in self.members.values() if member.is_started]

    async def _conclude(self) -> None:
        found = self._look()
        found.complete = self.journal.complete()
        found.incomplete = len(self.journal.accounts) - found.complete
        problems = self.journal.judge()
        never = [member.identity for member in self._started() if not member.is_accepted]
        problems += [f"{identity}: not accepted by the CSMS at the end" for identity in never]
        if self.plan.api is not None:
            verified, differences = await audit(self.plan.api, self.journal)
            found.verified = verified
            problems += differences
        found.blame(problems)
        self._final = found

    async def _close(self) -> None:
        self.weather.calm_down()
        members = list(self.members.values())
        for start in range(0, len(members), _AT_ONCE):
            chunk = members[start : start + _AT_ONCE]
            await asyncio.gather(*(member.close() for member in chunk))

    def _look(self) -> Tally:
        members, journal = self.members.values(), self.journal
        return replace(
            self._tally,
            problems=list(self._tally.problems),
            stations=len(members),
            online=sum(member.is_online for member in members),
            accepted_stations=sum(member.is_accepted for member in members),
            cars=sum(member.cars for member in members),
            plugged=sum(member.is_plugged for member in members),
            transactions=len(journal.accounts),
            running=journal.running,
            complete=journal.ended,
            events=journal.created,
            events_accepted=journal.accepted,
            events_repeated=journal.repeated,
            incidents=self.weather.incidents,
        )
