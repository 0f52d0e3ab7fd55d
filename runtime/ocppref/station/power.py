"""The power of each EVSE as a variable, and the limit that an operator sets for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ocppref.station.device_model import variables
from ocppref.station.device_model.model import Change, DeviceModel
from ocppref.station.hardware import Evse, Hardware


class PowerVariables:
    """Keeps EVSE.Power in step with the hardware.

    That is what flows, what is offered (Target), and the most that may be (MaxSet).
    """

    def __init__(self, *, hardware: Hardware, model: DeviceModel) -> None:
        self._hardware = hardware
        self._model = model
        self._told: dict[int, str] = {}
        self._disconnect: Callable[[], None] | None = None
        for evse in hardware.evses.values():
            handle = variables.EVSE_POWER.at(evse=evse.id)
            model.provide(handle, partial(_measure, evse))

    def start(self) -> None:
        """Follow the hardware from now on, and lead it."""
        self._disconnect = self._hardware.power_changed.connect(self._power_changed)
        self._model.changed.connect(self._variable_changed)
        for evse in self._hardware.evses.values():
            self._told[evse.id] = self._text(evse)
            self._limit(evse)

    def close(self) -> None:
        """Follow it no more."""
        if self._disconnect is not None:
            self._disconnect()

    def _power_changed(self, evse: Evse) -> None:
        self._aim(evse)  # first, lest the power seem to be off its target
        key = variables.EVSE_POWER.at(evse=evse.id).key
        old, new = self._told[evse.id], self._text(evse)
        if old != new:
            self._told[evse.id] = new
            self._model.changed.emit(Change(key, old, new))

    def _variable_changed(self, change: Change) -> None:
        evse = self._hardware.evses.get(change.key.evse or 0)
        limit = variables.EVSE_POWER_MAX_SET
        if evse is not None and (change.key.variable, change.attribute) == (
            limit.key.variable,
            limit.attribute,
        ):
            self._limit(evse)

    def _limit(self, evse: Evse) -> None:
        evse.ceiling = self._model.get_or_none(variables.EVSE_POWER_MAX_SET.at(evse=evse.id))
        evse.settle()
        self._aim(evse)

    def _aim(self, evse: Evse) -> None:
        """What is offered is what should flow."""
        offered = round(evse.offered, 1)
        self._model.write(variables.EVSE_POWER_TARGET.at(evse=evse.id), offered)

    def _text(self, evse: Evse) -> str:
        return self._model.text(variables.EVSE_POWER.at(evse=evse.id).key)


def _measure(evse: Evse) -> float:
    return round(evse.power, 1)
