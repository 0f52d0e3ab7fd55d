"""Reading and writing payloads, against the `ocpp` package and against a JSON parser alone."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import ocpp.v21.call as peer_call
import orjson
from ocpp.charge_point import (
    camel_to_snake_case,
    remove_nones,
    serialize_as_dict,
    snake_to_camel_case,
)
from ocpp.messages import Call, _validate_payload, unpack

import ocpp21

from .measure import Ratio, Samples, loops
from .payloads import PAYLOADS, frame, text
from .report import Claim, table


def _peer_read(action: str) -> Callable[[], object]:
    """What its `ChargePoint` does with a CALL up to the handler's arguments, and a dataclass."""
    message, dataclass = frame(action), getattr(peer_call, action)

    def read() -> object:
        call = unpack(message)
        _validate_payload(call, "2.1")
        return dataclass(**camel_to_snake_case(call.payload))

    return read


def _peer_write(action: str) -> Callable[[], object]:
    """What its `call()` does from the dataclass to the text."""
    value = _peer_read(action)()

    def write() -> object:
        payload = remove_nones(snake_to_camel_case(serialize_as_dict(value)))
        call = Call("8f6f6c1e-6c0c-4c43-8a3c-5e0b9c6d1a12", action, payload)
        _validate_payload(call, "2.1")
        return call.to_json()

    return write


def _msgspec_package(folder: Path) -> object:
    command = [sys.executable, "-m", "ocppgen", "build", "--models", "msgspec"]
    command += ["--package", "ocpp21_msgspec", "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    sys.path.insert(0, str(folder))
    return importlib.import_module("ocpp21_msgspec")


def _compare(action: str, fast: object, rounds: int) -> dict[str, Samples]:
    payload = text(action)
    ours = getattr(ocpp21, f"{action}Request")
    lean = getattr(fast, f"{action}Request")
    value, lean_value = ours.read_json(payload), lean.read_json(payload)
    work = {
        "peer read": _peer_read(action),
        "peer write": _peer_write(action),
        "ours read": lambda: ours.read_json(payload),
        "ours write": lambda: value.write_json(),
        "msgspec read": lambda: lean.read_json(payload),
        "msgspec write": lambda: lean_value.write_json(),
        "orjson read": lambda: orjson.loads(payload),
    }
    return {samples.name: samples for samples in loops(work, rounds)}


def _both(a: Samples, b: Samples, name: str) -> Samples:
    return Samples(name, tuple(x + y for x, y in zip(a.seconds, b.seconds, strict=True)))


def run(rounds: int = 15) -> str:
    """Measure all eight payloads."""
    with tempfile.TemporaryDirectory() as folder:
        fast = _msgspec_package(Path(folder))
        found = {action: _compare(action, fast, rounds) for action in PAYLOADS}
    return "\n".join(
        (
            _against_peer(found, "ours", "pydantic"),
            _against_peer(found, "msgspec", "msgspec"),
            _against_floor(found),
        )
    )


def _against_peer(found: dict[str, dict[str, Samples]], who: str, label: str) -> str:
    aims = {"Heartbeat": 10.0, "TransactionEvent": 80.0}
    claims = []
    for action, s in found.items():
        bound = aims.get(action, 40.0)
        peer = _both(s["peer read"], s["peer write"], "peer")
        ours = _both(s[f"{who} read"], s[f"{who} write"], who)
        for over, under, name in (
            (peer, ours, "read and write"),
            (s["peer read"], s[f"{who} read"], "read"),
            (s["peer write"], s[f"{who} write"], "write"),
        ):
            claims.append(Claim(Ratio.of(f"{action}, {name}", over, under), bound, at_least=True))
    note = "Times the time of ours that PyPI `ocpp` takes, with its validation on."
    return table(f"Payloads: `ocpp` ÷ ours ({label})", claims, note)


def _against_floor(found: dict[str, dict[str, Samples]]) -> str:
    claims = []
    for action, s in found.items():
        lean = Ratio.of(f"{action}, msgspec package", s["msgspec read"], s["orjson read"])
        ours = Ratio.of(f"{action}, pydantic package", s["ours read"], s["orjson read"])
        claims += [Claim(lean, 1.5), Claim(ours)]
    note = "Reading and validating, over `orjson.loads` of the same text without any validation."
    return table("Payloads: ours ÷ a JSON parser alone", claims, note)
