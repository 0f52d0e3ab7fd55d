"""Security events, and the password, of a whole station in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.certificates import authority
from tests.runtime.ref.station.models import NOW
from tests.runtime.ref.station.stage import Stage, stage
from tests.runtime.ref.station.tester import Tester, boot_answer, virtual_date

import ocpp21
from ocpp21 import SetVariablesRequest
from ocppj import Credentials, Csms, Ignored, SecurityProfile, Trouble, passwords
from ocppj.testing import Network, in_virtual_time
from ocppref.station.config import StationConfig
from ocppref.station.security import LoggedEvent, SecurityEvent, SecurityLog
from ocppref.station.station import Station
from ocppref.station.store import MemoryStore

OLD, NEW = "the old password of it", "the new password of it"
QUICK = {
    "OCPPCommCtrlr.RetryBackOffWaitMinimum": "5",
    "OCPPCommCtrlr.RetryBackOffRandomRange": "0",
    "OCPPCommCtrlr.RetryBackOffRepeatTimes": "0",
}


def told(tester: Tester) -> list[str]:
    return [each.type for each in tester.of("SecurityEventNotification")]


def logged(station: Station) -> list[str]:
    controller = station.controller
    assert controller is not None
    return [f"{each.type} {each.info}".rstrip() for each in controller.upkeep.security.log]


def report(the: Stage, event: SecurityEvent, info: str = "") -> None:
    controller = the.station.controller
    assert controller is not None
    controller.upkeep.security.report(event, info)


# Events


@requirement("A04.FR.01", "A04.FR.04")
@in_virtual_time
async def test_a_boot_is_an_event_and_comes_after_its_answer() -> None:
    async with stage() as the:
        the.tester.answers["BootNotification"] = boot_answer("Pending", 60)
        await asyncio.sleep(30)
        assert told(the.tester) == []
        del the.tester.answers["BootNotification"]
        [boot] = [await the.tester.seen("SecurityEventNotification")]
        assert (boot.type, boot.tech_info) == ("StartupOfTheDevice", "PowerUp")
        assert boot.timestamp < virtual_date()
        request = ocpp21.ResetRequest.model_validate({"type": "Immediate"})
        await the.to_station.reset(request)
        await the.tester.seen("SecurityEventNotification", 2)
        assert told(the.tester) == ["StartupOfTheDevice", "ResetOrReboot"]
        assert logged(the.station) == ["StartupOfTheDevice PowerUp", "ResetOrReboot RemoteReset"]


@requirement("A04.FR.02")
@in_virtual_time
async def test_what_is_critical_survives_until_it_is_delivered() -> None:
    async with stage(QUICK) as the:
        await the.booted()
        await the.station.go_offline()
        report(the, SecurityEvent.INVALID_FIRMWARE_SIGNATURE, "one")
        report(the, SecurityEvent.FAILED_TO_AUTHENTICATE_AT_CSMS, "two")
        await the.station.power_cycle(10)
        await asyncio.sleep(3600)
        assert told(the.tester) == ["StartupOfTheDevice"]
        await the.station.go_online()
        await the.tester.seen("SecurityEventNotification", 3)
        await asyncio.sleep(60)
        assert told(the.tester)[1:] == ["InvalidFirmwareSignature", "StartupOfTheDevice"]
        assert "FailedToAuthenticateAtCsms two" in logged(the.station)


@in_virtual_time
async def test_what_is_long_is_cut() -> None:
    async with stage() as the:
        await the.booted()
        report(the, SecurityEvent.INVALID_CSMS_CERTIFICATE, "x" * 300)
        assert len((await the.tester.seen("SecurityEventNotification", 2)).tech_info) == 255


@in_virtual_time
async def test_a_clock_that_is_moved_is_an_event() -> None:
    async with stage() as the:
        later = NOW.replace(year=2030)
        the.tester.answers["BootNotification"] = boot_answer("Accepted", now=lambda: later)
        event = await the.tester.seen(
            "SecurityEventNotification", where=lambda told: told.type == "SettingSystemTime"
        )
        assert event.timestamp.year == 2030 and "2025-06-01" in event.tech_info
    async with stage() as the:
        near = NOW.replace(second=10)
        the.tester.answers["BootNotification"] = boot_answer("Accepted", now=lambda: near)
        await the.booted()
        assert told(the.tester) == ["StartupOfTheDevice"]


@in_virtual_time
async def test_a_frame_that_is_no_ocpp_is_logged() -> None:
    async with stage() as the:
        await the.booted()
        controller = the.station.controller
        assert controller is not None
        link: Any = None
        controller.core.watch.ignored(link, Ignored(Trouble.NOT_JSON, None, None, "[nonsense"))
        await asyncio.sleep(1)
        assert any(each.startswith("InvalidMessages") for each in logged(the.station))
        assert told(the.tester) == ["StartupOfTheDevice"]


@requirement("A04.FR.04")
def test_the_log_rolls_and_survives() -> None:
    store = MemoryStore()
    log = SecurityLog(store=store, capacity=5)
    for number in range(8):
        log.add(LoggedEvent(NOW, "ResetOrReboot", str(number)))
    assert [each.info for each in log] == ["3", "4", "5", "6", "7"]
    again = SecurityLog(store=store, capacity=5)
    again.add(LoggedEvent(NOW, "ResetOrReboot", "8"))
    assert [each.info for each in again] == ["4", "5", "6", "7", "8"]
    assert next(iter(again)).at == NOW


@in_virtual_time
async def test_certificates_are_counted(tmp_path: Path) -> None:
    one, two = authority(tmp_path, "one"), authority(tmp_path, "two")
    both = tmp_path / "both.pem"
    both.write_bytes(one.file.read_bytes() + two.file.read_bytes())
    async with stage(ca=both, manufacturer_ca=one.file) as the:
        await the.booted()
        data = {"component": {"name": "SecurityCtrlr"}, "variable": {"name": "CertificateEntries"}}
        asked = {"get_variable_data": [data]}
        answer = await the.to_station.get_variables(
            ocpp21.GetVariablesRequest.model_validate(asked)
        )
        assert answer.get_variable_result[0].attribute_value == "3"


# The password


@dataclass
class Door:
    """A CSMS that wants a password."""

    station: Station
    tester: Tester
    csms: Csms[ocpp21.CsmsCalls]
    known: dict[str, str]
    shown: list[str | None] = field(default_factory=list)

    async def set_password(self, text: str) -> str:
        data = {
            "component": {"name": "SecurityCtrlr"},
            "variable": {"name": "BasicAuthPassword"},
            "attribute_value": text,
        }
        request = SetVariablesRequest.model_validate({"set_variable_data": [data]})
        answer = await self.csms.calls("CS001").set_variables(request)
        return answer.set_variable_result[0].attribute_status.value


@asynccontextmanager
async def door() -> AsyncIterator[Door]:
    tester, known, shown = Tester(), {"CS001": OLD}, list[str | None]()
    check = passwords(known)

    def authenticate(credentials: Credentials) -> object:
        shown.append(credentials.password)
        return check(credentials)

    config = StationConfig(password=OLD, security_profile=SecurityProfile.BASIC, variables=QUICK)
    csms = Csms(
        tester,
        bindings=[ocpp21.CSMS],
        profile=SecurityProfile.BASIC,
        authenticate=authenticate,  # type: ignore[arg-type]
    )
    async with csms:
        network = Network(csms.protocol)
        async with Station(config, connector=network.connect, wall=virtual_date, seed=1) as station:
            await tester.seen("BootNotification")
            await asyncio.sleep(0.5)
            yield Door(station, tester, csms, known, shown)


@requirement("A01.FR.01", "A01.FR.02", "A01.FR.11", "A01.FR.12")
@in_virtual_time
async def test_the_station_comes_back_with_the_new_password() -> None:
    async with door() as at:
        assert await at.set_password(NEW) == "Accepted"
        at.known["CS001"] = NEW  # A01.FR.03
        await asyncio.sleep(10)
        assert at.shown == [OLD, NEW] and at.station.state()["online"]
        assert len(at.tester.of("BootNotification")) == 1
        await at.station.power_cycle()
        await at.tester.seen("BootNotification", 2)
        assert at.shown == [OLD, NEW, NEW]
        log = logged(at.station)
        assert any(each.startswith("ReconfigurationOfSecurityParameters") for each in log)
        assert not any(OLD in each or NEW in each for each in log)


@requirement("A01.FR.04")
@pytest.mark.parametrize("text", ["too short", "x" * 15, "x" * 65])
@in_virtual_time
async def test_a_bad_password_is_refused_and_the_old_one_stays(text: str) -> None:
    async with door() as at:
        assert await at.set_password(text) == "Rejected"
        await asyncio.sleep(60)
        assert at.shown == [OLD] and at.station.state()["online"]
        await at.station.power_cycle()
        await at.tester.seen("BootNotification", 2)
        assert at.shown == [OLD, OLD]


@in_virtual_time
async def test_credentials_that_are_refused_are_logged_once_in_a_row() -> None:
    async with door() as at:
        at.known["CS001"] = "somebody else's password"
        await at.set_password(NEW)
        await asyncio.sleep(300)
        log = logged(at.station)
        assert sum("FailedToAuthenticateAtCsms" in each for each in log) == 1
        at.known["CS001"] = NEW
        await asyncio.sleep(300)
        assert at.station.state()["online"] and told(at.tester) == ["StartupOfTheDevice"]


@in_virtual_time
async def test_without_a_password_in_use_nothing_is_cut() -> None:
    async with stage() as the:
        await the.booted()
        first = the.csms.connections["CS001"]
        data = {
            "component": {"name": "SecurityCtrlr"},
            "variable": {"name": "BasicAuthPassword"},
            "attribute_value": NEW,
        }
        request = SetVariablesRequest.model_validate({"set_variable_data": [data]})
        await the.to_station.set_variables(request)
        await asyncio.sleep(60)
        assert the.csms.connections["CS001"] is first
