"""Resets that the CSMS asks for, of the station or of one EVSE (B11 to B13)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TypeAlias

from ocpp21 import (
    BootReasonEnumType,
    ReasonEnumType,
    ResetEnumType,
    ResetRequest,
    ResetResponse,
    ResetStatusEnumType,
    StatusInfoType,
    TriggerReasonEnumType,
)
from ocppref.station.availability import Availability
from ocppref.station.device_model import variables
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.hardware import Hardware
from ocppref.station.link import Link
from ocppref.station.outbox import Outbox
from ocppref.station.reservations import Reservations
from ocppref.station.tasks import Tasks
from ocppref.station.time import StationClock
from ocppref.station.transactions import Transactions

LOG = logging.getLogger("ocppref.station")

Restart: TypeAlias = Callable[[BootReasonEnumType], bool]
"""Reboots the station for a reason; False if that failed."""

EVSE_TIME = 2.0
"""Seconds that the reset of an EVSE takes."""

RETRY_WAIT = 5.0
"""Seconds until a reset that failed is tried again."""

_HOLD = "reset"
_Status = ResetStatusEnumType


class Reset:
    """Resets the station, or an EVSE, now or once its transactions have ended."""

    def __init__(
        self,
        *,
        model: DeviceModel,
        clock: StationClock,
        tasks: Tasks,
        hardware: Hardware,
        link: Link,
        outbox: Outbox,
        availability: Availability,
        reservations: Reservations,
        transactions: Transactions,
        restart: Restart,
    ) -> None:
        self._model = model
        self._clock = clock
        self._tasks = tasks
        self._hardware = hardware
        self._link = link
        self._outbox = outbox
        self._availability = availability
        self._reservations = reservations
        self._transactions = transactions
        self._restart = restart
        self._scheduled: set[int | None] = set()
        self._under_way: set[int | None] = set()

    def start(self) -> None:
        """Notice when transactions end."""
        # Later: this is in the transaction of the store in which it ends.
        self._transactions.ended.connect(lambda _: self._clock.call_later(0, self._look))

    def close(self) -> None:
        """Whatever was scheduled is not done any more: a power-on is a reset too."""
        self._scheduled.clear()

    # What the CSMS asks for. None as an EVSE is the whole station.

    def judge(self, request: ResetRequest) -> ResetResponse:
        """The answer; what follows from it is for `perform`."""
        if why_not := self._find_obstacle(request):
            info = StatusInfoType(reason_code=why_not)
            return ResetResponse(status=_Status.REJECTED, status_info=info)
        if request.type is ResetEnumType.ON_IDLE and self._is_busy(request.evse_id):
            return ResetResponse(status=_Status.SCHEDULED)  # B12.FR.01
        return ResetResponse(status=_Status.ACCEPTED)  # B12.FR.02, B13.FR.02, B13.FR.03

    async def perform(self, request: ResetRequest, status: ResetStatusEnumType) -> None:
        """Do what was answered."""
        if status is _Status.SCHEDULED:
            self._scheduled.add(request.evse_id)
            self._hold(request.evse_id)
            self._look()
        elif status is _Status.ACCEPTED:
            self._begin(request.evse_id, request.type, BootReasonEnumType.REMOTE_RESET)

    def _find_obstacle(self, request: ResetRequest) -> str | None:
        """Why it cannot be done, as a reasonCode."""
        evse_id = request.evse_id
        if evse_id is not None:
            if evse_id not in self._hardware.evses:
                return "UnknownEvse"
            if not self._model[variables.EVSE_ALLOW_RESET.at(evse=evse_id)]:
                return "NotEnabled"  # B11.FR.09, B12.FR.09
        if None in self._under_way or evse_id in self._under_way:
            return "InternalError"  # B11.FR.06, B12.FR.10: it is being reset
        resumes = request.type is ResetEnumType.IMMEDIATE_AND_RESUME
        if resumes and not self._model[variables.TX_RESUMPTION_TIMEOUT]:
            return "NotEnabled"  # B13.FR.01
        return None

    def _is_busy(self, evse_id: int | None) -> bool:
        """Whether a transaction runs there."""
        if evse_id is None:
            return bool(self._transactions.all())
        return self._transactions.running(evse_id) is not None

    # What is done

    def _look(self) -> None:
        """See whether what was scheduled can be done now."""
        for evse_id in [each for each in self._scheduled if not self._is_busy(each)]:
            self._scheduled.discard(evse_id)
            self._begin(evse_id, ResetEnumType.ON_IDLE, BootReasonEnumType.SCHEDULED_RESET)

    def _begin(self, evse_id: int | None, kind: ResetEnumType, reason: BootReasonEnumType) -> None:
        self._under_way.add(evse_id)
        # What was scheduled for the same, or for a part of it, is done with that.
        self._scheduled = {each for each in self._scheduled if evse_id not in (None, each)}
        self._tasks.spawn(self._reset(evse_id, kind, reason), "a reset")

    async def _reset(
        self, evse_id: int | None, kind: ResetEnumType, reason: BootReasonEnumType
    ) -> None:
        resumes = kind is ResetEnumType.IMMEDIATE_AND_RESUME
        if resumes:
            self._transactions.suspend(evse_id)  # B13.FR.04
        elif kind is ResetEnumType.IMMEDIATE:
            trigger, stopped = TriggerReasonEnumType.RESET_COMMAND, ReasonEnumType.IMMEDIATE_RESET
            self._transactions.end(evse_id, trigger, stopped)  # B12.FR.04, B12.FR.08
        await self._deliver()
        if evse_id is None:
            done = await self._reboot(reason)
            evse_ids = list(self._hardware.evses)
        else:
            done = await self._reset_evse(evse_id)
            evse_ids = [evse_id]
        if evse_id is not None or not done:
            self._go_on(evse_ids, resumes)
        self._under_way.discard(evse_id)

    async def _deliver(self) -> None:
        """Give the CSMS time to answer; what it does not answer is still there afterwards."""
        if not self._outbox.pending() or not self._link.ready:
            return
        over = asyncio.Event()
        timeout = self._model[variables.DEFAULT_MESSAGE_TIMEOUT]
        timer = self._clock.call_later(timeout, over.set)
        disconnect = [
            self._outbox.emptied.connect(lambda _: over.set()),
            self._link.went_offline.connect(lambda _: over.set()),
        ]
        try:
            await over.wait()  # B12.FR.05
        finally:
            timer.cancel()
            for each in disconnect:
                each()

    async def _reboot(self, reason: BootReasonEnumType) -> bool:
        for attempt in range(1 + self._model[variables.RESET_RETRIES]):
            if attempt:
                await self._clock.sleep(RETRY_WAIT)
            if self._restart(reason):
                return True
            LOG.error("the reset failed, attempt %d", attempt + 1)
        return False

    async def _reset_evse(self, evse_id: int) -> bool:
        """B13.FR.11: without a reboot of the station."""
        self._hold(evse_id)
        await self._clock.sleep(EVSE_TIME)
        return True

    def _go_on(self, evse_ids: list[int], resumes: bool) -> None:
        self._availability.release(_HOLD, evse_ids)
        if resumes:
            for evse_id in evse_ids:
                self._transactions.resume(evse_id)  # B13.FR.12

    def _hold(self, evse_id: int | None) -> None:
        evse_ids = self._hardware.evses if evse_id is None else (evse_id,)
        # B11.FR.05: what is reserved stays so, and nobody else gets in there anyway.
        free = [each for each in evse_ids if not self._reservations.is_reserved(each)]
        self._availability.hold(_HOLD, free)
