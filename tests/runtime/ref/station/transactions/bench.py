"""A session on a bench: a small world that does what it is told, and keeps what was reported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ocpp21 import (
    ChargingStateEnumType,
    IdTokenType,
    ReasonEnumType,
    TransactionEventEnumType,
    TriggerReasonEnumType,
)
from ocppref.station.transactions.effects import Command, Effect, Event
from ocppref.station.transactions.limits import Limit, Progress
from ocppref.station.transactions.machine import Surroundings
from ocppref.station.transactions.points import Held, Point
from ocppref.station.transactions.policy import Policy
from ocppref.station.transactions.session import Session

State = ChargingStateEnumType
Trigger = TriggerReasonEnumType
Reason = ReasonEnumType
Type = TransactionEventEnumType

DRIVER = IdTokenType(id_token="04A1B2C3", type="ISO14443")
FRIEND = IdTokenType(id_token="04FFFFFF", type="ISO14443")


def points(*wanted: Point) -> Held:
    return frozenset(wanted)


class Bench:
    """One EVSE, its contactor, its lock, and an EV that takes energy or not."""

    def __init__(
        self,
        start: Held = frozenset({Point.EV_CONNECTED}),
        stop: Held = frozenset({Point.EV_CONNECTED}),
        *,
        evse_id: int | None = 1,
        socket: bool = False,
    ) -> None:
        self.policy = Policy(start_points=start, stop_points=stop)
        self.now = datetime(2025, 6, 1, tzinfo=UTC)
        self.socket = socket
        self.events: list[Event] = []
        self.batches: list[list[Effect]] = []
        self.progress = Progress()
        self.is_closed = False
        self.is_locked = False
        self.ev_takes = True
        self.phases = 3
        self._ids = 0
        self.session = Session(evse_id, self._surroundings())

    def _surroundings(self) -> Surroundings:
        return Surroundings(lambda: self.policy, lambda: self.now, self._new_id)

    def _new_id(self) -> str:
        self._ids += 1
        return f"tx-{self._ids}"

    def rule(self, **changes: object) -> None:
        self.policy = replace(self.policy, **changes)  # type: ignore[arg-type]

    @property
    def last(self) -> Event:
        return self.events[-1]

    def run(self, effects: Iterable[Effect]) -> list[Event]:
        """Do what the session says, and tell it what the EV does then."""
        before = len(self.events)
        self.batches.append(list(effects))
        for effect in self.batches[-1]:
            if isinstance(effect, Event):
                self.events.append(effect)
            else:
                self._obey(effect)
        self._flow()
        return self.events[before:]

    def _obey(self, command: Command) -> None:
        match command:
            case Command.PERMIT:
                self.is_closed = True
            case Command.FORBID:
                self.is_closed = False
            case Command.LOCK:
                self.is_locked = True
            case Command.UNLOCK:
                self.is_locked = False
                if self.session.connector_id is None:
                    self.session.take_cable()

    def _flow(self) -> None:
        if self.is_closed and self.session.connector_id is not None:
            state = State.CHARGING if self.ev_takes else State.SUSPENDED_EV
            if effects := self.session.flow(state, self.phases):
                self.run(effects)

    # What people do.

    def plug(self) -> list[Event]:
        return self.run(self.session.plug(1))

    def unplug(self) -> list[Event]:
        self.is_closed = False
        return self.run(self.session.unplug(cable_stays=self.socket and self.is_locked))

    def authorize(self, token: IdTokenType = DRIVER, **more: int) -> list[Event]:
        return self.run(self.session.authorize(token, **more))  # type: ignore[arg-type]

    def stop(self, token: IdTokenType | None = DRIVER) -> list[Event]:
        return self.run(self.session.stop(token))

    def remote_stop(self) -> list[Event]:
        return self.run(self.session.stop(None, Trigger.REMOTE_STOP, Reason.REMOTE))

    def take(self, *, energy: bool) -> list[Event]:
        before = len(self.events)
        self.ev_takes = energy
        self._flow()
        return self.events[before:]

    def advance(self, *, energy: float = 0.0, seconds: float = 0.0, **more: float) -> list[Event]:
        self.now += timedelta(seconds=seconds)
        self.progress = replace(
            self.progress,
            energy=self.progress.energy + energy,
            seconds=self.progress.seconds + seconds,
            **more,
        )
        return self.run(self.session.advance(self.progress))

    def limit(self, *, by_csms: bool = True, **limits: float) -> list[Event]:
        wanted = {Limit[name.upper()]: value for name, value in limits.items()}
        return self.run(self.session.limit(wanted, self.progress, by_csms=by_csms))


def told(events: Iterable[Event]) -> list[tuple[str, str, str | None]]:
    """Events in short: type, trigger, charging state."""
    return [
        (
            event.type.value,
            event.trigger.value,
            None if event.charging_state is None else event.charging_state.value,
        )
        for event in events
    ]
