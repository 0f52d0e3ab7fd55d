"""Writes docs/actions.md: each Action of OCPP 2.1, and where the reference CSMS has it.

python -m tests.action_table
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import ocpp21
from ocppj import ActionSpec, Direction
from ocppref.csms.handlers import BLOCKS

DOCUMENT = Path(__file__).parents[1] / "docs" / "actions.md"
_TOP = """# Actions

Every Action of OCPP 2.1, and where the reference CSMS has it. Written by
`python -m tests.action_table`; a test sees to it that it is current.

What a Charging Station starts is handled by a method of a class in
[ocppref/csms/handlers](../runtime/ocppref/csms/handlers). What the CSMS starts is sent through its
API, `POST /api/v1/stations/{identity}/actions/{Action}`.
"""
_VENDORS = "`DataTransferRouter`, given to `CsmsService(vendors=...)`"


def text() -> str:
    """The document as it should be."""
    return "\n".join([_TOP, *_tables()])


def _tables() -> Iterator[str]:
    for block in sorted({spec.block for spec in ocpp21.ACTIONS.values()}):
        yield f"## {block}\n"
        yield "| Action | started by | where | since |"
        yield "|---|---|---|---|"
        for name, spec in sorted(ocpp21.ACTIONS.items()):
            if spec.block == block:
                starter = _STARTERS[spec.direction]
                yield f"| {name} | {starter} | {_place(name, spec)} | {spec.since} |"
        yield ""


_STARTERS = {
    Direction.CHARGING_STATION: "Charging Station",
    Direction.CSMS: "CSMS",
    Direction.BOTH: "both",
}


def _place(name: str, spec: ActionSpec) -> str:
    places = []
    if spec.direction is not Direction.CSMS:
        places.append(_handler(name, spec.handler))
    if spec.direction is not Direction.CHARGING_STATION:
        places.append(f"`POST …/actions/{name}`")
    return "; ".join(places)


def _handler(name: str, method: str) -> str:
    for block in BLOCKS:
        if method in vars(block):
            file = block.__module__.rpartition(".")[2]
            link = f"../runtime/ocppref/csms/handlers/{file}.py"
            return f"[`{block.__name__}.{method}`]({link})"
    assert name == "DataTransfer", f"nobody handles {name}"
    return _VENDORS


if __name__ == "__main__":
    DOCUMENT.write_text(text(), encoding="utf-8")
