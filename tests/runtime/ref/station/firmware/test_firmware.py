"""Firmware updates of a whole station, in virtual time."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.station.firmware.signing import Signer, signer
from tests.runtime.ref.station.shelf import Reaction, Shelf
from tests.runtime.ref.station.stage import TOKEN, Stage, stage
from tests.runtime.ref.station.tester import START, virtual_date

from ocpp21 import (
    FirmwareType,
    GetVariablesRequest,
    SetVariablesRequest,
    UpdateFirmwareRequest,
    UpdateFirmwareResponse,
)
from ocppj.testing import in_virtual_time, run_virtually
from ocppref.station.config import ConfigError, StationConfig
from ocppref.station.station import Station
from ocppref.station.store import MemoryStore
from ocppref.station.transfer import Failure

URL = "https://files.example/station.bin"
VENDOR = signer("Manufacturer", ca=True)
SIGNER = VENDOR.issue("Firmware")
ALLOWED = {"ChargingStation.AllowNewSessionsPendingFirmwareUpdate": "true"}
TO_INSTALLED = ["Installing", "InstallRebooting", "Installed"]


def image(version: str = "2.0.0", *lines: str, body: bytes = b"code") -> bytes:
    head = ["OCPPREF-FIRMWARE 1", f"Version: {version}", *lines]
    return "\n".join(head).encode() + b"\n\n" + body


@dataclass
class Works:
    """A station, its CSMS, and the files of the manufacturer."""

    stage: Stage
    shelf: Shelf
    requests: int = field(default=0)

    async def update(
        self,
        content: Reaction | list[Reaction] | None = None,
        *,
        signed_by: Signer | None = None,
        signature: str | None = None,
        retrieve: float = 0.0,
        install: float | None = None,
        location: str = URL,
        **more: Any,
    ) -> UpdateFirmwareResponse:
        """UpdateFirmware, for what is to be fetched then and installed then, in seconds."""
        content = image() if content is None else content
        self.shelf.files[location] = content
        self.requests += 1
        if signed_by is not None and signature is None and isinstance(content, bytes):
            signature = signed_by.sign(content)
        now = virtual_date()
        firmware = FirmwareType(
            location=location,
            retrieve_date_time=now + timedelta(seconds=retrieve),
            install_date_time=None if install is None else now + timedelta(seconds=install),
            signing_certificate=None if signed_by is None else signed_by.pem,
            signature=signature,
        )
        request = UpdateFirmwareRequest(request_id=self.requests, firmware=firmware, **more)
        return await self.stage.to_station.update_firmware(request)

    async def status(self, status: str, request_id: int | None = None) -> Any:
        return await self.stage.tester.seen(
            "FirmwareStatusNotification",
            where=lambda told: told.status.value == status
            and request_id in (None, told.request_id),
        )

    def statuses(self, request_id: int = 1) -> list[str]:
        told = self.stage.tester.of("FirmwareStatusNotification")
        return [each.status.value for each in told if each.request_id == request_id]

    def events(self) -> list[str]:
        told = [each.type for each in self.stage.tester.of("SecurityEventNotification")]
        return [each for each in told if "irmware" in each]

    def boots(self) -> list[tuple[str, str | None]]:
        return [
            (each.reason.value, each.charging_station.firmware_version)
            for each in self.stage.tester.of("BootNotification")
        ]

    def connectors(self) -> list[str | None]:
        evses = self.stage.station.state()["evses"]
        return [connector["status"] for evse in evses for connector in evse["connectors"]]

    async def end_session(self, evse_id: int = 1) -> None:
        await self.stage.station.present(TOKEN, evse_id=evse_id)
        await self.stage.station.unplug(evse_id)


@asynccontextmanager
async def works(variables: dict[str, str] | None = None, **more: Any) -> AsyncIterator[Works]:
    shelf = Shelf()
    async with stage(variables, files=shelf, **more) as the:
        await the.booted()
        yield Works(the, shelf)


@requirement(
    "L01.FR.01", "L01.FR.04", "L01.FR.05", "L01.FR.10", "L01.FR.28", "L01.FR.31", "L01.FR.32"
)
@in_virtual_time
async def test_signed_firmware_is_installed_and_runs_after_a_reboot() -> None:
    async with works() as at:
        answer = await at.update(signed_by=SIGNER)
        assert answer.status.value == "Accepted"
        await at.status("Installed")
        fetched = ["Downloading", "Downloaded", "SignatureVerified"]
        assert at.statuses() == [*fetched, *TO_INSTALLED]
        assert at.boots() == [("PowerUp", "1.0.0"), ("FirmwareUpdate", "2.0.0")]
        actions = at.stage.tester.actions()
        last_boot = len(actions) - 1 - actions[::-1].index("BootNotification")
        assert actions.index("FirmwareStatusNotification", last_boot) > last_boot
        await at.stage.tester.seen("SecurityEventNotification", 3)
        assert at.events() == ["FirmwareUpdated"]
        await asyncio.sleep(5)
        assert at.connectors() == ["Available"]
        await at.stage.station.power_cycle(10)
        await at.stage.booted(3)
        assert at.boots()[-1] == ("PowerUp", "2.0.0") and at.events() == ["FirmwareUpdated"]


@requirement("L02.FR.01", "L02.FR.02", "L02.FR.06", "L02.FR.20", "L02.FR.21")
@in_virtual_time
async def test_unsigned_firmware_is_installed_without_a_check() -> None:
    async with works() as at:
        assert (await at.update(b"anything", location=URL + "-7.8.9")).status.value == "Accepted"
        await at.status("Installed")
        assert at.statuses() == ["Downloading", "Downloaded", *TO_INSTALLED]
        assert at.boots()[-1] == ("FirmwareUpdate", "7.8.9")


@in_virtual_time
async def test_firmware_may_do_without_a_reboot() -> None:
    async with works() as at:
        await at.update(image("2.5", "Reboot: none"))
        await at.status("Installed")
        assert at.statuses()[-2:] == ["Installing", "Installed"]
        assert len(at.boots()) == 1
        await asyncio.sleep(1)
        assert at.connectors() == ["Available"] and at.events() == ["FirmwareUpdated"]
        request = {
            "component": {"name": "ChargingStation"},
            "variable": {"name": "FirmwareVersion"},
        }
        asked = GetVariablesRequest.model_validate({"get_variable_data": [request]})
        report = await at.stage.to_station.get_variables(asked)
        assert report.get_variable_result[0].attribute_value == "2.5"


@requirement("L01.FR.15", "L02.FR.09")
@in_virtual_time
async def test_firmware_may_need_a_reboot_before_it_is_installed() -> None:
    async with works() as at:
        await at.update(image("2.6", "Reboot: install"))
        await at.status("Installed")
        assert at.statuses()[-3:] == ["InstallRebooting", "Installing", "Installed"]
        assert [reason for reason, _ in at.boots()] == ["PowerUp", "FirmwareUpdate"]


@requirement("L01.FR.03")
@in_virtual_time
async def test_a_wrong_signature_ends_the_update() -> None:
    async with works() as at:
        other = SIGNER.sign(b"something else")
        assert (await at.update(signed_by=SIGNER, signature=other)).status.value == "Accepted"
        await at.status("InvalidSignature")
        await at.stage.tester.seen("SecurityEventNotification", 2)
        assert at.statuses() == ["Downloading", "Downloaded", "InvalidSignature"]
        await asyncio.sleep(60)
        assert at.events() == ["InvalidFirmwareSignature"] and len(at.boots()) == 1


@requirement("L01.FR.02", "L01.FR.21", "L01.FR.22")
def test_a_certificate_is_checked_before_the_answer(tmp_path: Path) -> None:
    file = tmp_path / "manufacturer.pem"
    bad = VENDOR.issue("Bad")
    file.write_text(VENDOR.pem + VENDOR.revoke(bad))

    async def play() -> None:
        async with works(manufacturer_ca=file) as at:
            for by, status in [
                (signer("Stranger"), "InvalidCertificate"),
                (bad, "RevokedCertificate"),
                (None, "InvalidCertificate"),
                (SIGNER, "Accepted"),
            ]:
                assert (await at.update(signed_by=by)).status.value == status
            await at.status("SignatureVerified", 4)
            assert at.events() == ["InvalidFirmwareSigningCertificate"] * 3
            assert at.statuses(1) == at.statuses(2) == at.statuses(3) == []

    run_virtually(play())


@in_virtual_time
async def test_what_cannot_be_done_is_rejected() -> None:
    async with works() as at:
        answer = await at.update(location="ftp://files.example/x")
        assert answer.status.value == "Rejected" and answer.status_info is not None
        assert answer.status_info.reason_code == "InvalidURL"
        answer = await at.update(signed_by=SIGNER, signature="")
        assert answer.status.value == "Rejected"
        answer = await at.update(signature="AAAA")
        assert answer.status.value == "InvalidCertificate"
        await asyncio.sleep(10)
        assert at.stage.tester.of("FirmwareStatusNotification") == []


@in_virtual_time
async def test_unreadable_roots_are_a_mistake_of_the_configuration(tmp_path: Path) -> None:
    for file in (tmp_path / "missing.pem", tmp_path):
        with pytest.raises(ConfigError, match="manufacturer"):
            Station(StationConfig(manufacturer_ca=file))


# Download


@requirement("L01.FR.13", "L02.FR.07")
@in_virtual_time
async def test_a_download_waits_for_its_time() -> None:
    async with works() as at:
        await at.update(retrieve=600)
        await at.status("DownloadScheduled")
        await asyncio.sleep(590)
        assert at.shelf.fetched == []
        await at.status("Installed")
        assert at.statuses()[:2] == ["DownloadScheduled", "Downloading"]


@requirement("L01.FR.30", "L02.FR.19")
@in_virtual_time
async def test_a_download_is_tried_again_as_often_as_was_asked() -> None:
    async with works() as at:
        failed = Failure.FAILED
        await at.update([failed] * 3, retries=2, retry_interval=40)
        await at.status("DownloadFailed")
        assert at.statuses() == ["Downloading"] * 3 + ["DownloadFailed"]
        times = [time for _, time in at.shelf.fetched]
        assert [later - earlier for earlier, later in pairwise(times)] == [pytest.approx(41)] * 2
        await at.update([failed], retries=0)
        await at.status("DownloadFailed", 2)
        assert len(at.shelf.fetched) == 4
        await at.update([failed, image()], retries=1, retry_interval=0)
        await at.status("Installed", 3)


@requirement("L01.FR.14", "L02.FR.08")
@in_virtual_time
async def test_a_broken_download_pauses() -> None:
    async with works() as at:
        await at.update([Failure.BROKEN, image()], retries=1, retry_interval=5)
        await at.status("Downloaded")
        assert at.statuses()[:3] == ["Downloading", "DownloadPaused", "Downloading"]


# Installation


@requirement("L01.FR.16", "L02.FR.10")
@in_virtual_time
async def test_an_installation_waits_for_its_time() -> None:
    async with works() as at:
        await at.update(install=3600)
        await at.status("InstallScheduled")
        assert at.connectors() == ["Available"]
        await asyncio.sleep(3500)
        assert "Installing" not in at.statuses()
        await at.status("Installed")
        assert at.stage.tester.times("FirmwareStatusNotification")[-1] > 3600


@requirement("L01.FR.06", "L01.FR.07", "L01.FR.33", "L01.FR.34", "L02.FR.03", "L02.FR.04")
@requirement("L02.FR.22", "L02.FR.23")
@in_virtual_time
async def test_an_installation_waits_for_transactions_and_keeps_others_away() -> None:
    async with works(evses=3) as at:
        await at.stage.charge(1)
        await at.stage.charge(2)
        await at.update()
        await at.status("InstallScheduled")
        await asyncio.sleep(3600)
        assert at.connectors() == ["Occupied", "Occupied", "Unavailable"]
        await at.end_session(2)
        await asyncio.sleep(600)
        assert at.connectors() == ["Occupied", "Unavailable", "Unavailable"]
        assert at.statuses()[-1] == "InstallScheduled"
        await at.end_session(1)
        await at.status("Installing")
        assert at.connectors() == ["Unavailable"] * 3
        await at.status("Installed")
        await asyncio.sleep(1)
        assert at.connectors() == ["Available"] * 3
        ends = [event for event, _ in at.stage.events() if event == "Ended"]
        assert len(ends) == 2


@requirement("L01.FR.07")
@in_virtual_time
async def test_new_sessions_may_be_allowed_meanwhile() -> None:
    async with works(ALLOWED, evses=2) as at:
        await at.stage.charge(1)
        await at.update()
        await at.status("InstallScheduled")
        await asyncio.sleep(10)
        assert at.connectors() == ["Occupied", "Available"]
        await at.stage.charge(2)
        await at.end_session(1)
        await asyncio.sleep(60)
        assert at.statuses()[-1] == "InstallScheduled"
        # The CSMS has enough of it: from now on whoever is free stays free.
        component, variable = next(iter(ALLOWED)).split(".")
        data = {
            "component": {"name": component},
            "variable": {"name": variable},
            "attribute_value": "false",
        }
        request = SetVariablesRequest.model_validate({"set_variable_data": [data]})
        await at.stage.to_station.set_variables(request)
        await asyncio.sleep(1)
        assert at.connectors() == ["Unavailable", "Occupied"]
        await at.end_session(2)
        await at.status("Installed")


@requirement("L01.FR.29")
@pytest.mark.parametrize(
    "content",
    [image("3", "Model: Another"), image("3", f"SHA-256: {hashlib.sha256().hexdigest()}")],
)
def test_firmware_that_does_not_fit_is_not_installed(content: bytes) -> None:
    async def play() -> None:
        async with works() as at:
            await at.update(content, signed_by=SIGNER)
            await at.status("InstallVerificationFailed")
            await asyncio.sleep(60)
            assert at.statuses()[-1] == "InstallVerificationFailed"
            assert at.boots() == [("PowerUp", "1.0.0")] and at.connectors() == ["Available"]

    run_virtually(play())


@in_virtual_time
async def test_a_reboot_that_fails_leaves_the_old_firmware() -> None:
    async with works() as at:
        at.stage.station.jam_reset(2)
        await at.update()
        await at.status("InstallationFailed")
        assert at.statuses()[-3:] == ["Installing", "InstallRebooting", "InstallationFailed"]
        await asyncio.sleep(1)
        assert at.connectors() == ["Available"]
        await at.stage.station.power_cycle()
        await at.stage.booted(2)
        assert at.boots()[-1] == ("PowerUp", "1.0.0")


# Another update


@requirement("L01.FR.24", "L02.FR.15")
@pytest.mark.parametrize(
    ("moment", "over"),
    [("Downloading", "DownloadFailed"), ("InstallScheduled", "InstallationFailed")],
)
def test_a_new_update_takes_the_place_of_the_old_one(moment: str, over: str) -> None:
    async def play() -> None:
        async with works() as at:
            at.shelf.seconds = 30
            await at.update(image("2.0"), install=600)
            await at.status(moment)
            answer = await at.update(image("3.0"), location=URL + "?another")
            assert answer.status.value == "AcceptedCanceled"
            await at.status("Installed", 2)
            assert at.statuses(1)[-1] == over and "Installed" not in at.statuses(1)
            await asyncio.sleep(3600)
            assert at.boots() == [("PowerUp", "1.0.0"), ("FirmwareUpdate", "3.0")]

    run_virtually(play())


@requirement("L01.FR.24")
@in_virtual_time
async def test_an_update_that_waits_for_transactions_gives_way_and_lets_go() -> None:
    async with works(evses=2) as at:
        await at.stage.charge(1)
        await at.update()
        await at.status("InstallScheduled")
        await asyncio.sleep(1)
        assert at.connectors() == ["Occupied", "Unavailable"]
        await at.update(image("3.0"), retrieve=600)
        await asyncio.sleep(1)
        assert at.connectors() == ["Occupied", "Available"]


@requirement("L01.FR.27", "L02.FR.18")
@in_virtual_time
async def test_nothing_holds_up_the_last_reboot() -> None:
    async with works() as at:
        await at.update()
        await at.status("InstallRebooting")
        answer = await at.update(image("3.0"))
        assert answer.status.value == "Rejected" and answer.status_info is not None
        assert answer.status_info.reason_code == "FwUpdateInProgress"
        await at.status("Installed", 1)


# What survives


@pytest.mark.parametrize(
    "moment",
    [
        "DownloadScheduled",
        "Downloading",
        "Downloaded",
        "InstallScheduled",
        "Installing",
        "InstallRebooting",
    ],
)
def test_an_update_goes_on_after_a_power_cut(moment: str) -> None:
    async def play() -> None:
        async with works(store=MemoryStore()) as at:
            at.shelf.seconds = 20
            await at.update(signed_by=SIGNER, retrieve=60, install=600)
            await at.status(moment)
            await at.stage.station.power_cycle(5)
            await at.status("Installed")
            assert at.statuses().count("Installed") == 1
            await asyncio.sleep(600)
            assert at.boots()[-1][1] == "2.0.0" and at.events() == ["FirmwareUpdated"]
            assert at.statuses().count("Installed") == 1
            assert at.connectors() == ["Available"]

    run_virtually(play())


@in_virtual_time
async def test_what_became_of_it_offline_is_told_afterwards() -> None:
    async with works() as at:
        at.shelf.seconds = 60
        await at.update([Failure.FAILED, Failure.BROKEN, Failure.FAILED], retries=2)
        await at.status("Downloading")
        await asyncio.sleep(1)
        await at.stage.station.go_offline()
        await asyncio.sleep(600)
        assert at.statuses() == ["Downloading"]
        await at.stage.station.go_online()
        await at.status("DownloadFailed")
        await asyncio.sleep(60)
        assert at.statuses() == ["Downloading", "DownloadFailed"]


@in_virtual_time
async def test_with_queue_all_messages_each_step_is_told_afterwards() -> None:
    async with works({"OCPPCommCtrlr.QueueAllMessages": "true"}) as at:
        at.shelf.seconds = 60
        await at.update(image("2", "Reboot: none"), install=120)
        await at.status("Downloading")
        await asyncio.sleep(1)
        await at.stage.station.go_offline()
        await asyncio.sleep(300)
        await at.stage.station.go_online()
        await at.status("Installed")
        steps = ["Downloaded", "InstallScheduled", "Installing", "Installed"]
        assert at.statuses() == ["Downloading", *steps]


@requirement("L01.FR.25", "L01.FR.26", "L02.FR.16", "L02.FR.17", "L01.FR.20", "L02.FR.14")
@in_virtual_time
async def test_what_a_trigger_tells() -> None:
    async with works() as at:
        assert _triggered(at) == ("Idle", None)
        await at.update(retrieve=60)
        await at.status("DownloadScheduled")
        assert _triggered(at) == ("DownloadScheduled", 1)
        await at.status("Installed")
        assert _triggered(at) == ("Idle", None)
        await at.update(Failure.FAILED, retries=0)
        await at.status("DownloadFailed")
        await at.stage.station.power_cycle()
        await at.stage.booted(3)
        assert _triggered(at) == ("DownloadFailed", 2)


def _triggered(at: Works) -> tuple[str, int | None]:
    controller = at.stage.station.controller
    assert controller is not None
    told = controller.upkeep.firmware.status_notification()
    return told.status.value, told.request_id


def test_the_date_of_the_certificates_is_that_of_the_tests() -> None:
    assert SIGNER.certificate.not_valid_before_utc < START
