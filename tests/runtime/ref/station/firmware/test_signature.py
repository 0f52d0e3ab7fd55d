"""Who may sign firmware, and what a signature is worth."""

from __future__ import annotations

import base64
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from tests.requirements import requirement
from tests.runtime.ref.station.firmware.signing import Signer, signer
from tests.runtime.ref.station.tester import START

from ocppref.station.firmware.signature import Manufacturer, Verdict, is_signed

CONTENT = b"new firmware"


@pytest.fixture(scope="module")
def root() -> Signer:
    return signer("Manufacturer", ca=True)


def verdict(manufacturer: Manufacturer, pem: str) -> Verdict:
    return manufacturer.judge(pem, START).verdict


@requirement("L01.FR.04", "L01.FR.12")
@pytest.mark.parametrize("kind", ["EC", "RSA"])
def test_a_signature_holds_for_the_whole_file_only(kind: str) -> None:
    by = signer("Firmware", kind)
    signature = by.sign(CONTENT)
    assert is_signed(CONTENT, signature, by.pem)
    assert not is_signed(CONTENT + b"!", signature, by.pem)
    assert not is_signed(CONTENT[1:], signature, by.pem)
    assert not is_signed(CONTENT, signature, signer("Another", kind).pem)


@pytest.mark.parametrize("signature", ["", "no base64", base64.b64encode(b"x" * 64).decode()])
def test_what_is_no_signature_is_none(signature: str) -> None:
    assert not is_signed(CONTENT, signature, signer("Firmware").pem)


@requirement("L01.FR.12", "L01.FR.21", "L01.FR.22")
def test_a_certificate_has_to_lead_to_a_root_of_the_manufacturer(root: Signer) -> None:
    manufacturer = Manufacturer((root.certificate,))
    middle = root.issue("Department", ca=True)
    below = middle.issue("Firmware")
    assert verdict(manufacturer, root.issue("Firmware").pem) is Verdict.GOOD
    assert verdict(manufacturer, below.pem + middle.pem) is Verdict.GOOD
    assert verdict(manufacturer, below.pem) is Verdict.INVALID
    assert verdict(manufacturer, signer("Firmware").pem) is Verdict.INVALID
    impostor = signer("Manufacturer", ca=True)
    chain = impostor.issue("Firmware").pem + impostor.pem
    assert verdict(manufacturer, chain) is Verdict.INVALID


def test_what_is_no_authority_issues_nothing(root: Signer) -> None:
    manufacturer = Manufacturer((root.certificate,))
    clerk = root.issue("Clerk")
    assert verdict(manufacturer, clerk.issue("Firmware").pem + clerk.pem) is Verdict.INVALID


def test_without_roots_any_certificate_is_as_good() -> None:
    assert verdict(Manufacturer(), signer("Anybody").pem) is Verdict.GOOD


@requirement("L01.FR.22")
def test_a_certificate_out_of_its_time_is_invalid(root: Signer) -> None:
    manufacturer = Manufacturer((root.certificate,))
    old = root.issue("Old", until=START - timedelta(seconds=1))
    early = root.issue("Early", since=START + timedelta(days=1))
    assert verdict(manufacturer, old.pem) is Verdict.INVALID
    assert verdict(manufacturer, early.pem) is Verdict.INVALID
    assert verdict(Manufacturer(), old.pem) is Verdict.INVALID


@requirement("L01.FR.22")
@pytest.mark.parametrize("text", ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_what_is_no_certificate_is_invalid(text: str) -> None:
    assert verdict(Manufacturer(), text) is Verdict.INVALID


def test_a_weak_key_is_invalid() -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    assert verdict(Manufacturer(), signer("Weak", key=weak).pem) is Verdict.INVALID
    short = ec.generate_private_key(ec.SECP192R1())
    assert verdict(Manufacturer(), signer("Short", key=short).pem) is Verdict.INVALID


def test_a_revoked_certificate_is_told_from_an_invalid_one(root: Signer, tmp_path: Path) -> None:
    good, bad = root.issue("Good"), root.issue("Bad")
    file = tmp_path / "manufacturer.pem"
    file.write_text(root.pem + root.revoke(bad))
    manufacturer = Manufacturer.read(file)
    assert verdict(manufacturer, bad.pem) is Verdict.REVOKED
    assert verdict(manufacturer, good.pem) is Verdict.GOOD


def test_only_the_manufacturer_revokes(root: Signer, tmp_path: Path) -> None:
    good, impostor = root.issue("Good"), signer("Manufacturer", ca=True)
    file = tmp_path / "manufacturer.pem"
    file.write_text(root.pem + impostor.revoke(good))
    assert verdict(Manufacturer.read(file), good.pem) is Verdict.GOOD
