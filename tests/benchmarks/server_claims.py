"""What a loaded server costs beside another, and the aims of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from .measure import Ratio, Samples
from .report import Claim, table
from .server_load import Outcome

Found: TypeAlias = dict[str, list[Outcome]]
_Figure: TypeAlias = Callable[[Outcome], float]

_NODE = "npm ocpp-rpc"


def _cpu(outcome: Outcome) -> float:
    return outcome.server_cpu / outcome.messages


def _wall(outcome: Outcome) -> float:
    return outcome.wall / outcome.messages


def _p99(outcome: Outcome) -> float:
    return outcome.latency(0.99)


def claims(load: str, found: Found, loops: Sequence[str], *, transactions: bool) -> str:
    """A table for one load. The aims are those on the first loop, the fastest that there is."""
    aimed = list(_on_loop(found, loops[0], 30.0 if transactions else 20.0, not transactions))
    told = [Claim(each.ratio) for loop in loops[1:] for each in _on_loop(found, loop, 0, True)]
    beside_node = list(_node(found, loops[0], None if transactions else 1.0))
    note = (
        "`ocpp` is PyPI `ocpp` with `websockets.asyncio`, validation on. The floor answers every "
        "frame with the same text, on the sans-I/O layer of websockets, without reading JSON. "
        "All that stand in one ratio run on the same event loop."
    )
    return table(f"Server, {load}", [*aimed, *beside_node, *told], note)


def _on_loop(found: Found, loop: str, times: float, beside_floor: bool) -> Iterator[Claim]:
    def ratio(what: str, over: str, under: str, figure: _Figure) -> Ratio:
        label = f"{what}, {over} ÷ {under}, {loop}"
        return Ratio.of(label, *(_samples(found, f"{x}, {loop}", figure) for x in (over, under)))

    ours, lean, floor, peer = "ours (pydantic)", "ours (msgspec)", "floor", "PyPI ocpp"
    yield Claim(ratio("CPU", peer, ours, _cpu), times, at_least=True)
    yield Claim(ratio("CPU", ours, floor, _cpu), 2.2 if beside_floor else None)
    yield Claim(ratio("CPU", peer, lean, _cpu))
    yield Claim(ratio("CPU", lean, floor, _cpu), 1.5)
    yield Claim(ratio("p99 latency", ours, floor, _p99), 2.5)
    yield Claim(ratio("p99 latency", lean, floor, _p99))


def _node(found: Found, loop: str, aim: float | None) -> Iterator[Claim]:
    if _NODE not in found:
        return
    wall, cpu = _samples(found, _NODE, _wall), _samples(found, _NODE, _cpu)
    for kind, bound in (("pydantic", aim), ("msgspec", None)):
        name = f"ours ({kind}), {loop}"
        label = f"messages a second, {name} ÷ {_NODE}"
        yield Claim(Ratio.of(label, wall, _samples(found, name, _wall)), bound, at_least=True)
        yield Claim(Ratio.of(f"CPU, {_NODE} ÷ {name}", cpu, _samples(found, name, _cpu)))


def _samples(found: Mapping[str, Sequence[Outcome]], name: str, figure: _Figure) -> Samples:
    return Samples(name, tuple(figure(each) for each in found[name]))
