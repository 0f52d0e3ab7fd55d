"""The variables of one station: their values, who may write them, and who wants to know."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeVar

from ocpp21 import (
    AttributeEnumType,
    ComponentCriterionEnumType,
    ComponentVariableType,
    GetVariableDataType,
    GetVariableResultType,
    ReportBaseEnumType,
    ReportDataType,
    SetVariableDataType,
    SetVariableResultType,
)
from ocppref.station.config import StationConfig
from ocppref.station.device_model import access, facts, inventory, settings, variables
from ocppref.station.device_model.definitions import Characteristics
from ocppref.station.device_model.handles import Handle
from ocppref.station.device_model.keys import VariableKey
from ocppref.station.device_model.layout import Entry, layout_of, shape_of
from ocppref.station.device_model.refusal import Refusal, VariableError
from ocppref.station.signals import Signal
from ocppref.station.store import StateError, Store
from ocppref.station.time import StationClock

T = TypeVar("T")
_ACTUAL = AttributeEnumType.ACTUAL
_VALUES = "variables"
_PROVISIONED = "provisioned"


class Change(NamedTuple):
    """A value that is another one now. The texts are as in a message; "" is none."""

    key: VariableKey
    old: str
    new: str
    attribute: AttributeEnumType = _ACTUAL


Check = Callable[[str], Refusal | None]
Guard = Callable[[VariableKey, str], Refusal | None]


class DeviceModel:
    """The device model of one power-on.

    Values that persist are read from the store. What the configuration says of a variable holds
    until the CSMS, or the station itself, writes it; it holds again once the configuration has
    changed. Raises `VariableError` for variables and values in the configuration that cannot be.
    """

    __slots__ = (
        "_actual",
        "_callbacks",
        "_characteristics",
        "_checks",
        "_guards",
        "_others",
        "_sources",
        "_store",
        "changed",
        "layout",
    )

    def __init__(self, *, config: StationConfig, store: Store, clock: StationClock) -> None:
        self.layout = layout_of(shape_of(config))
        self.changed: Signal[Change] = Signal()
        """Every value that changes, whoever changed it."""
        self._store = store
        self._actual: dict[VariableKey, str] = {}
        self._others: dict[tuple[VariableKey, AttributeEnumType], str] = {}
        self._sources: dict[VariableKey, Callable[[], str]] = {}
        self._characteristics: dict[VariableKey, Characteristics] = {}
        self._checks: dict[tuple[VariableKey, AttributeEnumType], list[Check]] = {}
        self._callbacks: dict[VariableKey, list[Callable[[str], object]]] = {}
        self._guards: dict[str, list[Guard]] = {}
        self.provide(variables.DATE_TIME, clock.utc)
        facts.state(self, config)
        self._load()
        wanted = facts.provisioned(config)
        for name, text in config.variables.items():
            wanted.update(settings.find(self, name, text))
        if self._provision(wanted):
            self.write(variables.EXTERNAL_CONFIG_CHANGE_DATE, clock.utc())

    # For the parts of the station: typed.

    def __getitem__(self, handle: Handle[T]) -> T:
        """The value. Raises `VariableError` if there is no such variable, or it has no value."""
        text = self.text(handle.key, handle.attribute)
        try:
            return handle.parse(text)
        except ValueError:
            raise VariableError(f"{handle.key} has no value") from None

    def get_or_none(self, handle: Handle[T]) -> T | None:
        """The value; None if it has none, or there is no such variable."""
        entry = self.layout.by_key.get(handle.key)
        text = "" if entry is None else self.text(handle.key, handle.attribute)
        return handle.parse(text) if text else None

    def write(self, handle: Handle[T], value: T) -> None:
        """Change a value by the station itself, which may write what an operator may not.

        Raises `VariableError` if there is no such variable.
        """
        self.store_text(handle.key, handle.attribute, handle.format(value))

    def provide(self, handle: Handle[T], source: Callable[[], T]) -> None:
        """Ask `source` whenever the value is wanted, in place of keeping one."""
        self._sources[self.entry(handle.key).key] = lambda: handle.format(source())

    def refuse(self, handle: Handle[T], check: Check) -> None:
        """Have `check` judge each text that an operator is about to set."""
        key = self.entry(handle.key).key
        self._checks.setdefault((key, handle.attribute), []).append(check)

    def guard(self, component: str, check: Guard) -> None:
        """Have `check` judge what is about to be set of any Component of that name."""
        self._guards.setdefault(component, []).append(check)

    def on_set(self, handle: Handle[T], callback: Callable[[str], object]) -> None:
        """Call back with the text once an operator has set it, before that is answered.

        It is called for a text that is the old one too. The store is in a transaction then.
        """
        self._callbacks.setdefault(self.entry(handle.key).key, []).append(callback)

    def characterise(
        self,
        handle: Handle[T],
        *,
        minimum: float | None = None,
        maximum: float | None = None,
        values: Sequence[str] | None = None,
    ) -> None:
        """Say what is special about a variable of this station. None leaves the catalogue's."""
        entry = self.entry(handle.key)
        old = self.characteristics(entry)
        self._characteristics[entry.key] = replace(
            old,
            minimum=old.minimum if minimum is None else minimum,
            maximum=old.maximum if maximum is None else maximum,
            values=old.values if values is None else tuple(values),
        )

    # For messages.

    def get(self, data: GetVariableDataType) -> GetVariableResultType:
        """One element of GetVariables (B06)."""
        return access.get(self, data)

    def set(self, data: SetVariableDataType) -> SetVariableResultType:
        """One element of SetVariables (B05). What is accepted is durable when this returns."""
        return access.set_(self, data)

    def report(self, base: ReportBaseEnumType) -> list[ReportDataType]:
        """What a base report holds (B07)."""
        return inventory.report(self, base)

    def find(
        self,
        criteria: Iterable[ComponentCriterionEnumType] | None = None,
        component_variables: Iterable[ComponentVariableType] | None = None,
    ) -> list[ReportDataType]:
        """What a custom report holds (B08)."""
        return inventory.find(self, criteria, component_variables)

    # By key and text, for the modules of this package and for monitors.

    def entry(self, key: VariableKey) -> Entry:
        """The Variable with its definition. Raises `VariableError` if there is none."""
        found = self.layout.find(key)
        if found is None:
            raise VariableError(f"this station has no variable {key}")
        return found

    def characteristics(self, entry: Entry) -> Characteristics:
        """What a value of this station's variable may be."""
        return self._characteristics.get(entry.key, entry.definition.characteristics)

    def text(self, key: VariableKey, attribute: AttributeEnumType = _ACTUAL) -> str:
        """The value as in a message, "" for none. Raises `VariableError` if there is no such."""
        if attribute is not _ACTUAL:
            return self._others.get((key, attribute), "")
        text = self._actual.get(key)
        if text is not None:
            return text
        source = self._sources.get(key)
        return self.entry(key).definition.default if source is None else source()

    def store_text(self, key: VariableKey, attribute: AttributeEnumType, text: str) -> None:
        """Keep a value, persist it if it is of that kind, and tell of it if it is another one."""
        entry = self.entry(key)
        old = self.text(entry.key, attribute)
        if old == text:
            return
        if entry.definition.persists(attribute):
            self._store.put(_VALUES, _name(entry.key, attribute), text)
        self._keep(entry.key, attribute, text)
        self.changed.emit(Change(entry.key, old, text, attribute))

    def judge(self, entry: Entry, attribute: AttributeEnumType, text: str) -> Refusal | None:
        """What the parts of the station say to a text that an operator is about to set."""
        guards = self._guards.get(entry.key.component, ())
        verdicts = [guard(entry.key, text) for guard in guards]
        verdicts += [check(text) for check in self._checks.get((entry.key, attribute), ())]
        spoken = [verdict for verdict in verdicts if verdict is not None]
        return min(spoken, key=lambda verdict: verdict.is_reboot, default=None)

    def set_text(self, entry: Entry, attribute: AttributeEnumType, text: str) -> None:
        """Do what an operator has set, and call back."""
        old = self.text(entry.key, attribute)
        try:
            with self._store.transaction():
                self.store_text(entry.key, attribute, text)
                for callback in self._callbacks.get(entry.key, ()):
                    callback(text)
        except StateError:  # nothing is kept, so it is the old one after the next power-on too
            self._keep(entry.key, attribute, old)
            raise

    def _keep(self, key: VariableKey, attribute: AttributeEnumType, text: str) -> None:
        if attribute is _ACTUAL:
            self._actual[key] = text
        else:
            self._others[key, attribute] = text

    def _load(self) -> None:
        for name, text in self._store.load(_VALUES).items():
            plain, _, attribute = name.partition("#")
            entry = self.layout.by_text.get(plain)
            if entry is not None:  # an older shape or version may have had others
                self._keep(entry.key, AttributeEnumType(attribute or _ACTUAL), text)

    def _provision(self, wanted: Mapping[tuple[VariableKey, AttributeEnumType], str]) -> bool:
        """Whether anything that persists has changed."""
        before = self._store.load(_PROVISIONED) if wanted else {}
        changed = False
        with self._store.transaction():
            for (key, attribute), text in wanted.items():
                entry = self.entry(key)
                name = _name(entry.key, attribute)
                if not entry.definition.persists(attribute):
                    self._keep(entry.key, attribute, text)
                elif before.get(name) != text:
                    self._store.put(_PROVISIONED, name, text)
                    self.store_text(entry.key, attribute, text)
                    changed = True
        return changed


def _name(key: VariableKey, attribute: AttributeEnumType) -> str:
    return str(key) if attribute is _ACTUAL else f"{key}#{attribute.value}"
