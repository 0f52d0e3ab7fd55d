"""The peer: PyPI `ocpp` that keeps each TransactionEvent in SQLite, with a commit for each.

`python -m tests.benchmarks.csms_peer FOLDER`; validation is on, as it is by default.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import sys

from ocpp.routing import on
from ocpp.v21 import ChargePoint, call_result
from ocpp.v21.enums import Action
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from .server_loop import run

_TABLE = """CREATE TABLE events (station TEXT, transaction_id TEXT, seq_no INTEGER, payload TEXT,
    PRIMARY KEY (station, transaction_id, seq_no)) WITHOUT ROWID"""
_INSERT = "INSERT OR IGNORE INTO events VALUES (?, ?, ?, ?)"


def _open(folder: str) -> sqlite3.Connection:
    """The same durability as ours: WAL, and the disk is waited for."""
    database = sqlite3.connect(f"{folder}/peer.db", isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute(_TABLE)
    return database


class Station(ChargePoint):
    """The CSMS's end of one connection."""

    database: sqlite3.Connection

    @on(Action.transaction_event)
    async def on_transaction_event(self, **fields: object) -> object:
        info = fields["transaction_info"]
        assert isinstance(info, dict)
        row = (self.id, info["transaction_id"], fields["seq_no"], json.dumps(fields))
        self.database.execute(_INSERT, row)
        return call_result.TransactionEvent()


async def connected(websocket: ServerConnection) -> None:
    assert websocket.request is not None
    station = Station(websocket.request.path.rsplit("/", 1)[-1], websocket)
    try:
        await station.start()
    except ConnectionClosed:
        pass  # the load generator hangs up without a goodbye


async def main(folder: str) -> None:
    Station.database = _open(folder)
    subprotocols = [Subprotocol("ocpp2.1")]
    async with serve(connected, "127.0.0.1", 0, subprotocols=subprotocols, backlog=2048) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    run(main(sys.argv[1]), "uvloop")
