"""The reference CSMS as a contestant: `python -m tests.benchmarks.csms_ours on 100 FOLDER 0`.
The last is the port for HTTP.

It knows so many stations, which have booted. With `off` it keeps nothing: what that leaves is what
everything but the storage costs.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection

from ocpp21 import RegistrationStatusEnumType
from ocppj import collect_rarely
from ocppref.csms import CsmsService, CsmsSettings
from ocppref.csms.storage import stations
from ocppref.csms.storage.store import Store, open_store
from ocppref.csms.storage.writer import Change
from ocppref.logging import set_up_logging

from .server_loop import run

TOKEN = "a token for benchmarks"
_ACCEPTED = RegistrationStatusEnumType.ACCEPTED.value


def _provision(count: int, connection: Connection) -> None:
    now = datetime.now(UTC)
    for number in range(count):
        identity = f"CS{number:05}"
        stations.add(connection, identity, now, _ACCEPTED)
        stations.change(connection, identity, {"boot_status": _ACCEPTED, "security_profile": 0})


async def _keep_nothing(store: Store, changes: Sequence[Change]) -> None:
    """In place of `Store.save`."""


async def main(mode: str, count: int, folder: str, http_port: int) -> None:
    set_up_logging("ERROR", "text")
    url = f"sqlite+aiosqlite:///{folder}/csms-{mode}.db"
    async with await open_store(url) as store:
        await store.write(partial(_provision, count))
    if mode == "off":
        setattr(Store, "save", _keep_nothing)  # noqa: B010 - mypy would not have it assigned
    settings = CsmsSettings.model_validate(
        {
            "port": 0,
            "http_port": http_port,
            "api_token": TOKEN,
            "database_url": url,
            "security_profile": 0,
            "log_level": "ERROR",
        }
    )
    with collect_rarely():
        async with CsmsService(settings) as csms:
            print(csms.ocpp_url.rsplit(":", 1)[1].removesuffix("/ocpp"), flush=True)
            await asyncio.Event().wait()


if __name__ == "__main__":
    run(main(sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])), "uvloop")
