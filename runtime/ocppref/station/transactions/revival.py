"""What becomes of transactions that a loss of power or a reboot interrupted (E17, B13)."""

from __future__ import annotations

import random
from datetime import datetime

from ocpp21 import (
    BootReasonEnumType,
    ReadingContextEnumType,
    ReasonEnumType,
    TriggerReasonEnumType,
)
from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.hardware import Hardware
from ocppref.station.metering import Metering
from ocppref.station.registration import Registration
from ocppref.station.time import StationClock
from ocppref.station.transactions.desk import Desk
from ocppref.station.transactions.ledger import Ledger
from ocppref.station.transactions.record import Saved, Transaction
from ocppref.station.transactions.session import Session

_BY_ITSELF = {
    BootReasonEnumType.APPLICATION_RESET,
    BootReasonEnumType.FIRMWARE_UPDATE,
    BootReasonEnumType.LOCAL_RESET,
    BootReasonEnumType.REMOTE_RESET,
    BootReasonEnumType.SCHEDULED_RESET,
    BootReasonEnumType.WATCHDOG,
}


def goes_on(saved: Saved, now: datetime, timeout: float) -> bool:
    """Whether it goes on. `timeout` is TxCtrlr.ResumptionTimeout in seconds; 0 is never."""
    if saved.resumes_always:
        return True  # B13.FR.12, B13.FR.23
    if timeout <= 0 or saved.seen_at is None:
        return False
    return (now - saved.seen_at).total_seconds() <= timeout  # E17.FR.10


def reason_of(boot: BootReasonEnumType) -> ReasonEnumType:
    """Why a transaction ends that does not go on."""
    # E17.FR.21, E17.FR.22
    return ReasonEnumType.REBOOT if boot in _BY_ITSELF else ReasonEnumType.POWER_LOSS


class Revival:
    """Takes up what is in the store at the power-on."""

    def __init__(
        self,
        *,
        clock: StationClock,
        model: DeviceModel,
        hardware: Hardware,
        registration: Registration,
        metering: Metering,
        desk: Desk,
        ledger: Ledger,
        chance: random.Random,
    ) -> None:
        self._clock = clock
        self._model = model
        self._hardware = hardware
        self._registration = registration
        self._metering = metering
        self._desk = desk
        self._ledger = ledger
        self._chance = chance

    def start(self) -> None:
        """Go on, or come to an end."""
        for evse_id, session in self._desk.sessions.items():
            evse = self._hardware.evses[evse_id]
            session.is_present = evse.bay_occupied
            if any(connector.locked for connector in evse.connectors.values()):
                left = any(connector.cable_left for connector in evse.connectors.values())
                session.find_cable(self._ledger.keeper(evse_id), is_left=left)
        for saved in self._ledger.load():
            self._revive(saved)

    def resume(self, session: Session) -> None:
        """A transaction goes on."""
        evse = self._desk.evse(session)
        is_connected = evse is not None and evse.plugged is not None
        if evse is not None:
            self._metering.mark(evse.id, ReadingContextEnumType.INTERRUPTION_END)
        energy = self._model[variables.TX_ALLOW_ENERGY_TRANSFER_RESUMPTION]
        self._desk.apply(session, lambda: session.resume(connected=is_connected, energy=energy))
        if session.is_waiting:
            most = self._model[variables.TX_ENERGY_TRANSFER_RESUMPTION_RANDOM_RANGE]
            delay = self._chance.uniform(0, most) if most else 0.0
            self._clock.call_later(delay, lambda: self._desk.apply(session, session.energize))

    def _revive(self, saved: Saved) -> None:
        transaction = saved.transaction
        session = self._desk.session(transaction.evse_id)
        session.restore(saved)
        self._place(transaction)
        timeout = self._model[variables.TX_RESUMPTION_TIMEOUT]
        if goes_on(saved, self._clock.utc(), timeout):
            self.resume(session)
        else:
            trigger = TriggerReasonEnumType.ABNORMAL_CONDITION
            reason = reason_of(self._registration.reason)
            self._desk.apply(session, lambda: session.end(trigger, reason))

    def _place(self, transaction: Transaction) -> None:
        if transaction.evse_id is None or transaction.start_register is None:
            return
        self._metering.resume(transaction.evse_id, transaction.started_at)
        self._ledger.placed.emit(transaction)
