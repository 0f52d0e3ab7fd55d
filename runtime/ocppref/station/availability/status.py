"""Which status a connector, an EVSE and a station have: pure rules."""

from __future__ import annotations

from collections.abc import Collection

from ocpp21 import ConnectorStatusEnumType

_Status = ConnectorStatusEnumType
# What counts for the whole, best first: while one part can be used, so can the whole.
_BEST_FIRST = (
    _Status.AVAILABLE,
    _Status.OCCUPIED,
    _Status.RESERVED,
    _Status.UNAVAILABLE,
    _Status.FAULTED,
)
# At an EVSE only one connector can be used at a time.
_BUSY = (_Status.OCCUPIED, _Status.RESERVED)


def of_connector(
    *, faulted: bool, usable: bool, reserved: bool, occupied: bool
) -> ConnectorStatusEnumType:
    """The status of a connector.

    A cable does not end a reservation (G01.FR.09), so Reserved counts more than Occupied.
    """
    if faulted:
        return _Status.FAULTED
    if not usable:
        return _Status.UNAVAILABLE
    if reserved:
        return _Status.RESERVED
    return _Status.OCCUPIED if occupied else _Status.AVAILABLE


def of_evse(connectors: Collection[ConnectorStatusEnumType]) -> ConnectorStatusEnumType:
    """The status of an EVSE with these connectors."""
    return next((each for each in _BUSY if each in connectors), _best(connectors))


def of_station(evses: Collection[ConnectorStatusEnumType]) -> ConnectorStatusEnumType:
    """The status of a station with these EVSEs."""
    return _best(evses)


def _best(statuses: Collection[ConnectorStatusEnumType]) -> ConnectorStatusEnumType:
    return next(each for each in _BEST_FIRST if each in statuses)
