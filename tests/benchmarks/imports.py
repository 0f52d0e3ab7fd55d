"""What it costs to import the package, in fresh processes."""

from __future__ import annotations

from .measure import Ratio, Samples, processes, python
from .report import Claim, table

_ALL = "import ocpp21; [getattr(ocpp21, n) for n in ocpp21.__all__]"
_ONE = (
    "from ocpp21 import BootNotificationRequest as B; "
    """B.read_json('{"reason":"PowerUp","chargingStation":{"model":"m","vendorName":"v"}}')"""
)
_BUILT = _ALL + "; [m.model_rebuild() for m in map(ocpp21.__dict__.get, ocpp21.__all__) if hasattr(m, 'model_rebuild')]"
_PEER = "import ocpp.v21.call, ocpp.v21.call_result, ocpp.v21.datatypes, ocpp.v21.enums"


def _net(samples: Samples, bare: Samples) -> Samples:
    """Without what a bare interpreter takes."""
    pairs = zip(samples.seconds, bare.seconds, strict=True)
    return Samples(samples.name, tuple(max(a - b, 1e-4) for a, b in pairs))


def run(rounds: int = 25) -> str:
    """Measure the package, pydantic and the peer."""
    commands = {
        "bare": "pass",
        "pydantic": "import pydantic",
        "BaseModel": "from pydantic import BaseModel",
        "ocpp21": "import ocpp21",
        "one": _ONE,
        "all": _ALL,
        "built": _BUILT,
        "peer": _PEER,
    }
    found = processes({name: python(code) for name, code in commands.items()}, rounds)
    whole = {samples.name: samples for samples in found}
    net = {name: _net(samples, whole["bare"]) for name, samples in whole.items()}
    claims = [
        Claim(Ratio.of("`import ocpp21` ÷ `import pydantic`, net of a bare interpreter", net["ocpp21"], net["pydantic"]), 0.05),
        Claim(Ratio.of("one model imported and used ÷ `import pydantic`", whole["one"], whole["pydantic"]), 1.6),
        Claim(Ratio.of("one model imported and used ÷ `from pydantic import BaseModel`", whole["one"], whole["BaseModel"])),
        Claim(Ratio.of("`from pydantic import BaseModel` ÷ `import pydantic`", whole["BaseModel"], whole["pydantic"])),
        Claim(Ratio.of("all names imported ÷ the four modules of `ocpp`", whole["all"], whole["peer"]), 1.0),
        Claim(Ratio.of("all names imported and every validator built ÷ the same", whole["built"], whole["peer"])),
    ]
    note = (
        "CPU time of whole processes. `import pydantic` alone loads little of pydantic: what every "
        "model needs, `BaseModel`, comes on first use, so the floor for one model is the fourth row."
    )
    return table("Imports", claims, note)
