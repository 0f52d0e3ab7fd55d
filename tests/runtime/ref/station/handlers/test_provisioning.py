"""The device model over a connection."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from tests.generated.published import errors
from tests.requirements import requirement
from tests.runtime.ref.station.models import clock, component, model

import ocpp21
from ocpp21 import (
    ChargingStationCalls,
    ComponentCriterionEnumType,
    ComponentType,
    ComponentVariableType,
    CsmsCalls,
    GetBaseReportRequest,
    GetReportRequest,
    GetVariableDataType,
    GetVariablesRequest,
    NotifyReportRequest,
    NotifyReportResponse,
    ReportBaseEnumType,
    SetNetworkProfileRequest,
    SetVariableDataType,
    SetVariablesRequest,
    VariableType,
)
from ocppj import CallContext, ErrorCode, Observer, OCPPCallError, Refusal
from ocppj.testing import Faults, Link, in_virtual_time, linked
from ocppref.station.config import StationConfig
from ocppref.station.device_model import DeviceModel, variables
from ocppref.station.device_model.handles import Handle
from ocppref.station.device_model.keys import key_of
from ocppref.station.device_model.reports import Reports
from ocppref.station.handlers.provisioning import ProvisioningHandler
from ocppref.station.network import NetworkProfiles
from ocppref.station.store import MemoryStore

FULL = ReportBaseEnumType.FULL_INVENTORY
ITEMS = "DeviceDataCtrlr.ItemsPerMessage"
BYTES = "DeviceDataCtrlr.BytesPerMessage"
OCCURRENCE = ErrorCode.OCCURRENCE_CONSTRAINT_VIOLATION
FORMAT = ErrorCode.FORMAT_VIOLATION


class Clerk(ocpp21.CsmsHandler):
    """A CSMS that collects the parts of reports."""

    def __init__(self) -> None:
        self.parts: list[NotifyReportRequest] = []
        self.refuses = False

    async def on_notify_report(
        self, request: NotifyReportRequest, context: CallContext[CsmsCalls]
    ) -> NotifyReportResponse:
        self.parts.append(request)
        if self.refuses:
            raise Refusal(ErrorCode.INTERNAL_ERROR, "no more of that")
        return NotifyReportResponse()


class Frames(Observer):
    """Every frame that the station sends."""

    def __init__(self) -> None:
        self.sent: list[str] = []

    def frame_out(self, link: object, text: str) -> None:
        self.sent.append(text)


@dataclass
class Lab:
    """A CSMS, a station, and what passed between them."""

    clerk: Clerk
    link: Link[CsmsCalls, ChargingStationCalls]
    frames: Frames
    model: DeviceModel

    @property
    def csms(self) -> CsmsCalls:
        return self.link.to_station

    async def report(self, base: ReportBaseEnumType = FULL, request_id: int = 7) -> str:
        """The status of GetBaseReport; its parts have come when this returns."""
        request = GetBaseReportRequest(request_id=request_id, report_base=base)
        response = await self.csms.get_base_report(request)
        await asyncio.sleep(60)
        return response.status.value

    def told(self) -> list[str]:
        """The names in all parts."""
        return [
            str(key_of(data.component, data.variable))
            for part in self.clerk.parts
            for data in part.report_data or ()
        ]


@asynccontextmanager
async def lab(said: Mapping[str, str] | None = None) -> AsyncIterator[Lab]:
    config, store, clerk, frames = (
        StationConfig(variables=said or {}),
        MemoryStore(),
        Clerk(),
        Frames(),
    )
    here = model(config=config, store=store)
    handler = ProvisioningHandler(
        model=here,
        network=NetworkProfiles(model=here, config=config, store=store),
        reports=Reports(model=here, clock=clock()),
    )
    both = (ocpp21.CSMS, ocpp21.CHARGING_STATION)
    async with linked(clerk, handler, bindings=both, station={"observers": [frames]}) as link:
        yield Lab(clerk, link, frames, here)


def wanted(*handles: Handle[Any]) -> list[GetVariableDataType]:
    return [
        GetVariableDataType(component=component(h.key), variable=h.key.variable_type())
        for h in handles
    ]


def changes(**values: str) -> list[SetVariableDataType]:
    return [
        SetVariableDataType(
            component=ComponentType(name="TxCtrlr"),
            variable=VariableType(name=name),
            attribute_value=text,
        )
        for name, text in values.items()
    ]


@requirement("B06.FR.01", "B06.FR.02")
@in_virtual_time
async def test_each_variable_that_is_read_has_its_answer() -> None:
    async with lab() as here:
        data = wanted(variables.TX_START_POINT, variables.EVSE_POWER, variables.DATE_TIME)
        response = await here.csms.get_variables(GetVariablesRequest(get_variable_data=data))
        results = response.get_variable_result
        assert [each.attribute_status.value for each in results] == [
            "Accepted",
            "UnknownComponent",
            "Accepted",
        ]
        assert [each.variable for each in results] == [each.variable for each in data]
        assert results[2].attribute_value == "2025-06-01T12:00:00.000Z"


@requirement("B05.FR.01", "B05.FR.02")
@in_virtual_time
async def test_each_variable_that_is_set_has_its_answer() -> None:
    async with lab() as here:
        data = changes(EVConnectionTimeOut="17", TxStartPoint="Nonsense", Nonsense="1")
        response = await here.csms.set_variables(SetVariablesRequest(set_variable_data=data))
        assert [each.attribute_status.value for each in response.set_variable_result] == [
            "Accepted",
            "Rejected",
            "UnknownVariable",
        ]
        assert here.model[variables.EV_CONNECTION_TIME_OUT] == 17


class TestReports:
    @requirement("B07.FR.01", "B07.FR.12")
    @pytest.mark.parametrize("base", list(ReportBaseEnumType))
    def test_every_base_report_comes_after_its_answer(self, base: ReportBaseEnumType) -> None:
        @in_virtual_time
        async def run() -> None:
            async with lab() as here:
                assert await here.report(base) == "Accepted"
                actions = [json.loads(text)[:3] for text in here.frames.sent]
                assert actions[0][0] == 3  # the answer
                assert {frame[2] for frame in actions[1:]} == {"NotifyReport"}
                assert here.told() == [
                    str(key_of(data.component, data.variable)) for data in here.model.report(base)
                ]

        run()

    @requirement("B07.FR.04", "B07.FR.10")
    @in_virtual_time
    async def test_it_is_split_by_items(self) -> None:
        async with lab({f"{ITEMS}[GetReport]": "7"}) as here:
            assert await here.report(request_id=-12) == "Accepted"
            parts = here.clerk.parts
            assert [part.seq_no for part in parts] == list(range(len(parts)))
            assert {part.request_id for part in parts} == {-12}
            assert [part.tbc for part in parts] == [True] * (len(parts) - 1) + [False]
            assert {len(part.report_data or ()) for part in parts[:-1]} == {7}
            assert len(here.told()) == len(set(here.told())) == len(here.model.layout.by_key)

    @requirement("B07.FR.03")
    @pytest.mark.parametrize("size", [1500, 5000, 32000])
    def test_no_frame_is_longer_than_it_may_be_and_none_shorter_than_needed(
        self, size: int
    ) -> None:
        @in_virtual_time
        async def run() -> None:
            said = {f"{BYTES}[GetReport]": str(size), f"{ITEMS}[GetReport]": "1000"}
            async with lab(said) as here:
                await here.report(request_id=-(2**31))
                frames = [len(text.encode()) for text in here.frames.sent[1:]]
                longest = max(
                    len(data.model_dump_json(by_alias=True, exclude_none=True))
                    for data in here.model.report(FULL)
                )
                assert max(frames) <= size
                assert min(frames[:-1]) > size - longest - 30
                assert len(here.told()) == len(here.model.layout.by_key)

        run()

    @in_virtual_time
    async def test_every_part_is_valid_by_its_schema(self) -> None:
        async with lab() as here:
            for base in ReportBaseEnumType:
                await here.report(base)
            payloads = [json.loads(text)[3] for text in here.frames.sent if text[1] == "2"]
            assert payloads
            for payload in payloads:
                assert errors("NotifyReportRequest", payload) == set()

    @requirement("B08.FR.01", "B08.FR.11")
    @in_virtual_time
    async def test_a_custom_report(self) -> None:
        async with lab() as here:
            line = ComponentVariableType(component=ComponentType(name="ReservationCtrlr"))
            request = GetReportRequest(request_id=1, component_variable=[line])
            response = await here.csms.get_report(request)
            await asyncio.sleep(60)
            assert response.status.value == "Accepted"
            assert len(here.told()) == 3

    @requirement("B08.FR.15")
    @in_virtual_time
    async def test_a_custom_report_that_would_be_empty(self) -> None:
        async with lab() as here:
            problems = [ComponentCriterionEnumType.PROBLEM]
            request = GetReportRequest(request_id=1, component_criteria=problems)
            response = await here.csms.get_report(request)
            await asyncio.sleep(60)
            assert response.status.value == "EmptyResultSet"
            assert here.clerk.parts == []

    @requirement("B07.FR.13", "B08.FR.16")
    @in_virtual_time
    async def test_one_report_under_way_has_its_number_for_itself(self) -> None:
        async with lab({f"{ITEMS}[GetReport]": "1"}) as here:
            here.link.network.faults = Faults(latency=1)
            base = GetBaseReportRequest(request_id=7, report_base=FULL)
            custom = GetReportRequest(request_id=7)
            assert (await here.csms.get_base_report(base)).status.value == "Accepted"
            again, other = await here.csms.get_base_report(base), await here.csms.get_report(custom)
            for response in (again, other):
                assert response.status.value == "Rejected"
                assert response.status_info is not None
                assert response.status_info.reason_code == "DuplicateRequestId"
            await asyncio.sleep(3600)
            assert (await here.csms.get_base_report(base)).status.value == "Accepted"

    @requirement("B07.FR.13")
    @in_virtual_time
    async def test_too_many_reports_at_once_are_too_many(self) -> None:
        async with lab({f"{ITEMS}[GetReport]": "1"}) as here:
            here.link.network.faults = Faults(latency=1)
            answers = [
                await here.csms.get_base_report(
                    GetBaseReportRequest(request_id=number, report_base=FULL)
                )
                for number in range(6)
            ]
            assert [each.status.value for each in answers] == ["Accepted"] * 4 + ["Rejected"] * 2

    @in_virtual_time
    async def test_a_csms_that_does_not_want_the_rest_does_not_get_it(self) -> None:
        async with lab({f"{ITEMS}[GetReport]": "1"}) as here:
            here.clerk.refuses = True
            assert await here.report() == "Accepted"
            assert len(here.clerk.parts) == 1
            here.clerk.refuses = False
            assert await here.report() == "Accepted"
            assert len(here.clerk.parts) == 1 + len(here.model.layout.by_key)


class TestLimits:
    """What is longer than the station has promised to take."""

    @staticmethod
    async def code(call: Awaitable[object]) -> ErrorCode | str:
        with pytest.raises(OCPPCallError) as caught:
            await call
        return caught.value.code

    @requirement("B06.FR.16", "B06.FR.17")
    @in_virtual_time
    async def test_get_variables(self) -> None:
        said = {f"{ITEMS}[GetVariables]": "2", f"{BYTES}[GetVariables]": "1000"}
        async with lab(said) as here:
            one, long = wanted(variables.TX_START_POINT)[0], VariableType(name="x" * 50)
            await here.csms.get_variables(GetVariablesRequest(get_variable_data=[one, one]))
            many = GetVariablesRequest(get_variable_data=[one, one, one])
            assert await self.code(here.csms.get_variables(many)) is OCCURRENCE
            custom = ocpp21.CustomDataType.read_json(
                json.dumps({"vendorId": "x", "text": "y" * 1000})
            )
            big = one.model_copy(update={"variable": long, "custom_data": custom})
            message = GetVariablesRequest(get_variable_data=[big])
            assert await self.code(here.csms.get_variables(message)) is FORMAT

    @in_virtual_time
    async def test_set_variables_are_all_refused_or_none(self) -> None:
        said = {f"{ITEMS}[SetVariables]": "1", f"{BYTES}[SetVariables]": "1000"}
        async with lab(said) as here:
            two = changes(EVConnectionTimeOut="17", MaxEnergyOnInvalidId="1")
            many = SetVariablesRequest(set_variable_data=two)
            assert await self.code(here.csms.set_variables(many)) is OCCURRENCE
            long = SetVariablesRequest(set_variable_data=changes(TxStartPoint="x" * 1000))
            assert await self.code(here.csms.set_variables(long)) is FORMAT
            assert here.model[variables.EV_CONNECTION_TIME_OUT] == 60

    @requirement("B08.FR.17", "B08.FR.18")
    @in_virtual_time
    async def test_get_report(self) -> None:
        said = {f"{ITEMS}[GetReport]": "2", f"{BYTES}[GetReport]": "1000"}
        async with lab(said) as here:
            line = ComponentVariableType(component=ComponentType(name="TxCtrlr"))
            many = GetReportRequest(request_id=1, component_variable=[line, line, line])
            assert await self.code(here.csms.get_report(many)) is OCCURRENCE
            custom = ocpp21.CustomDataType.read_json(
                json.dumps({"vendorId": "x", "text": "y" * 1000})
            )
            long = GetReportRequest(request_id=1, component_variable=[line], custom_data=custom)
            assert await self.code(here.csms.get_report(long)) is FORMAT


@requirement("B09.FR.01")
@in_virtual_time
async def test_a_network_profile_is_stored() -> None:
    async with lab() as here:
        data = ocpp21.NetworkConnectionProfileType(
            ocpp_interface=ocpp21.OCPPInterfaceEnumType.ANY,
            ocpp_transport=ocpp21.OCPPTransportEnumType.JSON,
            message_timeout=20,
            ocpp_csms_url="ws://two.example/ocpp",
            security_profile=0,
        )
        request = SetNetworkProfileRequest(configuration_slot=1, connection_data=data)
        assert (await here.csms.set_network_profile(request)).status.value == "Accepted"
        url = variables.OCPP_CSMS_URL.at(component_instance="1")
        assert here.model[url] == "ws://two.example/ocpp"
