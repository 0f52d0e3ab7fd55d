"""Which monitors a station has: those it came with, and those of the CSMS, which persist (N04)."""

from __future__ import annotations

from ocpp21 import (
    AttributeEnumType,
    ClearMonitoringStatusEnumType,
    DataEnumType,
    MonitoringBaseEnumType,
    SetMonitoringDataType,
    SetMonitoringStatusEnumType,
)
from ocppref.station.device_model import variables
from ocppref.station.device_model.keys import VariableKey, key_of
from ocppref.station.device_model.layout import Entry
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.monitoring.built_in import FIRST_CUSTOM, built_in
from ocppref.station.monitoring.monitor import ALERTING, PERIODIC, TARGETS, THRESHOLDS, Monitor
from ocppref.station.store import Store

_KIND = "monitors"
_STATE, _NEXT, _DISABLED = "monitoring", "next", "disabled"
_Status = SetMonitoringStatusEnumType
_Cleared = ClearMonitoringStatusEnumType

MILDEST = 9
"""The highest number of a severity."""
MOST = 500
"""So many monitors may be set."""
SHORTEST = 0.1
"""Seconds: a periodic monitor may not be faster."""

_NUMERIC = (DataEnumType.INTEGER, DataEnumType.DECIMAL)


class MonitorRefused(Exception):
    """A monitor that cannot be set, or cleared."""

    def __init__(self, status: SetMonitoringStatusEnumType, reason_code: str, info: str) -> None:
        super().__init__(info)
        self.status = status
        self.reason_code = reason_code
        self.info = info


class Registry:
    """The monitors by their id. Which are in use survives reboots (N07.FR.13)."""

    def __init__(self, *, model: DeviceModel, store: Store) -> None:
        self._model = model
        self._store = store
        state = store.load(_STATE)
        self._next = int(state.get(_NEXT, FIRST_CUSTOM))
        self._disabled = {int(each) for each in state.get(_DISABLED, "").split(",") if each}
        self._custom: dict[int, Monitor] = {}
        for name, text in store.load(_KIND).items():
            monitor = Monitor.load(int(name), text)
            if model.layout.find(monitor.key) is not None:  # an older shape may have had others
                self._custom[monitor.id] = monitor

    def active(self) -> list[Monitor]:
        """Those that are in use, by their ids."""
        found = {each.id: each for each in self._built_in()}
        found.update(self._custom)
        return [found[number] for number in sorted(found)]

    def get(self, monitor_id: int) -> Monitor | None:
        """The one with that id, if it is in use."""
        found = self._custom.get(monitor_id)
        if found is not None:
            return found
        return next((each for each in self._built_in() if each.id == monitor_id), None)

    def put(self, data: SetMonitoringDataType) -> Monitor:
        """Set a monitor, or replace the one with that id. Raises `MonitorRefused`."""
        entry = self._entry(data)
        self._check_type(entry, data)
        self._check_value(entry, data)
        self._check_id(entry.key, data)
        if data.id is None and len(self._custom) >= MOST:
            raise _rejected("OutOfMemory", f"there are {MOST} monitors already")
        number = self._new_id() if data.id is None else data.id  # N04.FR.11
        monitor = Monitor.of(number, entry.key, data)
        self.keep(monitor)
        return monitor

    def keep(self, monitor: Monitor) -> None:
        """Have a custom monitor from now on, in place of the one with its id (N04.FR.15)."""
        self._custom[monitor.id] = monitor
        self._store.put(_KIND, str(monitor.id), monitor.dump())

    def clear(self, monitor_id: int) -> ClearMonitoringStatusEnumType:
        """Remove a monitor. One that was preconfigured is back with the next base."""
        found = self.get(monitor_id)
        if found is None:
            return _Cleared.NOT_FOUND  # N06.FR.02
        if found.is_hard_wired:
            return _Cleared.REJECTED  # N06.FR.03
        self._drop(monitor_id)
        if monitor_id < FIRST_CUSTOM:
            self._disable(self._disabled | {monitor_id})
        return _Cleared.ACCEPTED  # N06.FR.01

    def set_base(self, base: MonitoringBaseEnumType) -> None:
        """Choose the set of monitors that is in use."""
        if base is not MonitoringBaseEnumType.ALL:  # N03.FR.04, N03.FR.05
            for number in tuple(self._custom):
                self._drop(number)
        preconfigured = {each.id for each in built_in() if not each.is_hard_wired}
        only_hard_wired = base is MonitoringBaseEnumType.HARD_WIRED_ONLY
        self._disable(preconfigured if only_hard_wired else set())  # N03.FR.03

    def is_numeric(self, monitor: Monitor) -> bool:
        """Whether what is watched is a number."""
        entry = self._model.entry(monitor.key)
        return self._model.characteristics(entry).data_type in _NUMERIC

    def _built_in(self) -> list[Monitor]:
        return [each for each in built_in() if each.id not in self._disabled]

    # Judging what the CSMS wants

    def _entry(self, data: SetMonitoringDataType) -> Entry:
        key = key_of(data.component, data.variable)
        entry = self._model.layout.find(key)
        if entry is not None:
            return entry
        if self._model.layout.has_place(key.place):  # N04.FR.04
            info = "the component has no such variable"
            raise MonitorRefused(_Status.UNKNOWN_VARIABLE, "NotFound", info)
        info = "there is no such component"
        raise MonitorRefused(_Status.UNKNOWN_COMPONENT, "NotFound", info)  # N04.FR.03

    def _check_type(self, entry: Entry, data: SetMonitoringDataType) -> None:
        facts = self._model.characteristics(entry)
        fault = ""
        if not facts.monitoring:
            fault = "the variable cannot be monitored"
        elif data.type in ALERTING and facts.data_type not in _NUMERIC:
            fault = "the variable is no number"
        elif data.type in TARGETS and AttributeEnumType.TARGET not in entry.definition.attributes:
            fault = "the variable has no target"
        if fault:  # N04.FR.05
            raise MonitorRefused(_Status.UNSUPPORTED_MONITOR_TYPE, "UnsupportedParam", fault)

    def _check_value(self, entry: Entry, data: SetMonitoringDataType) -> None:
        if data.severity > MILDEST:
            raise _rejected("ValueOutOfRange", f"a severity is from 0 to {MILDEST}")
        if data.type in THRESHOLDS:  # N04.FR.06
            self._check_limits(entry, data.value)
        elif data.type in PERIODIC and data.value < SHORTEST:
            raise _rejected("ValueTooLow", f"at most every {SHORTEST} s")
        elif data.value < 0:  # N04.FR.14
            raise _rejected("ValuePositiveOnly", "a difference cannot be negative")
        self._check_stream(data)

    def _check_limits(self, entry: Entry, value: float) -> None:
        facts = self._model.characteristics(entry)
        if facts.minimum is not None and value < facts.minimum:
            raise _rejected("ValueTooLow", f"the value is never below {facts.minimum:g}")
        if facts.maximum is not None and value > facts.maximum:
            raise _rejected("ValueTooHigh", f"the value is never above {facts.maximum:g}")

    def _check_stream(self, data: SetMonitoringDataType) -> None:
        params = data.periodic_event_stream
        if params is None:
            return
        if data.type not in PERIODIC:  # N11.FR.08: what is streamed is Periodic
            raise _rejected("UnsupportedParam", "only periodic monitors can be streamed")
        if not params.interval and not params.values:  # N11.FR.09
            raise _rejected("MissingParam", "a stream needs an interval or a number of values")
        streamed = sum(
            each.stream is not None for each in self._custom.values() if each.id != data.id
        )
        if streamed >= self._model[variables.MAX_PERIODIC_EVENT_STREAMS]:
            raise _rejected("TooManyElements", "there are as many streams as there may be")

    def _check_id(self, key: VariableKey, data: SetMonitoringDataType) -> None:
        if data.id is not None:
            old = self.get(data.id)
            if old is None:  # N04.FR.13
                raise _rejected("NotFound", "there is no monitor with that id")
            if old.key != key:  # N04.FR.16
                raise _rejected("InvalidValue", "that monitor is for another variable")
            if old.is_hard_wired:  # N04.FR.18
                raise _rejected("ReadOnly", "that monitor is hard-wired")
        wanted = (key, data.type, data.severity)
        for other in self.active():  # N04.FR.10
            if other.id != data.id and (other.key, other.type, other.severity) == wanted:
                info = f"monitor {other.id} has the same type and severity"
                raise MonitorRefused(_Status.DUPLICATE, "InvalidValue", info)

    # What is kept

    def _new_id(self) -> int:
        given, self._next = self._next, self._next + 1
        self._store.put(_STATE, _NEXT, str(self._next))
        return given

    def _drop(self, monitor_id: int) -> None:
        if self._custom.pop(monitor_id, None) is not None:
            self._store.delete(_KIND, str(monitor_id))

    def _disable(self, numbers: set[int]) -> None:
        self._disabled = numbers
        self._store.put(_STATE, _DISABLED, ",".join(str(each) for each in sorted(numbers)))


def _rejected(reason_code: str, info: str) -> MonitorRefused:
    return MonitorRefused(_Status.REJECTED, reason_code, info)
