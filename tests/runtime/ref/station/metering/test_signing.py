"""Signed meter values."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from tests.requirements import requirement

from ocpp21 import ReadingContextEnumType
from ocppref.station.config import StationConfig
from ocppref.station.metering import Measurement, Signer
from ocppref.station.store import MemoryStore

TAKEN = datetime(2025, 6, 1, 12, 0, 0, 250_000, tzinfo=UTC)
BEGIN = Measurement(1, 1234.5, TAKEN, ReadingContextEnumType.TRANSACTION_BEGIN)


def verify(data: str, key: str) -> dict[str, object]:
    """What was signed, if that is right."""
    form, payload, seal = base64.b64decode(data).decode().split("|")
    assert form == "OCMF"
    public = load_der_public_key(bytes.fromhex(key.removeprefix("oca:base16:asn1:")))
    assert isinstance(public, ec.EllipticCurvePublicKey)
    assert json.loads(seal)["SA"] == "ECDSA-secp256r1-SHA256"
    signature = bytes.fromhex(json.loads(seal)["SD"])
    public.verify(signature, payload.encode(), ec.ECDSA(hashes.SHA256()))
    read: dict[str, object] = json.loads(payload)
    return read


@requirement("J02.FR.23", "J02.FR.24")
def test_the_signature_holds_for_what_was_measured() -> None:
    signed = Signer(StationConfig(), MemoryStore()).sign(BEGIN, with_key=True)
    assert signed.public_key is not None
    assert signed.public_key.startswith("oca:base16:asn1:3059")
    assert signed.signing_method == "ECDSA-secp256r1-SHA256"
    assert signed.encoding_method == "OCMF"
    read = verify(signed.signed_meter_data, signed.public_key)
    assert read["MS"] == "CS001-1"
    assert read["RD"] == [
        {
            "TX": "B",
            "TM": "2025-06-01T12:00:00,250+0000 S",
            "RV": 1234.5,
            "RI": "1-b:1.8.0",
            "RU": "Wh",
            "ST": "G",
        }
    ]


def test_another_value_has_another_signature() -> None:
    signer = Signer(StationConfig(), MemoryStore())
    data = signer.sign(BEGIN, with_key=False).signed_meter_data
    forged = base64.b64encode(base64.b64decode(data).replace(b"1234.5", b"1234.4")).decode()
    with pytest.raises(InvalidSignature):
        verify(forged, signer.public_key(1))


def test_the_key_stays_and_the_count_goes_on_after_a_kill() -> None:
    store = MemoryStore()
    first = Signer(StationConfig(), store)
    one = verify(first.sign(BEGIN, with_key=False).signed_meter_data, first.public_key(1))
    again = Signer(StationConfig(), store)
    two = verify(again.sign(BEGIN, with_key=False).signed_meter_data, first.public_key(1))
    assert (one["PG"], two["PG"]) == ("T1", "T2")


def test_each_meter_has_a_key_of_its_own() -> None:
    signer = Signer(StationConfig(), MemoryStore())
    assert signer.public_key(1) != signer.public_key(2)
