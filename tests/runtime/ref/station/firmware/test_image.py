"""What a firmware file says of itself."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocppref.station.firmware.image import Reboot, read_image

URL = "https://files.example/fw/station.bin"


def image(*lines: str, body: bytes = b"code") -> bytes:
    return "\n".join(["OCPPREF-FIRMWARE 1", *lines]).encode() + b"\n\n" + body


def test_the_head_is_read() -> None:
    digest = hashlib.sha256(b"code").hexdigest()
    made = read_image(
        image("Version: 2.1.0", "Model: Reference", "Reboot: none", f"SHA-256: {digest}"), URL
    )
    assert (made.version, made.model, made.reboot, made.fault) == (
        "2.1.0",
        "Reference",
        Reboot.NONE,
        "",
    )
    assert made.find_fault("Reference") == ""
    assert "Reference" in made.find_fault("Another")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "empty"),
        (image("SHA-256: 00"), "checksum"),
        (b"OCPPREF-FIRMWARE 1\nVersion: 2", "no end"),
        (image("Reboot: perhaps"), "not understood"),
    ],
)
def test_what_is_broken_has_a_fault(content: bytes, fault: str) -> None:
    assert fault in read_image(content, URL).find_fault("Reference")


def test_any_other_file_is_firmware_too() -> None:
    assert read_image(b"whatever", "https://x.example/fw-3.4.5.bin?a=1.1").version == "3.4.5"
    assert read_image(image(), "https://x.example/3.4.bin").version == "3.4"
    nameless = read_image(b"whatever", URL)
    assert nameless.version == hashlib.sha256(b"whatever").hexdigest()[:12]
    assert nameless.reboot is Reboot.ACTIVATE


@given(st.binary(max_size=300), st.booleans())
def test_it_reads_anything(content: bytes, with_head: bool) -> None:
    made = read_image((b"OCPPREF-FIRMWARE 1" if with_head else b"") + content, URL)
    assert len(made.version) <= 50
