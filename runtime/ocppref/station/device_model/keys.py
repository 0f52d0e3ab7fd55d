"""Which Variable of which Component is meant."""

from __future__ import annotations

from typing import NamedTuple

from ocpp21 import ComponentType, EVSEType, VariableType


class Place(NamedTuple):
    """Which Component: its name and instance, and where it is. evse None is the whole station."""

    component: str
    instance: str | None = None
    evse: int | None = None
    connector: int | None = None

    def __str__(self) -> str:
        """As in "Connector@1/2" and "NetworkConfiguration[0]"."""
        text = self.component if self.instance is None else f"{self.component}[{self.instance}]"
        if self.evse is None:
            return text
        return f"{text}@{self.evse}" + (f"/{self.connector}" if self.connector else "")

    def folded(self) -> Place:
        """What it is found by: names are case-insensitive."""
        instance = self.instance.casefold() if self.instance else None
        return self._replace(component=self.component.casefold(), instance=instance)

    def component_type(self) -> ComponentType:
        """The same in a message."""
        evse = None if self.evse is None else EVSEType(id=self.evse, connector_id=self.connector)
        return ComponentType(name=self.component, instance=self.instance, evse=evse)


class VariableKey(NamedTuple):
    """One Variable of one Component of a station."""

    component: str
    variable: str
    instance: str | None = None
    component_instance: str | None = None
    evse: int | None = None
    connector: int | None = None

    @property
    def place(self) -> Place:
        """The Component."""
        return Place(self.component, self.component_instance, self.evse, self.connector)

    def __str__(self) -> str:
        """As in "Connector@1/2.Available" and "DeviceDataCtrlr.ItemsPerMessage[GetReport]"."""
        instance = "" if self.instance is None else f"[{self.instance}]"
        return f"{self.place}.{self.variable}{instance}"

    def folded(self) -> VariableKey:
        """What it is found by: names and instances are case-insensitive."""
        place = self.place.folded()
        instance = self.instance.casefold() if self.instance else None
        return VariableKey(
            place.component,
            self.variable.casefold(),
            instance,
            place.instance,
            self.evse,
            self.connector,
        )

    def variable_type(self) -> VariableType:
        """The Variable in a message."""
        return VariableType(name=self.variable, instance=self.instance)


def key_of(component: ComponentType, variable: VariableType) -> VariableKey:
    """What a message means. An empty instance is none, and EVSE 0 is the whole station."""
    evse, connector = None, None
    if component.evse is not None and (component.evse.id or component.evse.connector_id):
        evse, connector = component.evse.id, component.evse.connector_id
    return VariableKey(
        component.name,
        variable.name,
        variable.instance or None,
        component.instance or None,
        evse,
        connector,
    )
