"""The benchmark of the server runs, and does not take a refusal for an answer."""

from __future__ import annotations

import socket
import sys

import pytest
from websockets.frames import Frame, Opcode

from .server import Plan, run
from .server_load import exchange, frames

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it reads Linux's /proc")


def test_a_tiny_run_tells_of_every_contestant() -> None:
    tiny = Plan(rounds=1, seconds=0.1, warm_up=0.05, connections=2, idle=20, node=False)

    found = run(tiny)

    for title in ("mixed load", "TransactionEvent alone", "memory of an idle connection"):
        assert f"## Server, {title}" in found or f"## Server: {title}" in found
    for name in ("ours (pydantic)", "ours (msgspec)", "floor", "PyPI ocpp"):
        assert f"| {name}, asyncio |" in found
    assert "npm `ocpp-rpc` was not measured: it was not asked for." in found


@pytest.mark.parametrize(
    "text", ['[4,"1","InternalError","",{}]', '[4,"1","InternalError","%s",{}]' % ("x" * 200)]
)
def test_a_refusal_is_no_answer(text: str) -> None:
    near, far = socket.socketpair()
    with near, far:
        far.sendall(Frame(Opcode.TEXT, text.encode()).serialize(mask=False))
        with pytest.raises(RuntimeError, match="not an answer"):
            exchange(near, frames(["Heartbeat"])[0])
