"""What is written into a log file. Nothing secret is in it (A01.FR.12)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from ocpp21 import LogEnumType, ReportBaseEnumType, ReportDataType
from ocppref.station.config import StationConfig
from ocppref.station.device_model import variables
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.logs.journal import Entry, Journal
from ocppref.station.logs.redaction import redact
from ocppref.station.registration import Registration
from ocppref.station.security import LoggedEvent, SecurityLog
from ocppref.station.time import StationClock

_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9._-]")
_NAMES = {LogEnumType.DIAGNOSTICS_LOG: "diagnostics", LogEnumType.SECURITY_LOG: "security"}


class Period(NamedTuple):
    """What is of interest, both ends included. None is no bound."""

    oldest: datetime | None
    latest: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether something of then is of interest."""
        return (self.oldest is None or self.oldest <= at) and (
            self.latest is None or at <= self.latest
        )


class File(NamedTuple):
    """A log to be uploaded."""

    name: str
    content: bytes


class Contents:
    """Writes logs."""

    def __init__(
        self,
        *,
        config: StationConfig,
        model: DeviceModel,
        clock: StationClock,
        registration: Registration,
        journal: Journal,
        security_log: SecurityLog,
    ) -> None:
        self._config = config
        self._model = model
        self._clock = clock
        self._registration = registration
        self._journal = journal
        self._security_log = security_log

    def write(self, kind: LogEnumType, period: Period) -> File | None:
        """A log of what happened in that period. None if there is no such log, or nothing in it."""
        if kind is LogEnumType.SECURITY_LOG:
            lines = _event_lines(each for each in self._security_log if period.holds(each.at))
        elif kind is LogEnumType.DIAGNOSTICS_LOG:
            lines = _frame_lines(each for each in self._journal if period.holds(each.at))
        else:
            return None  # no EVSE has a DataCollector
        if not lines:
            return None
        text = "\n".join([*self._head(kind), "", *lines, ""])
        return File(self._name(kind), text.encode())

    def _name(self, kind: LogEnumType) -> str:
        identity = _NOT_IN_NAMES.sub("_", self._config.identity)
        return f"{identity}_{_NAMES[kind]}_{self._clock.utc():%Y%m%dT%H%M%SZ}.log"

    def _head(self, kind: LogEnumType) -> Iterator[str]:
        config, model = self._config, self._model
        organization = model.get_or_none(variables.ORGANIZATION_NAME)
        yield f"{kind.value} of the Charging Station {config.identity}"
        yield f"written: {_date(self._clock.utc())}"
        yield f"organization: {organization or ''}"
        yield f"vendor: {config.vendor}, model: {config.model}, serial: {config.serial_number}"
        yield f"firmware: {self._registration.firmware_version}"
        yield f"last boot: {self._registration.reason.value}"
        if kind is LogEnumType.DIAGNOSTICS_LOG:
            yield ""
            yield from _variable_lines(model.report(ReportBaseEnumType.FULL_INVENTORY))


def _event_lines(events: Iterable[LoggedEvent]) -> list[str]:
    return [f"{_date(each.at)} {each.type} {each.info}".rstrip() for each in events]


def _frame_lines(entries: Iterable[Entry]) -> list[str]:
    return [
        f"{_date(each.at)} {each.kind:4} {each.text if each.kind == 'link' else redact(each.text)}"
        for each in entries
    ]


def _variable_lines(report: Iterable[ReportDataType]) -> Iterator[str]:
    """What is WriteOnly has no value in a report."""
    for data in report:
        value = next((each.value for each in data.variable_attribute if each.value), None)
        if value is not None:
            yield f"{_place(data)} = {value}"


def _place(data: ReportDataType) -> str:
    component, variable = data.component, data.variable
    place = (
        component.name if component.instance is None else f"{component.name}[{component.instance}]"
    )
    if component.evse is not None:
        place += f"@{component.evse.id}.{component.evse.connector_id or 0}"
    instance = "" if variable.instance is None else f"[{variable.instance}]"
    return f"{place}.{variable.name}{instance}"


def _date(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
