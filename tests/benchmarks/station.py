"""A thousand stations in one process: ours, and stations that are scripted on PyPI `ocpp`."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from .measure import Ratio, Samples
from .report import Claim, rows, table
from .server_processes import (
    MALLOC,
    ROOT,
    cpu_of,
    loops,
    own_core,
    raise_descriptor_limit,
    resident_of,
)
from .station_load import INTERVAL, Csms, Line

_FIRST = 50  # stations whose memory does not count, as they bring the process up to speed
_SPARE = 200  # descriptors that something else needs
_TICK = 0.01  # seconds: what CPU time is counted in
_AIM_KIB = 150.0
_AIM_CORE = 0.5  # "with room to spare"
_OURS, _PEER = "ours", "scripted on PyPI ocpp"
_MODULES = {_OURS: "station_ours", _PEER: "station_peer"}


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured: that many stations, for so many seconds, so often.

    `settle` is for how long they charge before: each has told a meter value then. `seconds` should
    be a multiple of `INTERVAL`.
    """

    stations: int = 1000
    seconds: float = 20.0
    rounds: int = 3
    settle: float = INTERVAL


@dataclass(frozen=True, slots=True)
class _Found:
    """One round of one contestant. `busy` is a share of a core, `kib` for each station."""

    busy: float
    kib: float
    events: float


def run(plan: Plan = Plan()) -> str:
    """Measure CPU and memory. About four minutes."""
    if sys.platform != "linux":
        return "## Station\n\nNot measured: what a process uses is read from Linux's /proc.\n"
    raise_descriptor_limit(plan.stations + _FIRST + _SPARE)
    loop = loops()[0]
    found: dict[str, list[_Found]] = {name: [] for name in _MODULES}
    with own_core() as core:
        for _ in range(plan.rounds):
            for name, rounds in found.items():
                rounds.append(asyncio.run(_round(plan, _MODULES[name], loop, core)))
    return f"{_claims(plan, found)}\n{_figures(plan, found)}"


async def _round(plan: Plan, module: str, loop: str, core: int) -> _Found:
    csms = Csms()
    listening = asyncio.get_running_loop()
    server = await listening.create_server(lambda: Line(csms), "127.0.0.1", 0, backlog=2048)
    async with server:
        port = server.sockets[0].getsockname()[1]
        command = [f"ws://127.0.0.1:{port}/ocpp", loop, str(_FIRST), str(plan.stations)]
        async with _process(module, command, core) as process:
            await _charging(process)
            before = resident_of(process.pid)
            assert process.stdin is not None
            process.stdin.write(b"\n")
            await _charging(process)
            await asyncio.sleep(plan.settle)
            return await _measure(plan, csms, process.pid, before)


async def _measure(plan: Plan, csms: Csms, pid: int, before: int) -> _Found:
    cpu, events, begun = cpu_of(pid), csms.events, asyncio.get_running_loop().time()
    await asyncio.sleep(plan.seconds)
    used, wall = cpu_of(pid) - cpu, asyncio.get_running_loop().time() - begun
    told = (csms.events - events) / wall
    due = (plan.stations + _FIRST) / INTERVAL
    if plan.seconds >= INTERVAL and not 0.9 * due <= told <= 1.2 * due:
        raise RuntimeError(f"{told:.0f} meter values a second came, and {due:.0f} are due")
    kib = (resident_of(pid) - before) / plan.stations / 1024
    return _Found(max(used, _TICK) / wall, kib, told)


async def _charging(process: asyncio.subprocess.Process) -> None:
    assert process.stdout is not None
    line = await process.stdout.readline()
    if line.strip() != b"charging":
        raise RuntimeError(f"the stations did not start: {line!r}")


@asynccontextmanager
async def _process(
    module: str, arguments: Sequence[str], core: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"tests.benchmarks.{module}",
        *arguments,
        cwd=ROOT,
        env={**os.environ, **MALLOC},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        preexec_fn=partial(os.sched_setaffinity, 0, {core}),
    )
    try:
        yield process
    finally:
        process.kill()
        await process.communicate()


def _claims(plan: Plan, found: dict[str, list[_Found]]) -> str:
    def samples(name: str, figure: str) -> Samples:
        return Samples(name, tuple(getattr(each, figure) for each in found[name]))

    one = Samples("one", (1.0,) * plan.rounds)
    what = f"{plan.stations} stations"
    claims = [
        Claim(Ratio.of(f"share of a core, {what}, ours", samples(_OURS, "busy"), one), _AIM_CORE),
        Claim(Ratio.of("KiB for each station, ours", samples(_OURS, "kib"), one), _AIM_KIB),
        Claim(Ratio.of("CPU, ours ÷ scripted", samples(_OURS, "busy"), samples(_PEER, "busy"))),
        Claim(Ratio.of("memory, ours ÷ scripted", samples(_OURS, "kib"), samples(_PEER, "kib"))),
    ]
    note = (
        f"Stations of one EVSE each, all in a session and all in one process on one core; each "
        f"sends a TransactionEvent with the energy every {INTERVAL} s. The peer is a script on "
        "PyPI `ocpp`, with its validation on, that sends the same messages and does nothing else: "
        "no device model, no meter, no queue, no authorisation."
    )
    return table("Station: a thousand in one process", claims, note)


def _figures(plan: Plan, found: dict[str, list[_Found]]) -> str:
    head = ("stations", "busy", "KiB a station", "events/s")
    cells = [
        [name, f"{each.busy:.1%}", f"{each.kib:.0f}", f"{each.events:.0f}"]
        for name, rounds in found.items()
        for each in rounds
    ]
    note = f"One line for each round of {plan.seconds:g} s."
    return rows("Station: figures of this machine", head, cells, note)
