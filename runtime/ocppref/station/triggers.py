"""Messages that the CSMS asks for by TriggerMessage (F06)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeAlias

from ocpp21 import (
    EVSEType,
    HeartbeatRequest,
    MessageTriggerEnumType,
    MeterValuesRequest,
    StatusInfoType,
    TriggerMessageRequest,
    TriggerMessageResponse,
    TriggerMessageStatusEnumType,
    TriggerReasonEnumType,
)
from ocppref.station.availability import Availability
from ocppref.station.device_model import variables
from ocppref.station.device_model.model import DeviceModel
from ocppref.station.hardware import Hardware
from ocppref.station.link import Link
from ocppref.station.messages import Message, spec_of
from ocppref.station.metering import Metering
from ocppref.station.registration import Registration
from ocppref.station.timekeeper import TimeKeeper
from ocppref.station.transactions import Transaction, Transactions

_Kind = MessageTriggerEnumType
_Status = TriggerMessageStatusEnumType

CONNECTORS = "ocppref.ConnectorStatus"
"""A custom trigger: the status of all connectors, in the way in which it is always told."""

Plan: TypeAlias = Callable[[], Awaitable[object]]
"""What sends the message. It is called once the CSMS has its answer (F06.FR.04)."""

Trigger: TypeAlias = Callable[[EVSEType | None], Plan]
"""What to do when a message is asked for, of an EVSE or of all. Raises `Untriggerable`."""


class Untriggerable(Exception):
    """The message cannot be sent now. The text is a reason code."""


class Triggers:
    """Knows who sends which message. What nobody sends is not implemented (F06.FR.08)."""

    def __init__(self, *, model: DeviceModel, link: Link) -> None:
        self._model = model
        self._link = link
        self._standard: dict[MessageTriggerEnumType, Trigger] = {}
        self._custom: dict[str, Trigger] = {}

    def serve(self, kind: MessageTriggerEnumType, trigger: Trigger) -> None:
        """Have a message of the standard sent when it is asked for."""
        self._standard[kind] = trigger

    def serve_message(self, kind: MessageTriggerEnumType, make: Callable[[], Message]) -> None:
        """The same, for one message that has nothing to do with an EVSE (F06.FR.03)."""
        self.serve(kind, lambda _: lambda: self.send([make()]))

    def serve_custom(self, name: str, trigger: Trigger) -> None:
        """Have something of our own sent, and say so in CustomTriggers (F06.FR.18)."""
        self._custom[name] = trigger
        names = tuple(self._custom)
        self._model.characterise(variables.CUSTOM_TRIGGERS, values=names)
        self._model.write(variables.CUSTOM_TRIGGERS, names)

    async def send(self, messages: Iterable[Message]) -> None:
        """Send messages, also while the CSMS lets the station wait. Raises an `OCPPError`."""
        for message in messages:
            await self._link.call(spec_of(message), message, None, guarded=False)

    def answer(self, request: TriggerMessageRequest) -> tuple[TriggerMessageResponse, Plan | None]:
        """The answer, and what is to be done after it."""
        trigger = self._find(request)
        if trigger is None:
            return TriggerMessageResponse(status=_Status.NOT_IMPLEMENTED), None
        try:
            plan = trigger(request.evse)
        except Untriggerable as refused:
            info = StatusInfoType(reason_code=str(refused))
            return TriggerMessageResponse(status=_Status.REJECTED, status_info=info), None
        return TriggerMessageResponse(status=_Status.ACCEPTED), plan  # F06.FR.05

    def _find(self, request: TriggerMessageRequest) -> Trigger | None:
        if request.requested_message is _Kind.CUSTOM_TRIGGER:  # F06.FR.19
            return self._custom.get(request.custom_trigger or "")
        return self._standard.get(request.requested_message)


class StandardTriggers:
    """The messages that any station sends, but for firmware and logs."""

    def __init__(
        self,
        *,
        triggers: Triggers,
        hardware: Hardware,
        link: Link,
        registration: Registration,
        timekeeper: TimeKeeper,
        availability: Availability,
        metering: Metering,
        transactions: Transactions,
    ) -> None:
        self._triggers = triggers
        self._hardware = hardware
        self._link = link
        self._registration = registration
        self._timekeeper = timekeeper
        self._availability = availability
        self._metering = metering
        self._transactions = transactions

    def serve(self) -> None:
        """Be there for them."""
        served: dict[MessageTriggerEnumType, Trigger] = {
            _Kind.BOOT_NOTIFICATION: self._boot,
            _Kind.HEARTBEAT: lambda _: self._beat,
            _Kind.METER_VALUES: self._meter,
            _Kind.STATUS_NOTIFICATION: self._status,
            _Kind.TRANSACTION_EVENT: self._transaction,
        }
        for kind, trigger in served.items():
            self._triggers.serve(kind, trigger)
        self._triggers.serve_custom(CONNECTORS, lambda _: _later(self._availability.report_all))

    def _boot(self, _: EVSEType | None) -> Plan:
        if self._registration.is_accepted:  # F06.FR.17
            raise Untriggerable("InvalidMessageSeq")
        return _later(self._registration.trigger_boot)

    async def _beat(self) -> None:
        answer = await self._link.unrestricted.heartbeat(HeartbeatRequest())
        self._timekeeper.take(answer.current_time)

    def _meter(self, evse: EVSEType | None) -> Plan:
        evse_ids = [self._checked(evse).id] if evse is not None else [0, *self._hardware.evses]
        if not self._readings(evse_ids):
            raise Untriggerable("NotEnabled")
        return lambda: self._triggers.send(self._readings(evse_ids))  # F06.FR.06, F06.FR.11

    def _readings(self, evse_ids: Sequence[int]) -> list[MeterValuesRequest]:
        found = (self._metering.trigger_values(evse_id) for evse_id in evse_ids)
        return [each for each in found if each is not None]

    def _status(self, evse: EVSEType | None) -> Plan:
        if evse is None or evse.connector_id is None:  # F06.FR.12
            raise Untriggerable("MissingParam")
        evse_id, connector_id = evse.id, evse.connector_id
        if evse_id not in self._hardware.evses:
            raise Untriggerable("UnknownEvse")
        if connector_id not in self._hardware.evses[evse_id].connectors:
            raise Untriggerable("UnknownConnectorId")
        return lambda: self._triggers.send(
            [self._availability.status_notification(evse_id, connector_id)]
        )

    def _transaction(self, evse: EVSEType | None) -> Plan:
        evse_id = 0 if evse is None else self._checked(evse).id
        if not self._running(evse_id):
            raise Untriggerable("TxNotFound")
        return _later(lambda: self._tell(self._running(evse_id)))  # F06.FR.07

    def _running(self, evse_id: int) -> list[Transaction]:
        return [each for each in self._transactions.all() if evse_id in (0, each.evse_id)]

    def _tell(self, transactions: Iterable[Transaction]) -> None:
        for each in transactions:
            place = each.evse_id
            values = [] if place is None else self._metering.trigger_event(place)
            self._transactions.meter(place, values, TriggerReasonEnumType.TRIGGER)

    def _checked(self, evse: EVSEType) -> EVSEType:
        if evse.id != 0 and evse.id not in self._hardware.evses:
            raise Untriggerable("UnknownEvse")
        return evse


def _later(act: Callable[[], object]) -> Plan:
    async def plan() -> None:
        act()

    return plan
