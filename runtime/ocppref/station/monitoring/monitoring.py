"""Monitors at work: they watch the device model, and tell of it by NotifyEvent (N03 to N08)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from ocpp21 import (
    AttributeEnumType,
    ClearMonitoringResultType,
    ClearMonitoringStatusEnumType,
    ComponentType,
    EventNotificationEnumType,
    EventTriggerEnumType,
    MonitoringBaseEnumType,
    PeriodicEventStreamParamsType,
    SetMonitoringDataType,
    SetMonitoringResultType,
    SetMonitoringStatusEnumType,
    StatusInfoType,
    VariableType,
)
from ocppref.station.device_model import variables
from ocppref.station.device_model.keys import VariableKey
from ocppref.station.device_model.model import Change, DeviceModel
from ocppref.station.monitoring import reading
from ocppref.station.monitoring.evaluation import Alarm, Memory, Rule
from ocppref.station.monitoring.monitor import ALERTING, Monitor
from ocppref.station.monitoring.registry import MILDEST, MonitorRefused, Registry
from ocppref.station.monitoring.sight import Sight, next_aligned
from ocppref.station.registration import Registration
from ocppref.station.store import Store
from ocppref.station.streams import Streams
from ocppref.station.time import StationClock
from ocppref.station.timekeeper import TimeKeeper
from ocppref.station.transactions import Transaction, Transactions

_Status = SetMonitoringStatusEnumType
_Trigger = EventTriggerEnumType
_SEEN = (AttributeEnumType.ACTUAL, AttributeEnumType.TARGET)
_KIND = "alarms"


class Notifier(Protocol):
    """What sends NotifyEvents."""

    def notify(
        self,
        component: ComponentType,
        variable: VariableType,
        *,
        actual_value: str,
        trigger: EventTriggerEnumType,
        notification_type: EventNotificationEnumType,
        severity: int,
        monitoring_id: int | None = None,
        cleared: bool | None = None,
        transaction_id: str | None = None,
    ) -> object:
        """Send an event, or keep it until it can be sent."""
        ...


class Monitoring:
    """The monitors of one power-on.

    What it answers to the CSMS is done at once; what has to be told because of it is told by
    `settle`, which is to be called once the CSMS has the answer.
    """

    def __init__(
        self,
        *,
        model: DeviceModel,
        store: Store,
        clock: StationClock,
        registration: Registration,
        timekeeper: TimeKeeper,
        transactions: Transactions,
        events: Notifier,
        streams: Streams,
    ) -> None:
        self._model = model
        self._store = store
        self._clock = clock
        self._registration = registration
        self._timekeeper = timekeeper
        self._transactions = transactions
        self._events = events
        self._streams = streams
        self._registry = Registry(model=model, store=store)
        self._sights: dict[int, Sight] = {}
        self._by_key: dict[VariableKey, list[Sight]] = {}
        self._touched: dict[int, Monitor | None] = {}
        """Monitors that were set, or removed (None), and whose streams are to follow."""
        self._disconnect: list[Callable[[], None]] = []

    def start(self) -> None:
        """Take up what was watched. Limits that are passed meanwhile are told once registered."""
        memories = {int(key): Memory.load(text) for key, text in self._store.load(_KIND).items()}
        for monitor in self._registry.active():
            sight = self._add(monitor, memories.get(monitor.id, Memory()))
            if monitor.stream is not None:  # N11.FR.02: streams are opened at each boot
                self._streams.want(monitor.id, monitor.stream)
            if sight.memory.reference is None:
                self._begin(sight)
        transactions = self._transactions
        self._disconnect = [
            self._model.changed.connect(self._changed),
            self._registration.accepted.connect(lambda _: self._look_at_all()),
            self._timekeeper.adjusted.connect(lambda _: self._realign()),
            self._streams.refused.connect(self._stream_refused),
            transactions.started.connect(lambda _: self._wake_all()),
            transactions.placed.connect(lambda _: self._wake_all()),
            transactions.ended.connect(self._transaction_ended),
        ]
        self._model.on_set(variables.MONITORING_ENABLED, lambda _: self._wake_all())

    def close(self) -> None:
        """Watch no more."""
        for disconnect in self._disconnect:
            disconnect()
        for sight in self._sights.values():
            sight.stop()

    # What the CSMS asks for

    def all(self) -> list[Monitor]:
        """The monitors that are in use (N02.FR.11)."""
        return self._registry.active()

    def set(self, wanted: Sequence[SetMonitoringDataType]) -> list[SetMonitoringResultType]:
        """Set monitors (N04); the results are in the same order (N04.FR.01)."""
        with self._store.transaction():
            return [self._set(data) for data in wanted]

    def clear(self, monitor_ids: Iterable[int]) -> list[ClearMonitoringResultType]:
        """Remove monitors (N06.FR.05). What was beyond a limit is not cleared (N07.FR.12)."""
        results = []
        with self._store.transaction():
            for number in monitor_ids:
                status = self._registry.clear(number)
                if status is ClearMonitoringStatusEnumType.ACCEPTED:
                    self._remove(number)
                results.append(ClearMonitoringResultType(id=number, status=status))
        return results

    def set_base(self, base: MonitoringBaseEnumType) -> None:
        """Choose the set of monitors (N03)."""
        with self._store.transaction():
            self._model.write(variables.ACTIVE_MONITORING_BASE, base.value)
            self._registry.set_base(base)
            wanted = {monitor.id: monitor for monitor in self._registry.active()}
            for number, sight in tuple(self._sights.items()):
                if wanted.get(number) != sight.monitor:
                    self._remove(number)
            for number in wanted.keys() - self._sights.keys():
                self._begin(self._add(wanted[number], Memory()))

    def set_level(self, severity: int) -> bool:
        """Tell only of events that are as severe (N05); False for what is no severity."""
        if not 0 <= severity <= MILDEST:
            return False  # N05.FR.02
        self._model.write(variables.ACTIVE_MONITORING_LEVEL, severity)
        return True

    def adjust(self, stream_id: int, params: PeriodicEventStreamParamsType) -> bool:
        """Have a stream send more or less often (N14)."""
        stream = self._streams.adjust(stream_id, params)
        if stream is None:
            return False  # N14.FR.02
        sight = self._sights[stream_id]
        sight.monitor = replace(sight.monitor, stream=stream)
        self._registry.keep(sight.monitor)
        return True

    async def settle(self) -> None:
        """Tell what follows from what the CSMS has set, and open and close streams."""
        touched, self._touched = self._touched, {}
        for number, monitor in touched.items():
            self._streams.want(number, None if monitor is None else monitor.stream)
            sight = self._sights.get(number)
            if sight is not None:
                self._look(sight)

    # Setting

    def _set(self, data: SetMonitoringDataType) -> SetMonitoringResultType:
        try:
            if not self._model[variables.MONITORING_ENABLED]:
                raise MonitorRefused(_Status.REJECTED, "NotEnabled", "monitoring is off")
            monitor = self._registry.put(data)
        except MonitorRefused as refused:
            info = StatusInfoType(reason_code=refused.reason_code, additional_info=refused.info)
            return _result(data, refused.status, data.id, info)
        old = self._sights.get(monitor.id)
        self._remove(monitor.id)
        kept = Memory()
        if old is not None and {old.monitor.type, monitor.type} <= ALERTING:
            kept = Memory(beyond=old.memory.beyond)  # N07.FR.11
        sight = self._add(monitor, kept)
        sight.fresh = monitor.type in ALERTING
        if not sight.fresh:
            self._begin(sight)
        self._touched[monitor.id] = monitor
        return _result(data, _Status.ACCEPTED, monitor.id, None)  # N04.FR.08

    def _add(self, monitor: Monitor, memory: Memory) -> Sight:
        rule = Rule(monitor.type, monitor.value, self._registry.is_numeric(monitor))
        sight = Sight(monitor, rule, memory)
        self._sights[monitor.id] = sight
        self._by_key.setdefault(monitor.key, []).append(sight)
        sight.awake = self._may_see(monitor)
        self._arm(sight)
        return sight

    def _remove(self, monitor_id: int) -> None:
        sight = self._sights.pop(monitor_id, None)
        if sight is None:
            return
        sight.stop()
        self._by_key[sight.monitor.key].remove(sight)
        self._store.delete(_KIND, str(monitor_id))
        self._touched[monitor_id] = None

    def _stream_refused(self, monitor_id: int) -> None:
        """N11.FR.07: it is told by NotifyEvent from now on."""
        sight = self._sights.get(monitor_id)
        if sight is not None:
            sight.monitor = replace(sight.monitor, stream=None)
            self._registry.keep(sight.monitor)

    # Whether a monitor sees anything

    def _may_see(self, monitor: Monitor, ended: str | None = None) -> bool:
        if not self._model[variables.MONITORING_ENABLED]:
            return False
        return not monitor.transaction or bool(self._running(monitor, ended))

    def _running(self, monitor: Monitor, ended: str | None = None) -> list[str]:
        """The transactions that a monitor is about."""
        return [
            each.id
            for each in self._transactions.all()
            if each.id != ended and monitor.key.evse in (None, each.evse_id)
        ]

    def _transaction_ended(self, ended: Transaction) -> None:
        self._wake_all(ended.id)

    def _wake_all(self, ended: str | None = None) -> None:
        for sight in tuple(self._sights.values()):
            may_see = self._may_see(sight.monitor, ended)
            if may_see == sight.awake:
                continue
            sight.awake = may_see
            self._arm(sight)
            if may_see:
                self._look(sight)
            elif sight.monitor.transaction:  # the next transaction is another story
                self._remember(sight, Memory())

    # Looking

    def _changed(self, change: Change) -> None:
        if change.attribute in _SEEN:
            for sight in tuple(self._by_key.get(change.key, ())):
                self._look(sight)

    def _look_at_all(self) -> None:
        for sight in tuple(self._sights.values()):  # N07.FR.14
            self._look(sight)

    def _begin(self, sight: Sight) -> None:
        """What changes is compared with the value of now (N07.FR.18)."""
        if sight.monitor.type not in ALERTING:
            self._look(sight)

    def _look(self, sight: Sight) -> None:
        monitor = sight.monitor
        if not sight.awake or monitor.is_periodic:
            return
        actual = reading.compared(self._model, monitor.key)
        target = reading.target(self._model, monitor.key)
        if sight.fresh and sight.rule.is_beyond(actual, target):
            sight.memory = Memory()  # N07.FR.11: it is told, even if the old limit was passed too
        sight.fresh = False
        memory, alarm = sight.rule.judge(sight.memory, actual, target)
        if memory == sight.memory:
            return
        with self._store.transaction():
            self._remember(sight, memory)
            if alarm is not None:
                trigger = _Trigger.DELTA if alarm is Alarm.CHANGED else _Trigger.ALERTING
                self._tell(monitor, trigger, cleared=True if alarm is Alarm.CLEARED else None)

    def _remember(self, sight: Sight, memory: Memory) -> None:
        sight.memory = memory
        self._store.put(_KIND, str(sight.monitor.id), memory.dump())

    # What is told at fixed times

    def _arm(self, sight: Sight) -> None:
        sight.stop()
        if not sight.awake or not sight.monitor.is_periodic:
            return
        seconds = sight.monitor.value
        if sight.is_aligned:  # N08.FR.07
            self._await_next(sight, self._clock.utc())
        else:  # N08.FR.06
            sight.timer = self._clock.call_later(seconds, lambda: self._ring(sight))

    def _await_next(self, sight: Sight, after: datetime) -> None:
        sight.due = next_aligned(after, sight.monitor.value)
        sight.timer = self._clock.call_at(sight.due, lambda: self._ring(sight))

    def _ring(self, sight: Sight) -> None:
        monitor, now = sight.monitor, self._clock.utc()
        if sight.due is None:
            self._arm(sight)
        else:  # the timer may be a little early: the same moment must not come twice
            self._await_next(sight, max(sight.due, now))
        if not self._streams.put(monitor.id, reading.shown(self._model, monitor.key)):
            self._tell(monitor, _Trigger.PERIODIC)  # N08.FR.05

    def _realign(self) -> None:
        """The clock was set."""
        for sight in self._sights.values():
            if sight.due is not None:
                self._arm(sight)

    # Telling

    def _tell(
        self, monitor: Monitor, trigger: EventTriggerEnumType, cleared: bool | None = None
    ) -> None:
        if monitor.severity > self._model[variables.ACTIVE_MONITORING_LEVEL]:
            return  # N05.FR.03, N07.FR.15
        running = self._running(monitor) if monitor.transaction else []
        self._events.notify(
            monitor.key.place.component_type(),
            monitor.key.variable_type(),
            actual_value=reading.shown(self._model, monitor.key),
            trigger=trigger,
            notification_type=monitor.kind,
            severity=monitor.severity,  # N07.FR.20
            monitoring_id=monitor.id,  # N07.FR.06
            cleared=cleared,
            transaction_id=running[0] if len(running) == 1 else None,
        )


def _result(
    data: SetMonitoringDataType,
    status: SetMonitoringStatusEnumType,
    monitor_id: int | None,
    info: StatusInfoType | None,
) -> SetMonitoringResultType:
    return SetMonitoringResultType(
        id=monitor_id,
        status=status,
        status_info=info,
        type=data.type,
        severity=data.severity,
        component=data.component,  # N04.FR.02
        variable=data.variable,
    )
