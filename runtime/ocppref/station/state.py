"""What a station looks like from outside, at one moment."""

from __future__ import annotations

from typing import TypedDict

from ocppref.station.controller import Controller
from ocppref.station.hardware import Connector, Evse, Hardware
from ocppref.station.transactions import Transaction


class ConnectorState(TypedDict):
    """A Connector. `status` is that of OCPP; None while the station has no power."""

    id: int
    type: str
    status: str | None
    plugged: bool
    locked: bool


class EvseState(TypedDict):
    """An EVSE. Power is in W, energy in Wh, the state of charge in %."""

    id: int
    flow: str
    power: float
    energyWh: float
    soc: float | None
    fault: str | None
    connectors: list[ConnectorState]


class TransactionState(TypedDict):
    """A transaction that is going on. `energyWh` is what flowed in it so far.

    `totalCost` is what the CSMS says of it; both are None as long as nobody knows.
    """

    transactionId: str
    evseId: int | None
    chargingState: str | None
    idToken: str | None
    seqNo: int
    startedAt: str
    energyWh: float | None
    totalCost: float | None


class StationState(TypedDict):
    """A station. `registration` is the status of OCPP; None before the CSMS has answered."""

    identity: str
    powered: bool
    online: bool
    registration: str | None
    evses: list[EvseState]
    transactions: list[TransactionState]
    queued: int
    meterWh: float


def look(identity: str, hardware: Hardware, controller: Controller | None) -> StationState:
    """The state of a station; without a controller it has no power."""
    evses = [_evse(evse, controller) for evse in hardware.evses.values()]
    core = None if controller is None else controller.core
    status = None if core is None else core.registration.status
    return {
        "identity": identity,
        "powered": controller is not None,
        "online": core is not None and core.link.online,
        "registration": None if status is None else status.value,
        "evses": evses,
        "transactions": [] if controller is None else _transactions(controller, hardware),
        "queued": 0 if core is None else core.outbox.waiting,
        "meterWh": sum(evse["energyWh"] for evse in evses),
    }


def _evse(evse: Evse, controller: Controller | None) -> EvseState:
    return {
        "id": evse.id,
        "flow": evse.flow.value,
        "power": round(evse.power, 3),
        "energyWh": round(evse.energy, 3),
        "soc": evse.soc,
        "fault": evse.fault,
        "connectors": [_connector(each, controller) for each in evse.connectors.values()],
    }


def _connector(connector: Connector, controller: Controller | None) -> ConnectorState:
    return {
        "id": connector.id,
        "type": connector.type,
        "status": None if controller is None else _status(connector, controller),
        "plugged": connector.plugged,
        "locked": connector.locked,
    }


def _status(connector: Connector, controller: Controller) -> str:
    availability = controller.charging.availability
    return availability.connector_status(connector.evse_id, connector.id).value


def _transactions(controller: Controller, hardware: Hardware) -> list[TransactionState]:
    return [
        {
            "transactionId": each.id,
            "evseId": each.evse_id,
            "chargingState": None if each.charging_state is None else each.charging_state.value,
            "idToken": None if each.token is None else each.token.id_token,
            "seqNo": each.seq_no,
            "startedAt": each.started_at.isoformat(),
            "energyWh": _used(each, hardware),
            "totalCost": each.cost,
        }
        for each in controller.charging.transactions.all()
    ]


def _used(transaction: Transaction, hardware: Hardware) -> float | None:
    """The energy of a transaction so far, in Wh."""
    if transaction.evse_id is None or transaction.start_register is None:
        return None
    return round(hardware.evses[transaction.evse_id].energy - transaction.start_register, 3)
