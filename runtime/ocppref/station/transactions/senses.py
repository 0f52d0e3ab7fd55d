"""What sessions notice of the world: cables, cars, faults, and whether an EVSE can be used."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ocpp21 import ChargingStateEnumType, ReasonEnumType
from ocppref.station.availability import Availability
from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.device_model.model import Change
from ocppref.station.hardware import Connector, ConnectorProblem, Evse, Flow, Hardware
from ocppref.station.metering import Metering
from ocppref.station.registration import Registration
from ocppref.station.transactions.desk import Desk
from ocppref.station.transactions.session import Session

_State = ChargingStateEnumType
_STATES = {
    Flow.CHARGING: _State.CHARGING,
    Flow.SUSPENDED_EV: _State.SUSPENDED_EV,
    Flow.SUSPENDED_EVSE: _State.SUSPENDED_EVSE,
}
_REASONS = {reason.value.casefold(): reason for reason in ReasonEnumType}


class Senses:
    """Passes on to the sessions what happens at their EVSEs."""

    def __init__(
        self,
        *,
        model: DeviceModel,
        hardware: Hardware,
        registration: Registration,
        availability: Availability,
        metering: Metering,
        desk: Desk,
    ) -> None:
        self._model = model
        self._hardware = hardware
        self._registration = registration
        self._availability = availability
        self._metering = metering
        self._desk = desk
        self._disconnect: list[Callable[[], None]] = []

    def start(self) -> None:
        """Notice what is there, and what happens from now on."""
        hardware = self._hardware
        self._disconnect = [
            hardware.plugged.connect(self._plugged),
            hardware.unplugged.connect(self._unplugged),
            hardware.released.connect(self._released),
            hardware.power_changed.connect(self._power_changed),
            hardware.faulted.connect(self._faulted),
            hardware.bay_changed.connect(self._bay_changed),
            hardware.connector_problem.connect(self._lock_told),
        ]
        self._registration.accepted.connect(lambda _: self._begin_all())
        self._model.changed.connect(self._changed)
        for evse in hardware.evses.values():
            self._find(evse)

    def close(self) -> None:
        """Notice nothing more."""
        for disconnect in self._disconnect:
            disconnect()

    def may_begin(self, evse_id: int | None) -> bool:
        """Whether a transaction may begin at an EVSE, or at all for None."""
        # B02.FR.03: not before the CSMS has accepted the station, unless that is wanted.
        if not self._registration.is_accepted:
            if not self._model[variables.TX_BEFORE_ACCEPTED_ENABLED]:
                return False
        return evse_id is None or self._availability.operative(evse_id)

    def sign(self, session: Session) -> None:
        """Have the meter sign, if it does, where that may begin a transaction (E01.FR.04)."""
        if session.connector_id is not None and self._metering.signs:
            self._prepare(session)
            self._desk.apply(session, session.sign)

    def _prepare(self, session: Session) -> None:
        session.is_blocked = not self.may_begin(session.evse_id)

    def _find(self, evse: Evse) -> None:
        """What was there before the power came."""
        session = self._desk.sessions[evse.id]
        if evse.fault is not None:
            self._faulted(evse)
        if evse.bay_occupied and not session.is_present:
            self._bay_changed(evse)
        if evse.plugged is not None and session.connector_id is None:
            self._plugged(evse.plugged)

    def _plugged(self, connector: Connector) -> None:
        session = self._desk.place(connector.evse_id)
        self._prepare(session)
        self._desk.apply(session, lambda: session.plug(connector.id))
        self._desk.place_transaction(session)
        self.sign(session)

    def _unplugged(self, connector: Connector) -> None:
        session = self._desk.sessions[connector.evse_id]
        stays = connector.cable_left
        self._desk.apply(session, lambda: session.unplug(cable_stays=stays))

    def _released(self, connector: Connector) -> None:
        session = self._desk.sessions[connector.evse_id]
        session.take_cable()
        self._desk.apply(session, lambda: [])

    def _power_changed(self, evse: Evse) -> None:
        session = self._desk.sessions[evse.id]
        state = _STATES.get(evse.flow)
        if state is None:
            return
        self._prepare(session)
        self._desk.apply(session, lambda: session.flow(state, evse.phases_used or None))

    def _faulted(self, evse: Evse) -> None:
        session = self._desk.sessions[evse.id]
        if evse.fault is not None:
            reason = _REASONS.get(evse.fault.casefold(), ReasonEnumType.OTHER)
            self._desk.apply(session, lambda: session.fail(reason))

    def _bay_changed(self, evse: Evse) -> None:
        session = self._desk.sessions[evse.id]
        self._prepare(session)
        act = session.arrive if evse.bay_occupied else session.depart
        self._desk.apply(session, act)

    def _lock_told(self, told: ConnectorProblem) -> None:
        evse = self._hardware.evses[told.connector.evse_id]
        if not told.problem and self._desk.sessions[evse.id].is_permitted and not evse.permitted:
            evse.permit()  # what the lock had hindered

    def _changed(self, change: Change) -> None:
        # It can be used again, and somebody waits.
        if change.key.variable == "AvailabilityState" and change.key.evse is not None:
            self._begin(self._desk.sessions[change.key.evse])

    def _begin_all(self) -> None:
        for session in tuple(self._desk.sessions.values()):
            self._begin(session)

    def _begin(self, session: Session) -> None:
        if session.is_late and self.may_begin(session.evse_id):
            self._prepare(session)
            self._desk.apply(session, partial(session.begin))
