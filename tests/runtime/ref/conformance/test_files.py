"""Firmware that is good, and that is not; logs that are uploaded."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

from tests.requirements import requirement
from tests.runtime.ref.conformance.scenes import ask, scene
from tests.runtime.ref.station.firmware.signing import signer
from tests.runtime.ref.station.shelf import Shelf
from tests.runtime.ref.station.stage import TOKEN, Stage
from tests.runtime.ref.station.tester import START

from ocppj.testing import in_virtual_time

_URL = "https://files.example/firmware"
_IMAGE = b"OCPPREF-FIRMWARE 1\nVersion: 2.0.0\n\nthe rest"
_SIGNER = signer("Manufacturer")


def _firmware(signature: str = "", certificate: str = "") -> dict[str, Any]:
    firmware = {
        "location": _URL,
        "retrieveDateTime": START.isoformat(),
        "signature": signature or _SIGNER.sign(_IMAGE),
        "signingCertificate": certificate or _SIGNER.pem,
    }
    return {"requestId": 11, "retries": 0, "firmware": firmware}


def _statuses(the: Stage) -> list[str]:
    found = the.tester.of("FirmwareStatusNotification")
    assert {each.request_id for each in found} == {11}
    return [each.status.value for each in found]


def _events(the: Stage) -> list[str]:
    return [each.type for each in the.tester.of("SecurityEventNotification")]


@requirement("L01.FR.01", "L01.FR.04", "L01.FR.16")
@in_virtual_time
async def test_good_firmware() -> None:
    async with scene(files=Shelf({_URL: _IMAGE})) as the:
        await the.booted()
        assert (await ask(the, "UpdateFirmware", _firmware())).status == "Accepted"
        await the.booted(2)
        await asyncio.sleep(60)
        found = _statuses(the)
        assert found[:4] == ["Downloading", "Downloaded", "SignatureVerified", "Installing"]
        assert found[-1] == "Installed"
        boot = the.tester.of("BootNotification")[-1]
        assert boot.reason == "FirmwareUpdate"
        assert boot.charging_station.firmware_version == "2.0.0"
        assert "FirmwareUpdated" in _events(the)


@requirement("L01.FR.03")
@in_virtual_time
async def test_a_bad_signature() -> None:
    async with scene(files=Shelf({_URL: _IMAGE})) as the:
        await the.booted()
        bad = base64.b64encode(b"x" * 70).decode()
        assert (await ask(the, "UpdateFirmware", _firmware(bad))).status == "Accepted"
        await asyncio.sleep(60)
        assert _statuses(the) == ["Downloading", "Downloaded", "InvalidSignature"]
        assert "InvalidFirmwareSignature" in _events(the)
        assert len(the.tester.of("BootNotification")) == 1
        await the.charge()


@requirement("L01.FR.02")
@in_virtual_time
async def test_a_bad_certificate() -> None:
    async with scene(files=Shelf({_URL: _IMAGE})) as the:
        await the.booted()
        answer = await ask(the, "UpdateFirmware", _firmware(certificate="no certificate"))
        assert answer.status == "InvalidCertificate"
        await asyncio.sleep(60)
        assert "InvalidFirmwareSigningCertificate" in _events(the)
        assert the.tester.of("FirmwareStatusNotification") == []


@in_virtual_time
async def test_firmware_that_is_not_there() -> None:
    async with scene(files=Shelf({})) as the:
        await the.booted()
        assert (await ask(the, "UpdateFirmware", _firmware())).status == "Accepted"
        await asyncio.sleep(600)
        assert _statuses(the) == ["Downloading", "DownloadFailed"]


@requirement("N01.FR.01", "N01.FR.08", "N01.FR.09")
@in_virtual_time
async def test_logs_are_uploaded() -> None:
    shelf = Shelf()
    async with scene(files=shelf) as the:
        await the.booted()
        await the.charge()
        for number, kind in enumerate(("DiagnosticsLog", "SecurityLog")):
            request = {
                "requestId": number,
                "logType": kind,
                "log": {"remoteLocation": "https://files.example/logs/"},
            }
            answer = await ask(the, "GetLog", request)
            assert answer.status == "Accepted" and answer.filename
            await asyncio.sleep(30)
            assert shelf.uploaded[number][1] == answer.filename
        found = [
            (each.request_id, each.status.value) for each in the.tester.of("LogStatusNotification")
        ]
        assert found == [(n, status) for n in (0, 1) for status in ("Uploading", "Uploaded")]
        assert "TransactionEvent" in shelf.uploaded[0][2]
        assert "StartupOfTheDevice" in shelf.uploaded[1][2]
        assert TOKEN  # shown in the diagnostics: it is no key code
