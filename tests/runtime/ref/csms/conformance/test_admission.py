"""Conformance: who gets in, and what may be said before a boot is accepted."""

from __future__ import annotations

from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.csms.conformance.tester import NOW, Payload, Refused, joined
from tests.runtime.ref.csms.running import PASSWORD, Served, csms_at, in_loop
from websockets.exceptions import InvalidStatus

NEW = "another good password"


async def _is_let_in(served: Served, **how: Any) -> bool:
    try:
        async with joined(served, booted=False, **how):
            return True
    except InvalidStatus as error:
        assert error.response.status_code in (401, 404)
        return False


@requirement("A00.FR.204", "A00.FR.206", "B01.FR.01")
@in_loop
async def test_only_the_right_password_of_a_known_station_lets_it_in(database_url: str) -> None:
    async with csms_at(database_url) as served:
        await served.add_station("CS001")
        await served.add_station("CS002", password=NEW)
        assert await _is_let_in(served)
        assert not await _is_let_in(served, password="wrong wrong wrong!")
        assert not await _is_let_in(served, password=None)
        assert not await _is_let_in(served, user="CS002", password=NEW)
        assert not await _is_let_in(served, user="CS002")
        assert not await _is_let_in(served, identity="CS003")


@requirement("A01.FR.02", "A01.FR.03", "A01.FR.04")
@pytest.mark.parametrize("status", ["Accepted", "Rejected"])
@in_loop
async def test_a_password_changes_once_the_station_has_taken_it(
    sqlite_url: str, status: str
) -> None:
    def answer(request: Payload) -> Payload:
        [data] = request["setVariableData"]
        assert data.pop("attributeValue") == NEW
        return {"setVariableResult": [{**data, "attributeStatus": status}]}

    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with joined(served, answers={"SetVariables": answer}):
            done = await served.http.put("/stations/CS001", json={"password": NEW})
            assert done.is_success is (status == "Accepted")
        assert await _is_let_in(served, password=NEW) is (status == "Accepted")
        assert await _is_let_in(served, password=PASSWORD) is (status == "Rejected")


@requirement("B02.FR.01", "B02.FR.09", "B03.FR.07", "B01.FR.10")
@pytest.mark.parametrize("registration", ["Pending", "Rejected"])
@in_loop
async def test_nothing_is_taken_before_the_boot_is_accepted(
    database_url: str, registration: str
) -> None:
    async with csms_at(database_url) as served:
        await served.add_station(registration=registration)
        async with joined(served, booted=False) as station:
            for _ in range(2):
                with pytest.raises(Refused, match="SecurityError"):
                    await station.call("Heartbeat", {})
                with pytest.raises(Refused, match="SecurityError"):
                    await station.event("Started", 0)
                boot = await station.boot()
                assert boot["status"] == registration and boot["interval"] > 0
            assert await served.get("/transactions") == []
            await served.put("/stations/CS001", {"registration": "Accepted"})
            assert (await station.boot())["status"] == "Accepted"
            assert "currentTime" in await station.call("Heartbeat", {})
        async with joined(served, booted=False) as again:  # no new boot after a reconnect
            await again.call("Heartbeat", {})


@requirement("B02.FR.02", "F06.FR.05")
@in_loop
async def test_a_pending_station_may_send_what_it_is_triggered_to(sqlite_url: str) -> None:
    accepted = {"TriggerMessage": {"status": "Accepted"}}
    async with csms_at(sqlite_url) as served:
        await served.add_station(registration="Pending")
        async with joined(served, booted=False, answers=accepted) as station:
            await station.boot()
            trigger = {"requestedMessage": "Heartbeat"}
            answer = await served.post("/stations/CS001/actions/TriggerMessage", trigger)
            assert answer.json()["status"] == "Accepted"
            await station.call("Heartbeat", {})


@requirement("B03.FR.03")
@in_loop
async def test_a_rejected_station_is_sent_nothing(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station(registration="Rejected")
        async with joined(served, booted=False) as station:
            await station.boot()
            trigger = {"requestedMessage": "Heartbeat"}
            answer = await served.post("/stations/CS001/actions/TriggerMessage", trigger)
            assert answer.status_code == 409
            with pytest.raises(Refused, match="SecurityError"):
                await station.call("Heartbeat", {})
            assert station.asked == []


@pytest.mark.parametrize(
    ("action", "payload", "code"),
    [
        ("Nonsense", {}, "NotImplemented"),
        ("Reset", {"type": "Immediate"}, "NotSupported"),
        ("StatusNotification", {"evseId": 1}, "OccurrenceConstraintViolation"),
        ("Heartbeat", {"nothing": 1}, "FormatViolation"),
    ],
)
@in_loop
async def test_what_is_no_proper_message_gets_the_error_that_says_so(
    sqlite_url: str, action: str, payload: Payload, code: str
) -> None:
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with joined(served) as station:
            with pytest.raises(Refused) as refused:
                await station.call(action, payload, checked=False)
            assert refused.value.code == code
            event = {"type": "SettingSystemTime", "timestamp": NOW}
            assert await station.call("SecurityEventNotification", event) == {}
