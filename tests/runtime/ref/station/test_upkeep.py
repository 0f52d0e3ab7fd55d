"""Firmware and logs with real sockets: a station, its CSMS, and a file server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.requirements import requirement
from tests.runtime.certificates import authority
from tests.runtime.looping import in_loops
from tests.runtime.ref.station.file_server import FileServer, file_server
from tests.runtime.ref.station.firmware.signing import signer
from tests.runtime.ref.station.tester import Tester

import ocpp21
from ocpp21 import GetLogRequest, UpdateFirmwareRequest
from ocppj import serve_csms
from ocppref.station.config import StationConfig
from ocppref.station.station import Station


@asynccontextmanager
async def street(files: FileServer, ca: Path) -> AsyncIterator[tuple[Tester, ocpp21.CsmsCalls]]:
    """A station that has booted, and what its CSMS sees and can call."""
    tester = Tester(now=lambda: datetime.now(UTC))
    async with serve_csms(tester, bindings=[ocpp21.CSMS], port=0) as csms:
        config = StationConfig(csms_url=f"ws://127.0.0.1:{csms.port}/ocpp", ca=ca)
        async with Station(config):
            await tester.seen("SecurityEventNotification")
            yield tester, csms.calls(config.identity)


@requirement("N01.FR.02", "N01.FR.25", "L01.FR.04")
@in_loops
async def test_firmware_comes_and_logs_go_over_https(tmp_path: Path) -> None:
    operator = authority(tmp_path, "operator")
    since = datetime.now(UTC) - timedelta(hours=1)
    maker, content = signer("Maker", since=since, until=since + timedelta(hours=2)), b"firmware"
    async with file_server(operator.issue("localhost")) as files:
        files.answers["GET /fw-2.0.bin"] = (200, {}, content)
        async with street(files, operator.file) as (tester, to_station):
            firmware = {
                "location": f"{files.url}/fw-2.0.bin",
                "retrieve_date_time": datetime.now(UTC),
                "install_date_time": datetime.now(UTC) + timedelta(days=1),
                "signing_certificate": maker.pem,
                "signature": maker.sign(content),
            }
            request = {"request_id": 1, "firmware": firmware}
            await to_station.update_firmware(UpdateFirmwareRequest.model_validate(request))
            steps = ["Downloading", "Downloaded", "SignatureVerified", "InstallScheduled"]
            await tester.seen("FirmwareStatusNotification", len(steps))
            told = tester.of("FirmwareStatusNotification")
            assert [each.status.value for each in told] == steps

            log = {"remote_location": f"{files.url.replace('//', '//me:secret@')}/logs/"}
            asked = {"request_id": 2, "log_type": "DiagnosticsLog", "log": log}
            answer = await to_station.get_log(GetLogRequest.model_validate(asked))
            await tester.seen("LogStatusNotification", 2)
            statuses = [each.status.value for each in tester.of("LogStatusNotification")]
            assert statuses == ["Uploading", "Uploaded"]
    upload = files.seen[-1]
    assert (upload.method, upload.path) == ("PUT", f"/logs/{answer.filename}")
    assert upload.headers["authorization"].startswith("Basic ")
    assert b"SignatureVerified" in upload.body and b"secret" not in upload.body
