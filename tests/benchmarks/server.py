"""A whole CSMS under load: ours, the peers and a floor."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from . import server_idle
from .report import rows
from .server_claims import Found, claims
from .server_load import MIXED, TRANSACTIONS, Load, Outcome, frames
from .server_processes import (
    MALLOC,
    MSGSPEC_PACKAGE,
    Contestant,
    Server,
    build_msgspec_package,
    floor,
    loops,
    ocpp_rpc,
    ours,
    own_core,
    peer,
    running,
    why_no_ocpp_rpc,
)

_LOADS = {"mixed load": MIXED, "TransactionEvent alone": TRANSACTIONS}


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured. `node` is whether npm `ocpp-rpc` is to take part."""

    rounds: int = 7
    seconds: float = 0.8
    warm_up: float = 0.2
    connections: int = 100
    idle: int = 5000
    node: bool = True


def run(plan: Plan = Plan()) -> str:
    """Measure CPU, messages a second, latency and memory. About four minutes."""
    if sys.platform != "linux":
        return "## Server\n\nNot measured: what a process uses is read from Linux's /proc.\n"
    missing = why_no_ocpp_rpc() if plan.node else "it was not asked for"
    with tempfile.TemporaryDirectory() as folder, own_core() as core:
        build_msgspec_package(folder)
        contestants = list(_contestants(folder, not missing))
        parts = list(_under_load(plan, contestants, core))
        loop = loops()[0]
        idle = [
            (ours("ocpp21", loop, folder), 8.0, 12.0),
            (ours(MSGSPEC_PACKAGE, loop, folder), None, None),
            (peer(loop), None, None),
        ]
        parts.append(server_idle.measure(idle, core, plan.idle))
    if missing:
        parts.append(f"npm `ocpp-rpc` was not measured: {missing}.\n")
    return "\n".join(parts)


def _contestants(folder: str, node: bool) -> Iterator[Contestant]:
    for loop in loops():
        yield ours("ocpp21", loop, folder)
        yield ours(MSGSPEC_PACKAGE, loop, folder)
        yield floor(loop)
        yield peer(loop)
    if node:
        yield ocpp_rpc()


def _under_load(plan: Plan, contestants: Sequence[Contestant], core: int) -> Iterator[str]:
    found: dict[str, Found] = {name: {each.name: [] for each in contestants} for name in _LOADS}
    calls = {name: frames(mix) for name, mix in _LOADS.items()}
    with ExitStack() as stack:
        servers = [stack.enter_context(running(each, core)) for each in contestants]
        first = replace(plan, seconds=plan.warm_up)  # does not count: Node compiles on the way
        for each in (first, *[plan] * plan.rounds):
            for load, texts in calls.items():
                for server in servers:
                    outcome = _slice(each, server, texts)
                    if each is plan:
                        found[load][server.name].append(outcome)
    for load, outcomes in found.items():
        yield claims(load, outcomes, loops(), transactions=load != "mixed load")
        yield _figures(plan, load, outcomes)


def _slice(plan: Plan, server: Server, texts: Sequence[bytes]) -> Outcome:
    load = Load(server.port, plan.connections, texts)
    return load.run(plan.warm_up, plan.seconds, server.cpu)


def _figures(plan: Plan, load: str, outcomes: Mapping[str, Sequence[Outcome]]) -> str:
    head = ("server", "CPU µs a message", "messages/s", "p50 ms", "p99 ms", "busy", "load busy")
    settings = ", ".join(f"{name}={value}" for name, value in MALLOC.items())
    note = (
        f"Medians of {plan.rounds} rounds of {plan.seconds:g} s with {plan.connections} "
        "connections, each with one CALL under way; the server on one core, the load generator "
        "on another. *Busy* is how much of its core the server used, *load busy* the load "
        f"generator. All servers have {settings}. {_disturbance(outcomes)}"
    )
    found = [_row(name, each) for name, each in outcomes.items()]
    return rows(f"Server, {load}: figures of this machine", head, found, note)


def _disturbance(outcomes: Mapping[str, Sequence[Outcome]]) -> str:
    shares = sorted(o.others_cpu / o.wall for each in outcomes.values() for o in each)
    return (
        f"Meanwhile other programs used {statistics.median(shares):.0%} of a core (median; "
        f"{shares[0]:.0%} to {shares[-1]:.0%}); the more, the less do messages/s and latency say."
    )


def _row(name: str, outcomes: Sequence[Outcome]) -> list[str]:
    def median(figures: Iterator[float]) -> float:
        return statistics.median(figures)

    return [
        name,
        f"{median(o.server_cpu / o.messages * 1e6 for o in outcomes):.1f}",
        f"{median(o.messages / o.wall for o in outcomes):.0f}",
        f"{median(o.latency(0.5) * 1e3 for o in outcomes):.2f}",
        f"{median(o.latency(0.99) * 1e3 for o in outcomes):.2f}",
        f"{median(o.server_cpu / o.wall for o in outcomes):.0%}",
        f"{median(o.own_cpu / o.wall for o in outcomes):.0%}",
    ]
