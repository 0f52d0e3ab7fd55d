"""A CSMS in one file. It lets every Charging Station in, so keep it in the laboratory.

    python examples/csms.py 9000

Stations connect to ws://127.0.0.1:9000/ocpp/<identity>. Ctrl-C ends it, once all is answered.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from datetime import UTC, datetime

import ocpp21
import ocppj
from ocpp21 import (
    BootNotificationRequest,
    BootNotificationResponse,
    CsmsCalls,
    CsmsHandler,
    HeartbeatRequest,
    HeartbeatResponse,
    MessageTriggerEnumType,
    RegistrationStatusEnumType,
    StatusNotificationRequest,
    StatusNotificationResponse,
    TransactionEventRequest,
    TransactionEventResponse,
    TriggerMessageRequest,
)
from ocppj import CallContext, OCPPError


class ExampleCsms(CsmsHandler):
    """What is not overridden is answered with NotSupported."""

    async def on_boot_notification(
        self, request: BootNotificationRequest, context: CallContext[CsmsCalls]
    ) -> BootNotificationResponse:
        say(f"{context.identity} boots: {request.charging_station.model}, {request.reason}")
        # A station may not be asked anything before it has the answer to its boot.
        context.after_answer(lambda: self.greet(context))
        return BootNotificationResponse(
            current_time=datetime.now(UTC),
            interval=300,
            status=RegistrationStatusEnumType.ACCEPTED,
        )

    async def greet(self, context: CallContext[CsmsCalls]) -> None:
        """A CALL of our own, to the station that has just booted."""
        trigger = TriggerMessageRequest(requested_message=MessageTriggerEnumType.HEARTBEAT)
        try:
            response = await context.peer.trigger_message(trigger, timeout=10)
        except OCPPError as error:  # refused, not answered, or the connection is gone
            say(f"{context.identity} sends no heartbeat: {error}")
        else:
            say(f"{context.identity} is asked for a heartbeat: {response.status}")

    async def on_heartbeat(
        self, request: HeartbeatRequest, context: CallContext[CsmsCalls]
    ) -> HeartbeatResponse:
        say(f"{context.identity} is alive")
        return HeartbeatResponse(current_time=datetime.now(UTC))

    async def on_status_notification(
        self, request: StatusNotificationRequest, context: CallContext[CsmsCalls]
    ) -> StatusNotificationResponse:
        say(f"{context.identity}: EVSE {request.evse_id} is {request.connector_status}")
        return StatusNotificationResponse()

    async def on_transaction_event(
        self, request: TransactionEventRequest, context: CallContext[CsmsCalls]
    ) -> TransactionEventResponse:
        transaction = request.transaction_info.transaction_id
        say(f"{context.identity}: transaction {transaction} has {request.event_type}")
        return TransactionEventResponse()


def say(text: str) -> None:
    """Print, even into a pipe, at once."""
    print(text, flush=True)


async def main(port: int) -> None:
    async with ocppj.serve_csms(ExampleCsms(), bindings=[ocpp21.CSMS], port=port) as csms:
        say(f"CSMS ready ocpp=ws://127.0.0.1:{csms.port}/ocpp")
        await asyncio.Event().wait()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        ocppj.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 9000))
