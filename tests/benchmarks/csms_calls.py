"""The runtime alone, sending CALLs: `python -m tests.benchmarks.csms_calls 100`.

Once so many stations are there, it has one CALL under way at each of them.
"""

from __future__ import annotations

import asyncio
import sys

import ocpp21
from ocpp21 import ClearCacheRequest, CsmsCalls
from ocppj import OCPPError, collect_rarely, serve_csms

from .server_loop import run


async def _send(calls: CsmsCalls) -> None:
    try:
        while True:
            await calls.clear_cache(ClearCacheRequest())
    except OCPPError:
        return  # the load generator has hung up


async def main(count: int) -> None:
    with collect_rarely():
        async with serve_csms([], bindings=[ocpp21.CSMS], port=0) as csms:
            print(csms.port, flush=True)
            while True:
                async with asyncio.TaskGroup() as group:
                    for number in range(count):
                        identity = f"CS{number:05}"
                        await csms.connected(identity)
                        group.create_task(_send(csms.calls(identity)))


if __name__ == "__main__":
    run(main(int(sys.argv[1])), "uvloop")
