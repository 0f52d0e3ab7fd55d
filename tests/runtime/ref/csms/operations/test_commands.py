"""What an operator sends, and what is known afterwards."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.requirements import requirement
from tests.runtime.ref.csms.running import PASSWORD, Served, boot, csms_at, in_loop
from tests.runtime.ref.csms.station_side import StationSide, report_part

from ocpp21.actions import BOOT_NOTIFICATION
from ocppj import ErrorCode, OCPPConnectionError
from ocppref.csms.domain.passwords import verify_password
from ocppref.csms.storage import stations

ACTIONS = "/stations/CS001/actions"
NEW = "another good password"


def _set(password: str) -> dict[str, Any]:
    return {
        "setVariableData": [
            {
                "component": {"name": "SecurityCtrlr"},
                "variable": {"name": "BasicAuthPassword"},
                "attributeValue": password,
            }
        ]
    }


def _result(status: str) -> dict[str, Any]:
    result = {
        "attributeStatus": status,
        "component": {"name": "SecurityCtrlr"},
        "variable": {"name": "BasicAuthPassword"},
    }
    return {"setVariableResult": [result]}


async def _is_good(served: Served, password: str) -> bool:
    found = await served.service.parts.store.read(lambda c: stations.find(c, "CS001"))
    assert found is not None
    hashes = (found.password_hash, found.next_password_hash)
    return any(verify_password(password, each) for each in hashes if each is not None)


@requirement("A01.FR.02", "A01.FR.03", "A01.FR.04")
@pytest.mark.parametrize("through", ["actions", "provisioning"])
@pytest.mark.parametrize(
    ("answer", "status", "old", "new"),
    [
        (_result("Accepted"), 200, False, True),
        (_result("Rejected"), 409, True, False),
        (_result("RebootRequired"), 409, True, False),
        (ErrorCode.INTERNAL_ERROR, 502, True, False),
    ],
)
@in_loop
async def test_the_old_password_is_refused_only_once_the_new_one_is_accepted(
    sqlite_url: str, through: str, answer: Any, status: int, old: bool, new: bool
) -> None:
    side = StationSide(SetVariables=answer)
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with served.station(handlers=side):
            if through == "actions":
                done = await served.post(f"{ACTIONS}/SetVariables", _set(NEW))
                assert done.status_code == (200 if isinstance(answer, dict) else status)
            else:
                done = await served.http.put("/stations/CS001", json={"password": NEW})
                assert done.status_code == status
            asked = side.requests("SetVariables")[0].set_variable_data[0]
            assert asked.attribute_value == NEW
            assert await _is_good(served, PASSWORD) is old
            assert await _is_good(served, NEW) is new
            assert NEW not in done.text
            assert NEW not in str(await served.get("/stations/CS001/messages"))


@in_loop
async def test_a_password_whose_fate_is_unknown_leaves_both_good(sqlite_url: str) -> None:
    hold = asyncio.Event()

    class Silent:
        async def on_set_variables(self, request: Any, context: Any) -> Any:
            hold.set()
            await asyncio.Event().wait()

    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with served.station(handlers=Silent()):
            waiting = asyncio.create_task(served.post(f"{ACTIONS}/SetVariables", _set(NEW)))
            await hold.wait()
        assert (await waiting).status_code == 409
        assert await _is_good(served, PASSWORD) and await _is_good(served, NEW)
        async with served.station(password=NEW):
            assert not await _is_good(served, PASSWORD)


@in_loop
async def test_variables_that_were_set_or_read_are_known(database_url: str) -> None:
    def results(request: Any) -> dict[str, Any]:
        taken = [
            {
                "attributeStatus": "Rejected" if each.variable.name == "No" else "Accepted",
                "component": {"name": each.component.name},
                "variable": {"name": each.variable.name},
            }
            for each in request.set_variable_data
        ]
        return {"setVariableResult": taken}

    side = StationSide(SetVariables=results, GetBaseReport={"status": "Accepted"})
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side) as station:
            number = (await side.came("GetBaseReport")).request_id
            for seq_no, name in enumerate(("Yes", "No")):
                await station.calls.notify_report(
                    report_part(number, seq_no, name, tbc=name == "Yes")
                )
            data = [
                {
                    "component": {"name": "Test"},
                    "variable": {"name": name},
                    "attributeValue": "new",
                }
                for name in ("Yes", "No")
            ]
            answer = await served.post(f"{ACTIONS}/SetVariables", {"setVariableData": data})
            assert answer.status_code == 200
            known = {
                each["variable"]["name"]: each["variableAttribute"][0]["value"]
                for each in await served.get("/stations/CS001/variables")
            }
            assert known == {"Yes": "new", "No": "1"}


@in_loop
async def test_numbers_go_on_after_a_restart_and_around_those_of_others(database_url: str) -> None:
    side = StationSide(
        GetLog={"status": "Accepted"},
        RequestStartTransaction={"status": "Accepted"},
        SendLocalList={"status": "Accepted"},
        GetBaseReport={"status": "Accepted"},
    )
    body = {"logType": "SecurityLog", "log": {"remoteLocation": "http://x"}}
    start = {"idToken": {"idToken": "A", "type": "Central"}}
    for given in (None, 41, None):
        async with csms_at(database_url) as served:
            await served.add_station()
            async with served.station(handlers=side, booted=given is None):
                extra = {} if given is None else {"requestId": given}
                assert (await served.post(f"{ACTIONS}/GetLog", {**body, **extra})).is_success
                await served.post(f"{ACTIONS}/RequestStartTransaction", start)
                await served.post(f"{ACTIONS}/SendLocalList", {"updateType": "Full"})
                if given is not None:
                    again = await served.post(f"{ACTIONS}/GetLog", {**body, **extra})
                    assert again.status_code == 409
    numbers = [each.request_id for each in side.requests("GetLog")]
    assert numbers[1] == 41 and numbers[2] > 41 and len(set(numbers)) == 3
    assert [e.remote_start_id for e in side.requests("RequestStartTransaction")] == [1, 2, 3]
    assert [e.version_number for e in side.requests("SendLocalList")] == [1, 2, 3]


@pytest.mark.parametrize(
    ("answer", "end"),
    [
        ({"status": "Rejected"}, ("failed", "Rejected")),
        ({"status": "EmptyResultSet"}, ("succeeded", "EmptyResultSet")),
        ({"status": "Accepted"}, ("running", "Accepted")),
        (ErrorCode.NOT_IMPLEMENTED, ("failed", "NotImplemented")),
    ],
)
@in_loop
async def test_a_job_begins_as_the_station_answers(
    sqlite_url: str, answer: Any, end: tuple[str, str]
) -> None:
    side = StationSide(GetReport=answer)
    async with csms_at(sqlite_url) as served:
        await served.add_station()
        async with served.station(handlers=side):
            await served.post(f"{ACTIONS}/GetReport", {"requestId": 77})
            job = await served.get("/jobs/77")
            assert (job["status"], job["detail"]) == end


@in_loop
async def test_reservations_and_messages_are_known_once_they_are_accepted(
    database_url: str,
) -> None:
    side = StationSide(
        ReserveNow=lambda r: {"status": "Occupied" if r.evse_id == 2 else "Accepted"},
        CancelReservation={"status": "Accepted"},
        SetDisplayMessage={"status": "Accepted"},
        ClearDisplayMessage={"status": "Accepted"},
    )
    async with csms_at(database_url) as served:
        await served.add_station()
        async with served.station(handlers=side):
            for evse in (1, 2):
                body = {
                    "evseId": evse,
                    "expiryDateTime": "2030-01-01T00:00:00Z",
                    "idToken": {"idToken": "ABCD", "type": "ISO14443"},
                }
                await served.post(f"{ACTIONS}/ReserveNow", body)
            held = await served.get("/stations/CS001/reservations")
            assert [(each["evseId"], each["status"]) for each in held] == [(1, "Active")]
            await served.post(f"{ACTIONS}/CancelReservation", {"reservationId": held[0]["id"]})
            [ended] = await served.get("/stations/CS001/reservations")
            assert ended["status"] == "Canceled"
            message = {
                "id": 3,
                "priority": "AlwaysFront",
                "message": {"format": "UTF8", "content": "x"},
            }
            await served.post(f"{ACTIONS}/SetDisplayMessage", {"message": message})
            assert await served.get("/stations/CS001/display-messages") == [message]
            await served.post(f"{ACTIONS}/ClearDisplayMessage", {"id": 3})
            assert await served.get("/stations/CS001/display-messages") == []


@in_loop
async def test_a_station_that_is_gone_is_told_as_such(sqlite_url: str) -> None:
    async with csms_at(sqlite_url) as served:
        with pytest.raises(OCPPConnectionError, match="CS001 is not connected"):
            await served.service.parts.outgoing.call("CS001", BOOT_NOTIFICATION, boot())
