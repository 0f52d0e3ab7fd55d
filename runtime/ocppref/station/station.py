"""A Charging Station that a person, a car and the network can be played to."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Iterable
from datetime import datetime
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from ocpp21 import BootReasonEnumType, DataTransferRequest, DataTransferResponse, IdTokenType
from ocppj import Clock, Connector, LoopClock, Observer, Uplink, connect_socket
from ocppref.station.config import StationConfig
from ocppref.station.controller import Controller
from ocppref.station.core import World
from ocppref.station.handlers.data_transfer import VendorRouter
from ocppref.station.hardware import Hardware, Impossible
from ocppref.station.link import Network
from ocppref.station.registration import note_reason
from ocppref.station.state import StationState, look
from ocppref.station.store import MemoryStore, Store
from ocppref.station.time import machine_time
from ocppref.station.transfer import FileTransfer, HttpTransfer

LOG = logging.getLogger("ocppref.station")

REBOOT_TIME = 1.0
"""Seconds that a reboot takes."""


class Station:
    """A Charging Station: the hardware, what survives, and the software while there is power.

        async with Station(StationConfig(identity="CS001")) as station:
            await station.plug(1)
            await station.present("04A1B2", type="ISO14443", evse_id=1)

    What somebody does to it raises `Impossible` where that cannot be. `store` is what survives; a
    new memory where none is given. `clock`, `wall` (the date), `connector` and `seed` are time, the
    network and chance, for tests: the same seed makes the same frames. `reboot_time` is in seconds.
    `files` moves firmware and logs; by HTTP where nothing is given. `data_transfer` handles what
    vendors send by DataTransfer (see `ocppref.station.handlers.data_transfer`).

    Raises `ConfigError`, `VariableError` and `StateError` for what cannot be.
    """

    def __init__(
        self,
        config: StationConfig,
        *,
        store: Store | None = None,
        clock: Clock | None = None,
        wall: Callable[[], datetime] = machine_time,
        connector: Connector = connect_socket,
        observers: Iterable[Observer] = (),
        seed: int | None = None,
        reboot_time: float = REBOOT_TIME,
        files: FileTransfer | None = None,
        data_transfer: VendorRouter | None = None,
    ) -> None:
        self.config = config
        self.store = store if store is not None else MemoryStore()
        self._clock = clock or LoopClock()
        chance = random.SystemRandom() if seed is None else random.Random(seed)
        self.hardware = Hardware(config=config, store=self.store, clock=self._clock)
        self._uplink = Uplink(connector)
        self._is_pulled = False
        self._world = World(
            config=config,
            store=self.store,
            hardware=self.hardware,
            network=Network(self._uplink, chance, tuple(observers)),
            clock=self._clock,
            wall=wall,
            restart=self._restart,
            files=files or HttpTransfer(ca=config.ca),
            data_transfer=data_transfer,
        )
        self._controller: Controller | None = Controller(self._world)
        self._reboot_time = reboot_time
        self._cycle: asyncio.Task[None] | None = None
        self._offset = 0.0
        self._jams = 0
        self._woken = asyncio.Event()
        self._closed = False

    @property
    def controller(self) -> Controller | None:
        """The software, while there is power."""
        return self._controller

    # On and off

    def start(self) -> None:
        """Switch it on for the first time."""
        self.hardware.power_on()
        if self._controller is not None:
            self._controller.start()

    async def close(self) -> None:
        """Switch it off for good. What is queued stays in the store."""
        self._closed = True
        self._woken.set()
        if self._cycle is not None:
            await self._cycle
        await self._switch_off()

    async def power_cycle(self, down_seconds: float = 0.0) -> None:
        """Cut the power, and give it back after so many seconds; returns then."""
        await asyncio.shield(self.start_power_cycle(down_seconds))

    def start_power_cycle(self, down_seconds: float = 0.0) -> asyncio.Task[None]:
        """Cut the power now, and give it back after so many seconds."""
        if self._controller is None or self._cycle is not None:
            raise Impossible("the station is switched off, or just about to be")
        self._uplink.cut()
        return self._begin_cycle(down_seconds)

    def _begin_cycle(self, seconds: float) -> asyncio.Task[None]:
        self._cycle = cycle = asyncio.create_task(self._power_cycle(seconds))
        cycle.add_done_callback(_tell_failure)
        return cycle

    async def _power_cycle(self, seconds: float) -> None:
        try:
            await self._switch_off()
            await self._sleep(seconds)
        finally:
            self._cycle = None
        if not self._closed:
            self._switch_on()

    def _restart(self, reason: BootReasonEnumType) -> bool:
        """The software wants to be started anew."""
        if self._jams > 0:
            self._jams -= 1
            return False
        if self._cycle is None:
            note_reason(self.store, reason)
            self._begin_cycle(self._reboot_time)
        return True

    async def _switch_off(self) -> None:
        controller, self._controller = self._controller, None
        if controller is None:
            return
        controller.stop()
        self._offset = controller.core.clock.offset
        if self.hardware.powered:
            self.hardware.power_off()
        await controller.close()

    def _switch_on(self) -> None:
        self.hardware.power_on()
        if not self._is_pulled:
            self._uplink.restore()
        self._controller = Controller(self._world, self._offset)
        self._controller.start()

    async def _sleep(self, seconds: float) -> None:
        timer = self._clock.call_later(seconds, self._woken.set)
        try:
            await self._woken.wait()
        finally:
            timer.cancel()
            if not self._closed:
                self._woken.clear()

    # What somebody does to it

    async def plug(self, evse_id: int, connector_id: int | None = None) -> None:
        """An EV comes and is plugged in."""
        self.hardware.plug(evse_id, connector_id)

    async def unplug(self, evse_id: int, connector_id: int | None = None) -> None:
        """The EV is unplugged, and leaves."""
        self.hardware.unplug(evse_id, connector_id)

    async def present(
        self, id_token: str, *, type: str = "ISO14443", evse_id: int | None = None
    ) -> None:
        """Somebody holds a token to the reader, of an EVSE or of the station."""
        try:
            token = IdTokenType(id_token=id_token, type=type)
        except ValidationError as error:
            raise Impossible(f"that is no token: {error.errors()[0]['msg']}") from None
        self.hardware.present(token, evse_id)

    async def set_ev(self, evse_id: int, *, power: float, soc: float | None = None) -> None:
        """From now on the EV takes up to `power` W; at 0 it suspends. `soc` is in %."""
        self.hardware.drive_ev(evse_id, power, soc)

    async def fault(self, evse_id: int, on: bool = True, reason: str | None = None) -> None:
        """The EVSE fails, or is well again."""
        self.hardware.fault(evse_id, on, reason)

    async def go_offline(self) -> None:
        """Somebody pulls the network plug."""
        self._is_pulled = True
        self._uplink.cut()

    async def go_online(self) -> None:
        """The network plug is put in again. The station notices, and connects at once."""
        self._is_pulled = False
        if self._controller is not None:
            self._uplink.restore()
            await self._controller.core.link.retry()

    async def transfer(self, request: DataTransferRequest) -> DataTransferResponse:
        """Send data of a vendor's own to the CSMS (P02). Raises an `OCPPError`."""
        if self._controller is None:
            raise Impossible("the station is switched off")
        return await self._controller.core.link.calls.data_transfer(request)

    def jam_reset(self, times: int) -> None:
        """Have the next resets fail, as many as that."""
        self._jams = times

    def state(self) -> StationState:
        """What it looks like now."""
        return look(self.config.identity, self.hardware, self._controller)

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


def _tell_failure(cycle: asyncio.Task[None]) -> None:
    if not cycle.cancelled() and (error := cycle.exception()) is not None:
        LOG.critical("the station cannot be started again", exc_info=error)
