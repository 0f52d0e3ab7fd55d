"""What is kept and told of transactions. All of an input's consequences are kept, or none."""

from __future__ import annotations

from collections.abc import Sequence

from ocpp21 import IdTokenType, MeterValueType, TransactionEventEnumType
from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.hardware import Hardware
from ocppref.station.metering import Metering
from ocppref.station.outbox import Outbox
from ocppref.station.signals import Signal
from ocppref.station.store import Store
from ocppref.station.time import StationClock
from ocppref.station.transactions.effects import Event, Reading
from ocppref.station.transactions.record import Saved, Transaction, dump, load
from ocppref.station.transactions.requests import to_request
from ocppref.station.transactions.session import Session

KIND = "transactions"
_CABLES = "kept_cables"
_Type = TransactionEventEnumType


class Ledger:
    """Keeps each transaction with its events, and tells the CSMS and the station's other parts.

    The signals are emitted in the store's transaction. `placed` comes when the EVSE is known: with
    `started`, later, or when a transaction goes on after a reboot; `ended` after Ended was queued.
    """

    __slots__ = (
        "_cables",
        "_clock",
        "_hardware",
        "_metering",
        "_model",
        "_outbox",
        "_seen_at",
        "_store",
        "changed",
        "ended",
        "placed",
        "started",
    )

    def __init__(
        self,
        *,
        clock: StationClock,
        store: Store,
        model: DeviceModel,
        hardware: Hardware,
        outbox: Outbox,
        metering: Metering,
    ) -> None:
        self.started: Signal[Transaction] = Signal()
        self.placed: Signal[Transaction] = Signal()
        self.ended: Signal[Transaction] = Signal()
        self.changed: Signal[Transaction] = Signal()
        self._clock = clock
        self._store = store
        self._model = model
        self._hardware = hardware
        self._outbox = outbox
        self._metering = metering
        self._seen_at: dict[str, float] = {}
        self._cables: dict[str, str] = store.load(_CABLES)

    def load(self) -> list[Saved]:
        """The transactions that were going on when the power went."""
        return [load(text) for text in self._store.load(KIND).values()]

    def keeper(self, evse_id: int) -> IdTokenType | None:
        """For whom the cable at an EVSE was kept."""
        text = self._cables.get(str(evse_id))
        return None if text is None else IdTokenType.read_json(text)

    def tell(self, event: Event, transaction: Transaction) -> None:
        """Have the CSMS told of an event, with the readings that belong to it."""
        is_new = event.type is _Type.STARTED
        if is_new:
            self.started.emit(transaction)
        if event.reading is Reading.BEGIN and transaction.start_register is None:
            self._place(transaction)
        readings = self._read(event, transaction)
        self._outbox.add(to_request(event, self._clock.utc(), readings))
        if event.type is _Type.ENDED:
            self._store.delete(KIND, transaction.id)
            self._seen_at.pop(transaction.id, None)
            self.ended.emit(transaction)

    def place(self, transaction: Transaction) -> None:
        """It is known where the transaction is, for one that began without."""
        if transaction.start_register is None:
            self._place(transaction)

    def keep(self, session: Session) -> None:
        """Keep what a session needs to go on, and show how far it is."""
        if session.transaction is not None:
            self._store.put(KIND, session.transaction.id, dump(session.save()))
            self._seen_at[session.transaction.id] = self._clock.now()
        if session.evse_id is not None:
            self._keep_cable(session.evse_id, session.keeper)
            self._show(session.evse_id, session)

    def silent_for(self, transaction: Transaction) -> float:
        """Seconds since the transaction was kept last."""
        now = self._clock.now()
        return now - self._seen_at.get(transaction.id, now)

    def _place(self, transaction: Transaction) -> None:
        assert transaction.evse_id is not None
        transaction.start_register = self._hardware.evses[transaction.evse_id].energy
        self.placed.emit(transaction)

    def _read(self, event: Event, transaction: Transaction) -> Sequence[MeterValueType]:
        if transaction.evse_id is None or event.reading is Reading.NONE:
            return ()
        if event.reading is Reading.BEGIN:
            return self._metering.begin(transaction.evse_id)
        return self._metering.end(transaction.evse_id)

    def _keep_cable(self, evse_id: int, keeper: IdTokenType | None) -> None:
        key = str(evse_id)
        text = None if keeper is None else keeper.write_json()
        if text == self._cables.get(key):
            return
        if text is None:
            del self._cables[key]
            self._store.delete(_CABLES, key)
        else:
            self._cables[key] = text
            self._store.put(_CABLES, key, text)

    def _show(self, evse_id: int, session: Session) -> None:
        transaction = session.transaction
        shown = "" if transaction is None else transaction.id
        self._model.write(variables.EVSE_ACTIVE_TRANSACTION_ID.at(evse=evse_id), shown)
        state = session.charging_state.value
        self._model.write(variables.EVSE_CHARGING_STATE.at(evse=evse_id), state)
