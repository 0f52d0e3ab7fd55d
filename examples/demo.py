"""The main job, start to end: build the package from the real schemas, then read and write frames.

Run it with `make demo`. It leaves nothing behind.
"""

from __future__ import annotations

import filecmp
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import ocpp21
from ocpp21 import BootNotificationRequest, TransactionEventRequest

COMMITTED = Path(ocpp21.__file__).parent

BOOT = """[2, "5d1a7e1c-1", "BootNotification", {"reason": "PowerUp", "chargingStation":
    {"model": "Model X1", "vendorName": "Example", "firmwareVersion": "1.4.2"}}]"""

TRANSACTION = """[2, "5d1a7e1c-2", "TransactionEvent", {"eventType": "Started", "seqNo": 0,
    "timestamp": "2025-06-01T12:00:00.250+02:00", "triggerReason": "CablePluggedIn",
    "transactionInfo": {"transactionId": "tx-1", "chargingState": "EVConnected"},
    "meterValue": [{"timestamp": "2025-06-01T10:00:00Z", "sampledValue": [{"value": 1234.5}]}],
    "customData": {"vendorId": "com.example", "bay": 7}}]"""


def build_and_compare(folder: Path) -> list[str]:
    """Build into `folder`; give the files in which it differs from the committed package."""
    subprocess.run([sys.executable, "-m", "ocppgen", "build", "--out", str(folder)], check=True)
    built = folder / "ocpp21"
    names = [str(path.relative_to(built)) for path in built.rglob("*") if path.is_file()]
    return filecmp.cmpfiles(built, COMMITTED, names, shallow=False)[1]


def show(frame: str, model: type[BootNotificationRequest] | type[TransactionEventRequest]) -> None:
    """Read a CALL's payload as a model, tell what is in it, and write it back."""
    _, message_id, action, payload = json.loads(frame)
    spec = ocpp21.ACTIONS[action]
    request = model.read_json(json.dumps(payload))
    print(f"\n   {model.__name__}: {spec.block}, started by {spec.direction.value}")
    for name, value in request:
        if name in request.model_fields_set:
            print(f"     {name:16} {value}")
    print(f'   written back: [2,"{message_id}","{action}",{request.write_json()}]')


def main() -> int:
    started = time.perf_counter()
    print("1. Build the package from the 181 schemas of OCPP 2.1, in a temporary folder.")
    with tempfile.TemporaryDirectory() as folder:
        differing = build_and_compare(Path(folder))
    print(f"   Compared with the committed package: {len(differing)} files differ.")
    print("\n2. Read two frames into models, and write them back.")
    show(BOOT, BootNotificationRequest)
    show(TRANSACTION, TransactionEventRequest)
    seconds = time.perf_counter() - started
    if differing:
        print(f"\nThe committed package is out of date in {', '.join(differing)}: `make build`.")
        return 1
    print(f"\nDone in {seconds:.1f} s: {len(ocpp21.ACTIONS)} Actions, built, compared and used.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
