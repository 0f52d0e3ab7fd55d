"""A SEND has no answer, no time-out, and no handler that returns something."""

# mypy says: does not return a value
# mypy says: Unexpected keyword argument "timeout" for "notify_periodic_event_stream"
# mypy says: has incompatible type "SendSpec[NotifyPeriodicEventStream]"; expected "CallSpec
# mypy says: incompatible with return type "Coroutine[Any, Any, None]" in supertype
# pyright says: Cannot access attribute "status" for class "None"
# pyright says: No parameter named "timeout"
# pyright says: "SendSpec[NotifyPeriodicEventStream]" is not assignable to "CallSpec
# pyright says: Return type mismatch

from __future__ import annotations

from ocpp21 import ChargingStationCalls, CsmsCalls, CsmsHandler, NotifyPeriodicEventStream
from ocpp21.actions import NOTIFY_PERIODIC_EVENT_STREAM
from ocppj.contract import CallContext, Caller


async def run(
    calls: ChargingStationCalls, caller: Caller, message: NotifyPeriodicEventStream
) -> None:
    print((await calls.notify_periodic_event_stream(message)).status)  # error
    await calls.notify_periodic_event_stream(message, timeout=5)  # error
    await caller.call(NOTIFY_PERIODIC_EVENT_STREAM, message, None)  # error


class Csms(CsmsHandler):
    async def on_notify_periodic_event_stream(  # error
        self, message: NotifyPeriodicEventStream, context: CallContext[CsmsCalls]
    ) -> NotifyPeriodicEventStream:
        return message
