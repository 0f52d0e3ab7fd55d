"""Logs of a whole station that the CSMS asks for, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.shelf import Shelf
from tests.runtime.ref.station.stage import Stage, stage
from tests.runtime.ref.station.tester import START, virtual_date

from ocpp21 import (
    GetLogRequest,
    GetLogResponse,
    IdTokenType,
    LogEnumType,
    LogParametersType,
    SetVariablesRequest,
)
from ocppj.testing import in_virtual_time, run_virtually
from ocppref.station.transfer import Failure

URL = "https://files.example/logs/"


@dataclass
class Archive:
    """A station, its CSMS, and where logs go."""

    stage: Stage
    shelf: Shelf
    requests: int = 0

    async def get(
        self,
        log_type: str = "DiagnosticsLog",
        oldest: datetime | None = None,
        latest: datetime | None = None,
        url: str = URL,
        **more: Any,
    ) -> GetLogResponse:
        self.requests += 1
        log = LogParametersType(
            remote_location=url, oldest_timestamp=oldest, latest_timestamp=latest
        )
        request = GetLogRequest(
            log=log, log_type=LogEnumType(log_type), request_id=self.requests, **more
        )
        return await self.stage.to_station.get_log(request)

    async def status(self, status: str, request_id: int = 1) -> Any:
        return await self.stage.tester.seen(
            "LogStatusNotification",
            where=lambda told: (told.status.value, told.request_id) == (status, request_id),
        )

    def statuses(self, request_id: int = 1) -> list[str]:
        told = self.stage.tester.of("LogStatusNotification")
        return [each.status.value for each in told if each.request_id == request_id]

    async def read(self, *what: Any, **more: Any) -> str:
        """The log that was uploaded."""
        assert (await self.get(*what, **more)).status.value == "Accepted"
        await self.status("Uploaded", self.requests)
        return self.shelf.uploaded[-1][2]


@asynccontextmanager
async def archive(variables: dict[str, str] | None = None, **more: Any) -> AsyncIterator[Archive]:
    shelf = Shelf()
    async with stage(variables, files=shelf, **more) as the:
        await the.booted()
        yield Archive(the, shelf)


@requirement("N01.FR.01", "N01.FR.02", "N01.FR.04", "N01.FR.07", "N01.FR.08", "N01.FR.09")
@in_virtual_time
async def test_diagnostics_are_uploaded() -> None:
    variables = {"SecurityCtrlr.OrganizationName": "Power & Light"}
    async with archive(variables, identity="CS|1") as at:
        answer = await at.get()
        await at.status("Uploaded")
        assert answer.status.value == "Accepted"
        assert at.statuses() == ["Uploading", "Uploaded"]
        [(url, filename, text)] = at.shelf.uploaded
        assert filename == answer.filename == "CS_1_diagnostics_20250601T120000Z.log"
        assert url == URL + filename
        assert "Power & Light" in text and "CS|1" in text
        assert 'out  [2, "' in text and '"BootNotification"' in text
        assert "connected to" in text
        assert "TxCtrlr.EVConnectionTimeOut = 60" in text
        assert "Connector@1.1.AvailabilityState = Available" in text


@requirement("N01.FR.03", "A04.FR.04")
@in_virtual_time
async def test_the_security_log_is_uploaded() -> None:
    async with archive() as at:
        await at.stage.station.power_cycle()
        await at.stage.booted(2)
        text = await at.read("SecurityLog")
        assert text.count("Z StartupOfTheDevice PowerUp") == 2
        assert "BootNotification" not in text


@requirement("N01.FR.04")
@in_virtual_time
async def test_only_what_is_asked_for_is_in_a_log() -> None:
    async with archive() as at:
        await asyncio.sleep(3600)
        await at.stage.station.power_cycle()
        await at.stage.booted(2)
        hour = timedelta(hours=1)
        for kind in ("SecurityLog", "DiagnosticsLog"):
            text = await at.read(kind, START + hour - timedelta(minutes=1))
            body = text.rpartition("\n\n")[2]
            assert "2025-06-01T13:00:0" in body and "2025-06-01T12:00:0" not in body
        text = await at.read("SecurityLog", START, START + timedelta(minutes=1))
        assert text.count("StartupOfTheDevice") == 1 and "2025-06-01T12:00:0" in text


@requirement("N01.FR.05")
@in_virtual_time
async def test_what_there_is_not_is_rejected() -> None:
    async with archive() as at:
        before = START - timedelta(days=1)
        now = virtual_date()
        for answer in (
            await at.get("DataCollectorLog"),
            await at.get("SecurityLog", latest=before),
            await at.get("DiagnosticsLog", latest=before),
            await at.get("DiagnosticsLog", now, START),
        ):
            assert answer.status.value == "Rejected" and answer.filename is None
        await asyncio.sleep(60)
        assert at.stage.tester.of("LogStatusNotification") == [] and at.shelf.tried == 0


@requirement("A01.FR.12")
@in_virtual_time
async def test_nothing_secret_is_in_a_log() -> None:
    secret = "S3cret-S3cret-S3cret"
    async with archive() as at:
        data = {
            "component": {"name": "SecurityCtrlr"},
            "variable": {"name": "BasicAuthPassword"},
            "attribute_value": secret,
        }
        await at.stage.to_station.set_variables(_set(data))
        await at.stage.station.plug(1)
        await at.stage.station.present("98761234", type="KeyCode", evse_id=1)
        await asyncio.sleep(60)
        sent = at.stage.tester.of("Authorize", "TransactionEvent")
        assert IdTokenType(id_token="98761234", type="KeyCode") in [
            each.id_token for each in sent if each.id_token
        ]
        await at.get(url=f"https://me:{secret}@files.example/")
        await at.status("Uploaded")
        for kind in ("DiagnosticsLog", "SecurityLog"):
            text = await at.read(kind)
            assert secret not in text and "98761234" not in text
        assert "ReconfigurationOfSecurityParameters SecurityCtrlr.BasicAuthPassword" in text


def _set(data: dict[str, Any]) -> Any:
    return SetVariablesRequest.model_validate({"set_variable_data": [data]})


# When it does not go well


@requirement("N01.FR.10")
@pytest.mark.parametrize(
    ("failure", "status"),
    [
        (Failure.BAD, "BadMessage"),
        (Failure.REFUSED, "PermissionDenied"),
        (Failure.UNSUPPORTED, "NotSupportedOperation"),
        (Failure.BROKEN, "UploadFailure"),
        (Failure.FAILED, "UploadFailure"),
    ],
)
def test_an_upload_fails_after_all_its_retries(failure: Failure, status: str) -> None:
    async def play() -> None:
        async with archive() as at:
            at.shelf.refusals = [failure] * 3
            await at.get(retries=2, retry_interval=50)
            await at.status(status)
            assert at.statuses() == ["Uploading", status] and at.shelf.tried == 3
            start, end = at.stage.tester.times("LogStatusNotification")
            assert end - start == pytest.approx(103, abs=1)

    run_virtually(play())


@in_virtual_time
async def test_a_retry_may_do_it() -> None:
    async with archive() as at:
        at.shelf.refusals = [Failure.FAILED]
        await at.get(retries=1, retry_interval=5)
        await at.status("Uploaded")
        assert at.statuses() == ["Uploading", "Uploaded"] and at.shelf.tried == 2


@requirement("N01.FR.30")
@in_virtual_time
async def test_a_redirect_ends_an_upload() -> None:
    async with archive() as at:
        at.shelf.refusals = [Failure.REDIRECTED]
        await at.get(retries=5)
        told = await at.status("UploadFailure")
        assert told.status_info.reason_code == "RedirectNotAllowed" and at.shelf.tried == 1


@in_virtual_time
async def test_only_the_web_is_supported() -> None:
    async with archive() as at:
        assert (await at.get(url="ftp://files.example/")).status.value == "Accepted"
        await at.status("NotSupportedOperation")
        assert at.shelf.tried == 0


@requirement("N01.FR.12", "N01.FR.20")
@in_virtual_time
async def test_a_second_request_takes_the_place_of_the_first() -> None:
    async with archive() as at:
        at.shelf.seconds = 60
        await at.get()
        await at.status("Uploading")
        answer = await at.get("SecurityLog")
        assert answer.status.value == "AcceptedCanceled" and answer.filename is not None
        await at.status("Uploaded", 2)
        assert at.statuses(1) == ["Uploading", "AcceptedCanceled"]
        await asyncio.sleep(600)
        assert [filename for _, filename, _ in at.shelf.uploaded] == [answer.filename]
        assert (await at.get()).status.value == "Accepted"


@in_virtual_time
async def test_a_power_cut_ends_an_upload_and_the_csms_hears_of_it() -> None:
    async with archive() as at:
        at.shelf.seconds = 60
        await at.get()
        await at.status("Uploading")
        await asyncio.sleep(1)
        await at.stage.station.power_cycle(5)
        await at.status("UploadFailure")
        await asyncio.sleep(600)
        assert at.statuses() == ["Uploading", "UploadFailure"] and at.shelf.uploaded == []
        await at.stage.station.power_cycle(5)
        await asyncio.sleep(60)
        assert len(at.statuses()) == 2


@requirement("N01.FR.13")
@in_virtual_time
async def test_what_a_trigger_tells() -> None:
    async with archive() as at:
        controller = at.stage.station.controller
        assert controller is not None
        logs = controller.upkeep.logs
        assert logs.status_notification().status.value == "Idle"
        at.shelf.seconds = 60
        await at.get()
        await at.status("Uploading")
        told = logs.status_notification()
        assert (told.status.value, told.request_id) == ("Uploading", 1)
        await at.status("Uploaded")
        assert logs.status_notification().request_id is None
