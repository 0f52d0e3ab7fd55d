"""Variables as Charging Stations report them, and the state of their connectors."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, delete, select, update

from ocpp21 import ComponentType, ReportDataType, VariableAttributeType, VariableType
from ocppref.csms.storage.tables import CONNECTORS, VARIABLES
from ocppref.csms.storage.upsert import put


@dataclass(frozen=True, slots=True)
class ConnectorState:
    """The status of a connector, since when."""

    evse_id: int
    connector_id: int
    status: str
    since: datetime


class NewValue(NamedTuple):
    """A value that a station has been seen to have, or to have taken."""

    component: ComponentType
    variable: VariableType
    attribute: str
    value: str


def save_report(
    connection: Connection, station: str, data: Iterable[ReportDataType], now: datetime
) -> None:
    """Keep what a report says of variables, in place of what was known of them."""
    rows = {key_of(each.component, each.variable): _row(station, each, now) for each in data}
    put(connection, VARIABLES, *rows.values())


def forget_older(connection: Connection, station: str, moment: datetime) -> None:
    """Forget variables that were last reported before a moment: they are there no more."""
    older = (VARIABLES.c.station == station, VARIABLES.c.reported_at < moment)
    connection.execute(delete(VARIABLES).where(*older))


def note_value(connection: Connection, station: str, new: NewValue) -> None:
    """Change the value of an attribute of a variable that is known; others are left alone."""
    key = key_of(new.component, new.variable)
    where = (VARIABLES.c.station == station, VARIABLES.c.key == key)
    text = connection.execute(select(VARIABLES.c.attributes).where(*where)).scalar_one_or_none()
    if text is None:
        return
    attributes = [VariableAttributeType.model_validate(each) for each in json.loads(text)]
    changed = [
        each.model_copy(update={"value": new.value}) if each.type == new.attribute else each
        for each in attributes
    ]
    values = {"attributes": _texts(changed)}
    connection.execute(update(VARIABLES).where(*where).values(**values))


def read_variables(connection: Connection, station: str) -> list[dict[str, object]]:
    """The device model as it stands on the wire: ReportDataType, by component and variable."""
    statement = select(VARIABLES).where(VARIABLES.c.station == station).order_by(VARIABLES.c.key)
    found = []
    for row in connection.execute(statement):
        each = {
            "component": json.loads(row.component),
            "variable": json.loads(row.variable),
            "variableAttribute": json.loads(row.attributes),
        }
        if row.characteristics is not None:
            each["variableCharacteristics"] = json.loads(row.characteristics)
        found.append(each)
    return found


def read_value(
    connection: Connection, station: str, component: ComponentType, variable: VariableType
) -> str | None:
    """The actual value of a variable; None if it is not known."""
    key = key_of(component, variable)
    where = (VARIABLES.c.station == station, VARIABLES.c.key == key)
    text = connection.execute(select(VARIABLES.c.attributes).where(*where)).scalar_one_or_none()
    for attribute in json.loads(text) if text else ():
        if attribute.get("type", "Actual") == "Actual":
            value: str | None = attribute.get("value")
            return value
    return None


def save_connector(
    connection: Connection, station: str, state: ConnectorState, now: datetime
) -> None:
    """Keep the status of a connector; an older one than is known is passed over.

    A status from the future is not: the clock was wrong, and may be right by now.
    """
    table = CONNECTORS
    where = (
        table.c.station == station,
        table.c.evse_id == state.evse_id,
        table.c.connector_id == state.connector_id,
    )
    known = connection.execute(select(table.c.since).where(*where)).scalar_one_or_none()
    if known is not None and state.since < known <= now:
        return  # queued while offline, and overtaken
    put(
        connection,
        table,
        {
            "station": station,
            "evse_id": state.evse_id,
            "connector_id": state.connector_id,
            "status": state.status,
            "since": state.since,
        },
    )


def read_connectors(
    connection: Connection, stations: Iterable[str]
) -> dict[str, list[ConnectorState]]:
    """The connectors of stations, by EVSE and connector."""
    table = CONNECTORS
    found: dict[str, list[ConnectorState]] = {station: [] for station in stations}
    statement = select(table).where(table.c.station.in_(found))
    for row in connection.execute(statement.order_by(table.c.evse_id, table.c.connector_id)):
        state = ConnectorState(row.evse_id, row.connector_id, row.status, row.since)
        found[row.station].append(state)
    return found


def key_of(component: ComponentType, variable: VariableType) -> str:
    """What tells variables apart; names are compared without regard to case."""
    evse = component.evse
    parts = (
        component.name.lower(),
        (component.instance or "").lower(),
        evse.id if evse else None,
        evse.connector_id if evse else None,
        variable.name.lower(),
        (variable.instance or "").lower(),
    )
    return json.dumps(parts, separators=(",", ":"))


def _row(station: str, data: ReportDataType, now: datetime) -> dict[str, object]:
    characteristics = data.variable_characteristics
    return {
        "station": station,
        "key": key_of(data.component, data.variable),
        "component": data.component.write_json(),
        "variable": data.variable.write_json(),
        "attributes": _texts(data.variable_attribute),
        "characteristics": None if characteristics is None else characteristics.write_json(),
        "reported_at": now,
    }


def _texts(attributes: Iterable[VariableAttributeType]) -> str:
    return f"[{','.join(each.write_json() for each in attributes)}]"
