"""Signed meter values: what a meter with a key of its own says, as OCMF.

OCMF is the Open Charge Metering Format: a text of the data and the signature over exactly that
text. The key is made where it is first needed, and stays in the store as in a meter.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from ocpp21 import ReadingContextEnumType, SignedMeterValueType
from ocppref.station.config import StationConfig
from ocppref.station.metering.measuring import Measurement
from ocppref.station.store import Store

METHOD = "ECDSA-secp256r1-SHA256"
ENCODING = "OCMF"
OBIS = "1-b:1.8.0"
"""The register: imported active energy."""

_KEYS = "meter.keys"
_COUNTS = "meter.counts"
# What OCMF calls the moments of a transaction.
_MOMENTS = {
    ReadingContextEnumType.TRANSACTION_BEGIN: "B",
    ReadingContextEnumType.TRANSACTION_END: "E",
}


class Signer:
    """The signing meters of a station, one for each EVSE; 0 is the main meter."""

    __slots__ = ("_config", "_keys", "_store")

    def __init__(self, config: StationConfig, store: Store) -> None:
        self._config = config
        self._store = store
        self._keys: dict[int, ec.EllipticCurvePrivateKey] = {}

    def sign(self, measurement: Measurement, with_key: bool) -> SignedMeterValueType:
        """Sign what was measured; `with_key` adds the public key."""
        evse_id = measurement.evse_id
        payload = json.dumps(self._payload(measurement), separators=(",", ":"))
        key = self._key(evse_id)
        signature = key.sign(payload.encode(), ec.ECDSA(hashes.SHA256()))
        seal = json.dumps({"SA": METHOD, "SD": signature.hex().upper()}, separators=(",", ":"))
        text = f"OCMF|{payload}|{seal}"
        return SignedMeterValueType(
            signed_meter_data=base64.b64encode(text.encode()).decode(),
            signing_method=METHOD,  # J02.FR.24
            encoding_method=ENCODING,
            public_key=self.public_key(evse_id) if with_key else None,
        )

    def public_key(self, evse_id: int) -> str:
        """The key to check signatures with, as J02.FR.23 recommends to write it."""
        der = (
            self._key(evse_id)
            .public_key()
            .public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        )
        return f"oca:base16:asn1:{der.hex()}"

    def _payload(self, measurement: Measurement) -> dict[str, object]:
        config = self._config
        reading: dict[str, object] = {
            "TM": _to_text(measurement.taken),
            "RV": measurement.energy,
            "RI": OBIS,
            "RU": "Wh",
            "ST": "G",  # good
        }
        if moment := _moment(measurement.context):
            reading = {"TX": moment, **reading}
        serial = f"{config.serial_number or config.identity}-{measurement.evse_id}"
        return {
            "FV": "1.0",
            "PG": f"T{self._count(measurement.evse_id)}",
            "MV": config.vendor,
            "MM": config.model,
            "MS": serial,
            "RD": [reading],
        }

    def _count(self, evse_id: int) -> int:
        """The number of this signature: none is missing, and none comes twice."""
        kept = self._store.load(_COUNTS).get(str(evse_id), "0")
        self._store.put(_COUNTS, str(evse_id), str(int(kept) + 1))
        return int(kept) + 1

    def _key(self, evse_id: int) -> ec.EllipticCurvePrivateKey:
        key = self._keys.get(evse_id)
        if key is None:
            key = self._keys[evse_id] = self._load(evse_id) or self._make(evse_id)
        return key

    def _load(self, evse_id: int) -> ec.EllipticCurvePrivateKey | None:
        text = self._store.load(_KEYS).get(str(evse_id))
        if text is None:
            return None
        key = serialization.load_pem_private_key(text.encode(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return key

    def _make(self, evse_id: int) -> ec.EllipticCurvePrivateKey:
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        self._store.put(_KEYS, str(evse_id), pem.decode())
        return key


def _moment(context: ReadingContextEnumType) -> str | None:
    if context in (ReadingContextEnumType.SAMPLE_CLOCK, ReadingContextEnumType.SAMPLE_PERIODIC):
        return "C"  # in the course of charging
    return _MOMENTS.get(context)


def _to_text(moment: datetime) -> str:
    """As OCMF has it; S is for a clock that is synchronised."""
    milliseconds = moment.microsecond // 1000
    return f"{moment:%Y-%m-%dT%H:%M:%S},{milliseconds:03}+0000 S"
