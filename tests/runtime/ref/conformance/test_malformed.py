"""What is no proper CALL is refused with the error code for it, and the connection lives on."""

from __future__ import annotations

import asyncio
import json

import pytest
from tests.runtime.ref.conformance.scenes import cell

from ocppj.testing import in_virtual_time

_REPORT = '"GetBaseReport",{"requestId":1,"reportBase":"FullInventory"}'

_WRONG: dict[str, tuple[str, str, set[str]]] = {
    "no JSON": ("[2,", "-1", {"RpcFrameworkError", "FormatViolation"}),
    "no list": ('{"a":1}', "-1", {"RpcFrameworkError", "FormatViolation", "ProtocolError"}),
    "empty": ("[]", "-1", {"RpcFrameworkError", "FormatViolation", "ProtocolError"}),
    "no id": ('[2,1,"ClearCache",{}]', "-1", {"RpcFrameworkError", "ProtocolError"}),
    "no payload": ('[2,"a","ClearCache"]', "a", {"RpcFrameworkError", "ProtocolError"}),
    "no Action": ('[2,"a","Nothing",{}]', "a", {"NotImplemented"}),
    "wrong case": ('[2,"a","clearCache",{}]', "a", {"NotImplemented"}),
    "of a station": ('[2,"a","Heartbeat",{}]', "a", {"NotImplemented", "NotSupported"}),
    "payload is a list": ('[2,"a","ClearCache",[]]', "a", {"FormatViolation", "ProtocolError"}),
    "missing field": (
        '[2,"a","GetBaseReport",{"requestId":1}]',
        "a",
        {"OccurrenceConstraintViolation", "ProtocolError", "FormatViolation"},
    ),
    "unknown field": (
        '[2,"a","ClearCache",{"more":1}]',
        "a",
        {"FormatViolation", "OccurrenceConstraintViolation", "PropertyConstraintViolation"},
    ),
    "wrong type": (
        '[2,"a","GetBaseReport",{"requestId":"1","reportBase":"FullInventory"}]',
        "a",
        {"TypeConstraintViolation", "FormatViolation"},
    ),
    "unknown value": (
        '[2,"a","GetBaseReport",{"requestId":1,"reportBase":"All"}]',
        "a",
        {"PropertyConstraintViolation", "FormatViolation", "TypeConstraintViolation"},
    ),
    "null": (
        '[2,"a","GetBaseReport",{"requestId":1,"reportBase":"FullInventory","customData":null}]',
        "a",
        {"TypeConstraintViolation", "FormatViolation", "OccurrenceConstraintViolation"},
    ),
    "too many items": (
        '[2,"a","GetVariables",{"getVariableData":[]}]',
        "a",
        {"OccurrenceConstraintViolation", "FormatViolation"},
    ),
}


@pytest.mark.parametrize("name", _WRONG)
@in_virtual_time
async def test_it_is_refused(name: str) -> None:
    text, message_id, codes = _WRONG[name]
    async with cell() as place:
        await place.csms.seen("NotifyEvent")
        place.csms.say(text)
        frame = await place.csms.answer(message_id)
        assert frame[0] == 4 and frame[2] in codes, frame
        assert (await place.csms.call("GetLocalListVersion", {}))[0] == 3
        assert place.csms.connections == 1


@pytest.mark.parametrize(
    "text",
    [
        '[3,"nobody asked",{}]',
        '[4,"nobody asked","InternalError","",{}]',
        '[5,"nobody asked","InternalError","",{}]',
        '[6,"a","NotifyPeriodicEventStream",{}]',
        '[9,"a","ClearCache",{}]',
    ],
)
@in_virtual_time
async def test_it_is_not_answered_at_all(text: str) -> None:
    async with cell() as place:
        await place.csms.seen("NotifyEvent")
        await asyncio.sleep(1)
        before = len(place.judge.frames)
        place.csms.say(text)
        await asyncio.sleep(5)
        assert len(place.judge.frames) == before
        assert (await place.csms.call("GetLocalListVersion", {}))[0] == 3


@in_virtual_time
async def test_the_same_call_twice_is_answered_twice() -> None:
    async with cell() as place:
        await place.csms.seen("NotifyEvent")
        for _ in range(2):
            place.csms.say(f'[2,"the same",{_REPORT}]')
            assert (await place.csms.answer("the same"))[0] == 3


@in_virtual_time
async def test_answers_of_the_csms_that_are_bad_do_no_harm() -> None:
    async with cell() as place:
        place.csms.answers["Heartbeat"] = lambda _: {"currentTime": 5}
        place.csms.answers["Authorize"] = lambda _: {"idTokenInfo": {}}
        place.csms.answers["TransactionEvent"] = lambda _: {"idTokenInfo": {"status": "?"}}
        await place.csms.seen("NotifyEvent")
        await place.station.plug(1)
        await place.station.present("04A1B2", evse_id=1)
        await asyncio.sleep(1000)
        errors = [json.loads(each) for each in place.judge.frames if each.startswith("[5")]
        assert len(errors) >= 2
        assert place.station.state()["online"] and place.csms.connections == 1
