"""One Charging Station of a fleet, and the drivers who come to it."""

from __future__ import annotations

import asyncio
import contextlib

from ocppj import Observer, connect_socket
from ocppref.fleet.chaos import BadNetwork, Weather
from ocppref.fleet.journal import BookedStore, Journal
from ocppref.fleet.plan import Plan
from ocppref.fleet.visits import Visit, chance, visits
from ocppref.station.controller import Controller
from ocppref.station.hardware import Impossible
from ocppref.station.station import Station

_EVSE = 1
_RETRY = 1.0  # seconds: the reader is dark, so the driver tries again
_TRIES = 5


class Member:
    """A station that is charged at. Make it in a running event loop.

    EVs, their drivers and the faults come from the seed of the plan. What the station makes up
    itself (ids of transactions and messages) does not: a CSMS that has seen a fleet before would
    take the transactions of the next one for those of the last.
    """

    def __init__(
        self, plan: Plan, number: int, journal: Journal, weather: Weather, observer: Observer
    ) -> None:
        self.identity = plan.identity(number)
        self.cars = 0
        self._plan = plan
        self._visits = visits(plan, number)
        self._dice = chance(plan, number, "power")
        network = BadNetwork(weather, chance(plan, number, "network"), self.lose_power)
        self.station = Station(
            plan.config(number),
            store=BookedStore(journal, self.identity),
            connector=connect_socket if plan.chaos.is_calm else network,
            observers=[observer],
        )
        self._drivers: asyncio.Task[None] | None = None
        self._is_started = False

    @property
    def is_started(self) -> bool:
        """Whether it was ever switched on."""
        return self._is_started

    @property
    def is_plugged(self) -> bool:
        """Whether there is an EV."""
        return self.station.hardware.evses[_EVSE].plugged is not None

    @property
    def is_online(self) -> bool:
        """Whether there is a connection."""
        controller = self._controller
        return controller is not None and controller.core.link.online

    @property
    def is_accepted(self) -> bool:
        """Whether there is a connection, and the CSMS has accepted the station."""
        controller = self._controller
        return controller is not None and controller.core.link.ready

    @property
    def _controller(self) -> Controller | None:
        return self.station.controller

    async def run(self, after: float) -> None:
        """Switch it on after so many seconds, and let EVs come from then on."""
        await asyncio.sleep(after)
        self.station.start()
        self._is_started = True
        self._drivers = asyncio.create_task(self._be_visited())

    async def send_away(self) -> None:
        """No more EVs come, and the one that is here leaves."""
        drivers, self._drivers = self._drivers, None
        if drivers is not None:
            drivers.cancel()
            [failure] = await asyncio.gather(drivers, return_exceptions=True)
            if isinstance(failure, Exception):
                raise failure
        if self.is_plugged:
            self.station.hardware.unplug(_EVSE)

    async def reconnect(self) -> None:
        """The network goes, and is there again at once."""
        await self.station.go_offline()
        await asyncio.sleep(0)
        await self.station.go_online()

    def lose_power(self) -> None:
        """The power goes, and comes back after a while."""
        down = self._plan.down * 2 * self._dice.random()
        with contextlib.suppress(Impossible):  # it has none already
            self.station.start_power_cycle(down)

    async def close(self) -> None:
        """Switch it off for good."""
        await self.station.close()

    async def _be_visited(self) -> None:
        for visit in self._visits:
            await asyncio.sleep(visit.gap)
            await self._charge(visit)

    async def _charge(self, visit: Visit) -> None:
        station = self.station
        await station.plug(_EVSE)
        self.cars += 1
        await station.set_ev(_EVSE, power=visit.power)
        await asyncio.sleep(visit.hesitation)
        await self._show_token()
        await asyncio.sleep(visit.stay)
        if visit.stops:
            await self._show_token()
        await station.unplug(_EVSE)

    async def _show_token(self) -> None:
        for _ in range(_TRIES):
            try:
                await self.station.present(
                    self._plan.id_token, type=self._plan.id_token_type, evse_id=_EVSE
                )
                return
            except Impossible:
                await asyncio.sleep(_RETRY)
