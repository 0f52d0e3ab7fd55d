"""Our CSMS as a contestant: `python -m tests.benchmarks.server_ours ocpp21 uvloop`.

The first argument is the generated package that it serves, the second the event loop.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
from datetime import UTC, datetime
from types import ModuleType

from ocppj.csms import serve_csms

from .server_loop import run


def handler(models: ModuleType) -> object:
    """The four handlers that all contestants have."""
    id_token_info = models.IdTokenInfoType
    accepted = models.AuthorizationStatusEnumType.ACCEPTED

    class Handler:
        async def on_heartbeat(self, request: object, context: object) -> object:
            return models.HeartbeatResponse(current_time=datetime.now(UTC))

        async def on_status_notification(self, request: object, context: object) -> object:
            return models.StatusNotificationResponse()

        async def on_meter_values(self, request: object, context: object) -> object:
            return models.MeterValuesResponse()

        async def on_transaction_event(self, request: object, context: object) -> object:
            return models.TransactionEventResponse(id_token_info=id_token_info(status=accepted))

    return Handler()


async def main(package: str) -> None:
    models = importlib.import_module(package)
    async with serve_csms(handler(models), bindings=[models.CSMS], port=0) as csms:
        print(csms.port, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    run(main(sys.argv[1]), sys.argv[2])
