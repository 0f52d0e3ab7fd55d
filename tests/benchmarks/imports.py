"""What it costs to import the package, in fresh processes."""

from __future__ import annotations

from .measure import Ratio, Samples, processes, python
from .report import Claim, table

_NAMES = "[n for n in ocpp21.__all__ if n.endswith(('Request', 'Response', 'EventStream'))]"
_ALL = f"import ocpp21; messages = [getattr(ocpp21, n) for n in {_NAMES}]"
_ONE = (
    "from ocpp21 import BootNotificationRequest as B; "
    """B.read_json('{"reason":"PowerUp","chargingStation":{"model":"m","vendorName":"v"}}')"""
)
_SMALLEST = (
    "from pydantic import BaseModel\nclass B(BaseModel):\n    reason: str\n"
    """B.model_validate_json('{"reason":"PowerUp"}')"""
)
_COMMANDS = {
    "bare": "pass",
    "pydantic": "import pydantic",
    "smallest": _SMALLEST,
    "ocpp21": "import ocpp21",
    "one": _ONE,
    "all": _ALL,
    "built": f"{_ALL}\nfor message in messages: message.model_rebuild()",
    "peer": "import ocpp.v21.call, ocpp.v21.call_result, ocpp.v21.datatypes, ocpp.v21.enums",
}
_NOTE = (
    "CPU time of whole processes. `import pydantic` alone loads little of pydantic: what every "
    "model needs comes on first use. So the floor for one model is the third row, not the first."
)


def _net(samples: Samples, bare: Samples) -> Samples:
    """Without what a bare interpreter takes."""
    pairs = zip(samples.seconds, bare.seconds, strict=True)
    return Samples(samples.name, tuple(max(a - b, 1e-4) for a, b in pairs))


def run(rounds: int = 25) -> str:
    """Measure the package, pydantic and the peer."""
    found = processes({name: python(code) for name, code in _COMMANDS.items()}, rounds)
    whole = {samples.name: samples for samples in found}
    net = {name: _net(samples, whole["bare"]) for name, samples in whole.items()}

    def ratio(label: str, over: str, under: str) -> Ratio:
        return Ratio.of(label, whole[over], whole[under])

    nothing = "`import ocpp21` ÷ `import pydantic`, both net of a bare interpreter"
    one = "one model of `ocpp21` imported and used"
    smallest = "a pydantic model of one field made and used"
    every = "all 181 messages of `ocpp21` imported"
    claims = [
        Claim(Ratio.of(nothing, net["ocpp21"], net["pydantic"]), 0.05),
        Claim(ratio(f"{one} ÷ `import pydantic`", "one", "pydantic"), 1.6),
        Claim(ratio(f"{smallest} ÷ `import pydantic`", "smallest", "pydantic")),
        Claim(ratio(f"{one} ÷ {smallest}", "one", "smallest")),
        Claim(ratio(f"{every} ÷ the four modules of `ocpp`", "all", "peer"), 1.0),
        Claim(ratio(f"{every}, every validator built ÷ the same", "built", "peer")),
    ]
    return table("Imports", claims, _NOTE)
