"""What a connection costs in memory while nothing happens on it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack

from .measure import Ratio
from .report import Claim, table
from .server_load import connect, exchange, frames, packed_frame
from .server_processes import Contestant, raise_descriptor_limit, running

_FIRST = 50  # connections whose memory does not count, as they bring the server up to speed
_SPARE = 200  # descriptors that something else needs
_SETTLE = 1.0
_ACTION = "StatusNotification"


def _per_connection(contestant: Contestant, core: int, count: int, compressed: bool) -> float:
    """KiB for each of `count` connections, after one exchange on each."""
    frame = packed_frame(_ACTION) if compressed else frames([_ACTION])[0]
    settle = min(_SETTLE, count / 1000)
    with running(contestant, core, {}) as server, ExitStack() as open_ones:

        def add(first: int, last: int) -> int:
            for i in range(first, last):
                connection = open_ones.enter_context(connect(server.port, f"CS{i:05}", compressed))
                exchange(connection, frame)
            time.sleep(settle)
            return server.resident()

        before = add(0, _FIRST)
        return (add(_FIRST, _FIRST + count) - before) / count / 1024


def measure(
    contestants: Sequence[tuple[Contestant, float | None, float | None]],
    core: int,
    count: int,
    what: str = "Server",
) -> str:
    """A table. With each contestant come its aims, without compression and with it."""
    count = min(count, raise_descriptor_limit(count + _FIRST + _SPARE) - _FIRST - _SPARE)
    claims = []
    for contestant, *aims in contestants:
        for compressed, aim in zip((False, True), aims, strict=True):
            kib = _per_connection(contestant, core, count, compressed)
            how = "with compression" if compressed else "without compression"
            label = f"{contestant.name}, {how}"
            claims.append(Claim(Ratio(label, kib, kib, kib), aim))
    note = (
        f"KiB of the server's resident memory, for each of {count} connections that are open, "
        "have exchanged one StatusNotification, and are idle since. Measured once."
    )
    return table(f"{what}: memory of an idle connection, in KiB", claims, note)
