"""The reference CSMS under load: what it keeps costs, beside itself without and beside a peer."""

from __future__ import annotations

import itertools
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from websockets.frames import Frame, Opcode

from . import server_idle
from .csms_commands import Commands, free_port
from .csms_ours import TOKEN
from .measure import Ratio, Samples
from .payloads import PAYLOADS
from .report import Claim, rows, table
from .server_load import Load, Outcome
from .server_processes import Contestant, Server, own_core, running

_ON, _OFF, _PEER = "ours", "ours, storage off", "PyPI ocpp"
_TRANSACTIONS = itertools.count()
_EVENT = json.dumps(
    {
        **{key: value for key, value in PAYLOADS["TransactionEvent"].items() if key != "idToken"},
        "seqNo": "SEQ_NO",
        "transactionInfo": {"transactionId": "THIS", "chargingState": "Charging"},
    }
)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured."""

    rounds: int = 5
    seconds: float = 2.0
    warm_up: float = 0.3
    connections: int = 100
    idle: int = 5000


def run(plan: Plan = Plan()) -> str:
    """Measure events a second, memory and the start. About two minutes."""
    if sys.platform != "linux":
        return "## CSMS\n\nNot measured: what a process uses is read from Linux's /proc.\n"
    with tempfile.TemporaryDirectory() as folder, own_core() as core:
        found = _under_load(plan, folder, core)
        idle = _ours("on", plan.idle + 50, folder, "reference CSMS")
        parts = [_claims(plan, found, _starts(plan.rounds, folder)), _figures(found)]
        parts.append(_commands(plan, folder, core))
        parts.append(server_idle.measure([(idle, 15.0, None)], core, plan.idle, "CSMS"))
    return "\n".join(parts)


def _ours(mode: str, count: int, folder: str, name: str, http_port: int = 0) -> Contestant:
    place = tempfile.mkdtemp(dir=folder)
    return _python(name, "csms_ours", mode, str(count), place, str(http_port))


def _python(name: str, module: str, *arguments: str) -> Contestant:
    return Contestant(name, [sys.executable, "-m", f"tests.benchmarks.{module}", *arguments])


class Events(Load):
    """Each connection sends the events of a transaction of its own, one after the other."""

    def __init__(self, port: int, count: int) -> None:
        super().__init__(port, count, [])
        self._name = f"T{next(_TRANSACTIONS)}"

    def _send(self, number: int) -> None:
        seq_no = self._next[number]
        self._next[number] = seq_no + 1
        self._sent_at[number] = time.perf_counter()
        self._sockets[number].send(_frame(self._name, seq_no))

    def _drive(self, seconds: float, latencies: list[float]) -> None:
        clock = time.perf_counter
        end = clock() + seconds
        while (now := clock()) < end:
            for number, _ in self._poll.poll(end - now):
                if self._put_together(number, self._sockets[number].recv(65536)):
                    latencies.append(clock() - self._sent_at[number])
                    self._send(number)


def _frame(transaction: str, seq_no: int) -> bytes:
    message_id = f"{transaction}-{seq_no}"
    text = f'[2,"{message_id}","TransactionEvent",{_EVENT}]'
    text = text.replace('"SEQ_NO"', str(seq_no)).replace("THIS", transaction)
    return Frame(Opcode.TEXT, text.encode()).serialize(mask=True)


def _under_load(plan: Plan, folder: str, core: int) -> Mapping[str, list[Outcome]]:
    contestants = [
        _ours("on", plan.connections, folder, _ON),
        _ours("off", plan.connections, folder, _OFF),
        _python(_PEER, "csms_peer", folder),
    ]
    found: dict[str, list[Outcome]] = {each.name: [] for each in contestants}
    with ExitStack() as stack:
        servers = [stack.enter_context(running(each, core)) for each in contestants]
        for number in range(plan.rounds + 1):
            for server in servers:
                outcome = _slice(plan, server)
                if number:  # the first does not count
                    found[server.name].append(outcome)
    return found


def _slice(plan: Plan, server: Server) -> Outcome:
    return Events(server.port, plan.connections).run(plan.warm_up, plan.seconds, server.cpu)


def _commands(plan: Plan, folder: str, core: int) -> str:
    http_port, count = free_port(), plan.connections
    api = _ours("on", count, folder, "API", http_port)
    alone = _python("runtime", "csms_calls", str(count))
    taken: dict[str, list[float]] = {"API": [], "runtime": []}
    with running(api, core) as over_http, running(alone, core) as bare:
        loads = ((over_http, http_port), (bare, None))
        for number in range(plan.rounds + 1):
            for server, port in loads:
                load = Commands(server.port, count, port, TOKEN)
                outcome = load.run(plan.warm_up, plan.seconds, server.cpu)
                if number:  # the first does not count
                    taken[server.name].append(outcome.wall / outcome.messages)
    samples = {name: Samples(name, tuple(each)) for name, each in taken.items()}
    label = "commands a second, through the API ÷ CALLs of the runtime alone"
    claim = Claim(Ratio.of(label, samples["runtime"], samples["API"]), 0.5, at_least=True)
    return table("CSMS: commands", [claim], f"ClearCache, to {count} stations at a time.")


def _starts(rounds: int, folder: str) -> list[float]:
    """CPU seconds of `ocppref csms serve` until it says that it is ready."""
    return [_start(tempfile.mkdtemp(dir=folder)) for _ in range(rounds)]


def _start(folder: str) -> float:
    command = [sys.executable, "-m", "ocppref.cli", "csms", "serve", "--api-token", "a-token"]
    ports = {"CSMS_PORT": "0", "CSMS_HTTP_PORT": "0", "LOG_LEVEL": "ERROR"}
    environment = {**os.environ, **ports}
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
        process.kill()
    if not line.startswith("CSMS ready"):
        raise RuntimeError(f"the CSMS did not start: {line}")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _claims(plan: Plan, found: Mapping[str, Sequence[Outcome]], starts: list[float]) -> str:
    def ratio(label: str, over: str, under: str) -> Ratio:
        # Seconds an event: the more of them, the slower.
        samples = {
            name: Samples(name, tuple(o.wall / o.messages for o in each))
            for name, each in found.items()
        }
        return Ratio.of(label, samples[under], samples[over])

    start = Ratio("CPU s from start to ready line", min(starts), 0, max(starts))
    claims = [
        Claim(ratio(f"events a second, {_ON} ÷ {_OFF}", _ON, _OFF), 0.5, at_least=True),
        Claim(ratio(f"events a second, {_ON} ÷ {_PEER}", _ON, _PEER), 20.0, at_least=True),
        Claim(Ratio(start.label, start.low, statistics.median(starts), start.high), 2.0),
    ]
    note = (
        f"TransactionEvents that are on the disk before they are answered, of {plan.connections} "
        "stations, each with one under way: SQLite in WAL with synchronous=FULL. The peer is PyPI "
        "`ocpp`, validation on, with one commit for each event on the same file system. Server on "
        "one core, load generator on another."
    )
    return table("CSMS: durable TransactionEvents", claims, note)


def _figures(found: Mapping[str, Sequence[Outcome]]) -> str:
    head = ("server", "events/s", "CPU µs an event", "p50 ms", "p99 ms", "load busy")
    return rows("CSMS: figures of this machine", head, list(_rows(found)))


def _rows(found: Mapping[str, Sequence[Outcome]]) -> Iterator[list[str]]:
    middle = statistics.median
    for name, outcomes in found.items():
        yield [
            name,
            f"{middle(o.messages / o.wall for o in outcomes):.0f}",
            f"{middle(o.server_cpu / o.messages * 1e6 for o in outcomes):.0f}",
            f"{middle(o.latency(0.5) * 1e3 for o in outcomes):.1f}",
            f"{middle(o.latency(0.99) * 1e3 for o in outcomes):.1f}",
            f"{middle(o.own_cpu / o.wall for o in outcomes):.0%}",
        ]
