"""A Charging Station that boots, charges one car and goes away again.

python examples/charging_station.py ws://127.0.0.1:9000/ocpp CS001
"""

from __future__ import annotations

import sys
import uuid
from datetime import UTC, datetime

import ocpp21
import ocppj
from ocpp21 import (
    BootNotificationRequest,
    BootReasonEnumType,
    ChargingStationCalls,
    ChargingStationHandler,
    ChargingStationType,
    ConnectorStatusEnumType,
    EVSEType,
    HeartbeatRequest,
    MessageTriggerEnumType,
    RegistrationStatusEnumType,
    ResetRequest,
    ResetResponse,
    ResetStatusEnumType,
    StatusNotificationRequest,
    TransactionEventEnumType,
    TransactionEventRequest,
    TransactionType,
    TriggerMessageRequest,
    TriggerMessageResponse,
    TriggerMessageStatusEnumType,
    TriggerReasonEnumType,
)
from ocppj import CallContext


class ExampleStation(ChargingStationHandler):
    """What is not overridden is answered with NotSupported."""

    async def on_trigger_message(
        self, request: TriggerMessageRequest, context: CallContext[ChargingStationCalls]
    ) -> TriggerMessageResponse:
        if request.requested_message is not MessageTriggerEnumType.HEARTBEAT:
            return TriggerMessageResponse(status=TriggerMessageStatusEnumType.NOT_IMPLEMENTED)
        # The message comes after the answer that announces it.
        context.after_answer(lambda: context.peer.heartbeat(HeartbeatRequest()))
        return TriggerMessageResponse(status=TriggerMessageStatusEnumType.ACCEPTED)

    async def on_reset(
        self, request: ResetRequest, context: CallContext[ChargingStationCalls]
    ) -> ResetResponse:
        return ResetResponse(status=ResetStatusEnumType.REJECTED)


async def boot(csms: ChargingStationCalls) -> bool:
    """Introduce the station; True if it may work."""
    response = await csms.boot_notification(
        BootNotificationRequest(
            reason=BootReasonEnumType.POWER_UP,
            charging_station=ChargingStationType(model="X1", vendor_name="Example"),
        )
    )
    print(f"booted: {response.status}")
    return response.status is RegistrationStatusEnumType.ACCEPTED


async def report_status(csms: ChargingStationCalls, status: ConnectorStatusEnumType) -> None:
    await csms.status_notification(
        StatusNotificationRequest(
            timestamp=datetime.now(UTC), connector_status=status, evse_id=1, connector_id=1
        )
    )


async def charge(csms: ChargingStationCalls) -> None:
    """A transaction, from the cable that is plugged in to the cable that is taken away."""
    transaction = TransactionType(transaction_id=str(uuid.uuid4()))
    events = (
        (TransactionEventEnumType.STARTED, TriggerReasonEnumType.CABLE_PLUGGED_IN),
        (TransactionEventEnumType.UPDATED, TriggerReasonEnumType.CHARGING_STATE_CHANGED),
        (TransactionEventEnumType.ENDED, TriggerReasonEnumType.EV_COMMUNICATION_LOST),
    )
    for number, (event, reason) in enumerate(events):
        await csms.transaction_event(
            TransactionEventRequest(
                event_type=event,
                timestamp=datetime.now(UTC),
                trigger_reason=reason,
                seq_no=number,
                transaction_info=transaction,
                evse=EVSEType(id=1, connector_id=1),
            )
        )
        print(f"transaction: {event}")


async def main(url: str, identity: str) -> None:
    async with ocppj.connect_station(
        ExampleStation(), url, identity=identity, bindings=[ocpp21.CHARGING_STATION]
    ) as station:
        await station.connected()
        if await boot(station.calls):
            await report_status(station.calls, ConnectorStatusEnumType.OCCUPIED)
            await charge(station.calls)
            await report_status(station.calls, ConnectorStatusEnumType.AVAILABLE)


if __name__ == "__main__":
    ocppj.run(main(*sys.argv[1:3]))
