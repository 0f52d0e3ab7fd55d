"""The reservations of a station: made, used, cancelled, expired (H)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from ocpp21 import (
    IdTokenType,
    ReservationStatusUpdateRequest,
    ReservationUpdateStatusEnumType,
    ReserveNowRequest,
    ReserveNowResponse,
    ReserveNowStatusEnumType,
    StatusInfoType,
)
from ocppj import Timer
from ocppref.station.device_model import variables
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.hardware import Connector, Evse, Hardware
from ocppref.station.operation import Level, OperationalStates
from ocppref.station.outbox import Outbox
from ocppref.station.reservations.allotment import allot, can_be_met, fits
from ocppref.station.reservations.reservation import Reservation
from ocppref.station.signals import Signal
from ocppref.station.store import Store
from ocppref.station.time import StationClock

_KIND = "reservations"
_PLUGGED = "reservations.plugged"
_Status = ReserveNowStatusEnumType
_Update = ReservationUpdateStatusEnumType


class Reservations:
    """Who has reserved what. They survive a reboot (B01.FR.13).

    `changed` is emitted when an EVSE is reserved, or not any more.
    """

    def __init__(
        self,
        *,
        hardware: Hardware,
        model: DeviceModel,
        store: Store,
        clock: StationClock,
        outbox: Outbox,
        states: OperationalStates,
    ) -> None:
        self.changed: Signal[None] = Signal()
        self._hardware = hardware
        self._model = model
        self._store = store
        self._clock = clock
        self._outbox = outbox
        self._states = states
        self._made: dict[int, Reservation] = {}
        self._expiries: dict[int, Timer] = {}
        self._unused: dict[int, Timer] = {}
        # EVSEs that were reserved when a cable was plugged in (G01.FR.09).
        self._plugged: set[int] = set()
        self._reserved: set[int] = set()
        self._disconnect: list[Callable[[], None]] = []

    def start(self) -> None:
        """Take up what was reserved before, and watch what happens to it."""
        hardware = self._hardware
        for text in self._store.load(_KIND).values():
            self._keep(Reservation(ReserveNowRequest.read_json(text)))
        self._plugged = {int(each) for each in self._store.load(_PLUGGED)}
        self._disconnect = [
            hardware.plugged.connect(self._was_plugged),
            hardware.unplugged.connect(self._was_unplugged),
            hardware.released.connect(self._was_unplugged),
            hardware.faulted.connect(lambda _: self._settle()),
        ]
        self._states.changed.connect(lambda _: self._settle())
        self._settle()

    def close(self) -> None:
        """Watch no more. The reservations stay in the store."""
        for disconnect in self._disconnect:
            disconnect()

    # For the driver and the transactions

    def is_reserved(self, evse_id: int) -> bool:
        """Whether the EVSE is for those alone who have reserved it."""
        return evse_id in self._reserved

    def all(self) -> list[Reservation]:
        """All reservations, the oldest first."""
        return list(self._made.values())

    def match(
        self, evse_id: int | None, token: IdTokenType, group: IdTokenType | None = None
    ) -> Reservation | None:
        """The reservation that a token uses at an EVSE; at any, for None (H03).

        One for the token counts more than one for its group, and one for a certain EVSE more.
        """
        found = [each for each in self._made.values() if self._is_at(each, evse_id)]
        found.sort(key=lambda each: each.evse_id is None)
        own = [each for each in found if each.is_for_token(token)]
        shared = [each for each in found if each.is_for_group(group)]
        return next(iter([*own, *shared]), None)

    def blocks(self, evse_id: int, token: IdTokenType, group: IdTokenType | None = None) -> bool:
        """Whether the EVSE is reserved, and not for that token or its group."""
        return self.is_reserved(evse_id) and self.match(evse_id, token, group) is None

    def consume(self, reservation_id: int, transaction_id: str | None = None) -> None:
        """A matching token was presented (H03.FR.09).

        Without a transaction it is expected within EVConnectionTimeOut (H03.FR.11): call again
        with its id once it has started.
        """
        if reservation_id in self._made:
            self._remove(reservation_id)
            self._expect_transaction(reservation_id)
        if transaction_id is not None and reservation_id in self._unused:
            self._unused.pop(reservation_id).cancel()

    # What the CSMS wants

    def reserve(self, request: ReserveNowRequest) -> ReserveNowResponse:
        """Make a reservation, in place of one with the same id (H01)."""
        if reason := self._fault_of(request):
            info = StatusInfoType(reason_code=reason)
            return ReserveNowResponse(status=_Status.REJECTED, status_info=info)
        new = Reservation(request)
        others = [each for each in self._made.values() if each.id != new.id]
        places = {**self._free(), **self._places(self._plugged)}
        if not can_be_met([*others, new], places):
            return ReserveNowResponse(status=self._refusal(new))
        with self._store.transaction():
            self._store.put(_KIND, str(new.id), request.write_json())
            self._keep(new)
            self._settle()
        return ReserveNowResponse(status=_Status.ACCEPTED)

    def cancel(self, reservation_id: int) -> bool:
        """Forget a reservation (H02); False if there is none."""
        if reservation_id not in self._made:
            return False
        self._remove(reservation_id)
        return True

    def _fault_of(self, request: ReserveNowRequest) -> str | None:
        """The reason code for a request that cannot be served at all."""
        if not self._model[variables.RESERVATION_ENABLED]:
            return "NotEnabled"  # H01.FR.01
        if request.evse_id is None:
            if not self._model[variables.RESERVATION_NON_EVSE_SPECIFIC]:
                return "UnsupportedRequest"  # H01.FR.19
        elif request.evse_id not in self._hardware.evses:
            return "UnknownEvse"
        if not self._targets(Reservation(request)):
            return "UnknownConnectorType"
        return "InvalidValue" if request.expiry_date_time <= self._clock.utc() else None

    def _refusal(self, wanted: Reservation) -> ReserveNowStatusEnumType:
        """Why none of the EVSEs can be had (H01.FR.11, H01.FR.12, H01.FR.14)."""
        reasons = {self._obstacle(evse) for evse in self._targets(wanted)}
        worst_last = (_Status.OCCUPIED, _Status.UNAVAILABLE, _Status.FAULTED)
        return next(each for each in worst_last if each in reasons)

    def _obstacle(self, evse: Evse) -> ReserveNowStatusEnumType:
        if evse.fault is not None:
            return _Status.FAULTED
        return _Status.OCCUPIED if self._types(evse) else _Status.UNAVAILABLE

    def _targets(self, wanted: Reservation) -> list[Evse]:
        return [evse for evse in self._hardware.evses.values() if fits(wanted, evse.id, _all(evse))]

    # Keeping

    def _keep(self, new: Reservation) -> None:
        if new.id in self._expiries:
            self._expiries[new.id].cancel()
        self._made.pop(new.id, None)  # the newest is the last one
        self._made[new.id] = new
        self._expiries[new.id] = self._clock.call_at(new.expiry, lambda: self._expire(new.id))

    def _remove(self, reservation_id: int) -> None:
        with self._store.transaction():
            self._forget(reservation_id)
            self._settle()

    def _forget(self, reservation_id: int) -> None:
        del self._made[reservation_id]
        self._expiries.pop(reservation_id).cancel()
        self._store.delete(_KIND, str(reservation_id))

    def _expire(self, reservation_id: int) -> None:
        self._remove(reservation_id)
        self._tell(reservation_id, _Update.EXPIRED)  # H04.FR.01

    def _expect_transaction(self, reservation_id: int) -> None:
        def give_up() -> None:
            del self._unused[reservation_id]
            self._tell(reservation_id, _Update.NO_TRANSACTION)

        timeout = self._model[variables.EV_CONNECTION_TIME_OUT]
        self._unused[reservation_id] = self._clock.call_later(timeout, give_up)

    def _tell(self, reservation_id: int, update: ReservationUpdateStatusEnumType) -> None:
        self._outbox.post(
            ReservationStatusUpdateRequest(
                reservation_id=reservation_id, reservation_update_status=update
            )
        )

    # Which EVSEs are reserved

    def _was_plugged(self, connector: Connector) -> None:
        if connector.evse_id in self._reserved:
            self._plugged.add(connector.evse_id)
            self._store.put(_PLUGGED, str(connector.evse_id), json.dumps(True))
        self._settle()

    def _was_unplugged(self, connector: Connector) -> None:
        if not connector.occupied:
            self._free_again(connector.evse_id)
        self._settle()

    def _free_again(self, evse_id: int) -> None:
        self._plugged.discard(evse_id)
        self._store.delete(_PLUGGED, str(evse_id))

    def _settle(self) -> None:
        """Find the EVSEs that are reserved now."""
        lost = self._lose()
        reserved = allot(self._made.values(), self._free(), self._places(self._plugged))
        for evse_id in self._plugged - reserved:
            self._free_again(evse_id)
        if reserved != self._reserved:
            self._reserved = reserved
            self.changed.emit(None)
        for each in lost:
            self._tell(each, _Update.REMOVED)  # H01.FR.16, H01.FR.17

    def _lose(self) -> list[int]:
        """Forget reservations that cannot be kept any more; the newest go first."""
        lost = [each.id for each in self._made.values() if self._is_lost(each)]
        for each in lost:
            self._forget(each)
        places = {**self._free(), **self._places(self._plugged)}
        for made in reversed(self.all()):
            if can_be_met(self._made.values(), places):
                break
            self._forget(made.id)
            lost.append(made.id)
        return lost

    def _is_lost(self, made: Reservation) -> bool:
        if made.evse_id is None:
            return False
        evse = self._hardware.evses.get(made.evse_id)
        return evse is None or evse.fault is not None or not self._types(evse)

    def _is_at(self, made: Reservation, evse_id: int | None) -> bool:
        if evse_id is None:
            return True
        evse = self._hardware.evses.get(evse_id)
        return evse is not None and fits(made, evse_id, _all(evse))

    def _free(self) -> dict[int, frozenset[str]]:
        """The EVSEs that anybody could take."""
        evses = self._hardware.evses.values()
        return self._places(evse.id for evse in evses if self._is_free(evse))

    def _is_free(self, evse: Evse) -> bool:
        if evse.id in self._plugged or self._states.running(Level(evse.id)):
            return False
        return not any(each.occupied for each in evse.connectors.values())

    def _places(self, evse_ids: Iterable[int]) -> dict[int, frozenset[str]]:
        """Those of them that work, with the types of their connectors."""
        evses = (self._hardware.evses[each] for each in evse_ids if each in self._hardware.evses)
        found = {evse.id: self._types(evse) for evse in evses if evse.fault is None}
        return {evse_id: types for evse_id, types in found.items() if types}

    def _types(self, evse: Evse) -> frozenset[str]:
        """The types of connectors that are not Unavailable."""
        connectors = evse.connectors.values()
        return frozenset(each.type for each in connectors if self._states.usable(evse.id, each.id))


def _all(evse: Evse) -> frozenset[str]:
    return frozenset(each.type for each in evse.connectors.values())
