"""Whatever a CSMS asks of the device model, it gets an answer that follows the schema."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import cast

from hypothesis import given
from pydantic import BaseModel
from tests.generated.published import errors
from tests.runtime.ref.station.device_model import requests
from tests.runtime.ref.station.models import TWO_EVSES, clock, model

from ocpp21 import (
    ChargingStationCalls,
    GetBaseReportRequest,
    GetReportRequest,
    GetVariablesRequest,
    GetVariablesResponse,
    NotifyReportRequest,
    NotifyReportResponse,
    SetNetworkProfileRequest,
    SetVariablesRequest,
    SetVariablesResponse,
)
from ocpp21.testing import instances
from ocppj import CallContext, Refusal
from ocppref.station.config import StationConfig
from ocppref.station.device_model import DeviceModel, values
from ocppref.station.device_model.layout import layout_of, shape_of
from ocppref.station.device_model.reports import Reports
from ocppref.station.handlers.provisioning import ProvisioningHandler
from ocppref.station.network import NetworkProfiles
from ocppref.station.store import MemoryStore

CONFIG = StationConfig(
    evses=TWO_EVSES, variables={"DeviceDataCtrlr.ItemsPerMessage[SetVariables]": "5"}
)
LAYOUT = layout_of(shape_of(CONFIG))


class Csms:
    """Takes all parts of reports."""

    def __init__(self) -> None:
        self.parts: list[NotifyReportRequest] = []

    async def notify_report(self, request: NotifyReportRequest) -> NotifyReportResponse:
        self.parts.append(request)
        return NotifyReportResponse()


class Context:
    """What a handler gets besides the request."""

    identity, message_id, action = "CS001", "1", "X"

    def __init__(self, csms: Csms) -> None:
        self.peer = csms
        self.later: list[Callable[[], Awaitable[object]]] = []

    def after_answer(self, function: Callable[[], Awaitable[object]]) -> None:
        self.later.append(function)


class Rig:
    """A handler, and what it stands on."""

    def __init__(self) -> None:
        self.store = MemoryStore()
        self.model = model(config=CONFIG, store=self.store)
        self.handler = ProvisioningHandler(
            model=self.model,
            network=NetworkProfiles(model=self.model, config=CONFIG, store=self.store),
            reports=Reports(model=self.model, clock=clock()),
        )
        self.csms = Csms()

    def ask(self, method: str, request: BaseModel) -> BaseModel | None:
        """The response, None for a CALLERROR. It follows the schema, and so does a report."""

        async def run() -> BaseModel | None:
            handle = getattr(self.handler, method)
            context = Context(self.csms)
            typed = cast("CallContext[ChargingStationCalls]", context)
            try:
                response = cast(BaseModel, await handle(request, typed))
            except Refusal as refusal:
                assert refusal.code
                return None
            for function in context.later:
                await function()
            return response

        response = asyncio.run(run())
        for message in [response, *self.csms.parts[-1:]]:  # the last is the shortest
            if message is not None:
                check(message)
        return response


def check(message: BaseModel) -> None:
    payload = json.loads(message.model_dump_json(by_alias=True, exclude_none=True))
    assert errors(type(message).__name__, payload) == set()


def consistent(model: DeviceModel) -> None:
    """Every value is one that the characteristics allow, and stays so over a power cycle."""
    for entry in LAYOUT:
        text = model.text(entry.key)
        if text:
            assert values.refuse(model.characteristics(entry), text) is None, entry.key


@given(requests.get_variables(LAYOUT))
def test_any_variables_can_be_read(request: GetVariablesRequest) -> None:
    response = Rig().ask("on_get_variables", request)
    if response is not None:
        results = cast(GetVariablesResponse, response).get_variable_result
        assert len(results) == len(request.get_variable_data)


@given(requests.set_variables(LAYOUT))
def test_any_variables_can_be_written_and_what_is_accepted_survives(
    request: SetVariablesRequest,
) -> None:
    rig = Rig()
    response = rig.ask("on_set_variables", request)
    consistent(rig.model)
    if response is not None:
        results = cast(SetVariablesResponse, response).set_variable_result
        assert len(results) == len(request.set_variable_data)
    again = model(config=CONFIG, store=rig.store)
    for entry in LAYOUT:
        for attribute in entry.definition.attributes:
            assert again.text(entry.key, attribute) == rig.model.text(entry.key, attribute)


@given(requests.get_report(LAYOUT))
def test_any_report_can_be_asked_for(request: GetReportRequest) -> None:
    rig = Rig()
    rig.ask("on_get_report", request)
    assert len({(part.request_id) for part in rig.csms.parts}) <= 1
    assert [part.seq_no for part in rig.csms.parts] == list(range(len(rig.csms.parts)))


@given(instances(GetBaseReportRequest))
def test_any_base_report_can_be_asked_for(request: GetBaseReportRequest) -> None:
    rig = Rig()
    rig.ask("on_get_base_report", request)
    assert rig.csms.parts and not rig.csms.parts[-1].tbc


@given(instances(SetNetworkProfileRequest))
def test_any_network_profile_can_be_sent(request: SetNetworkProfileRequest) -> None:
    rig = Rig()
    assert rig.ask("on_set_network_profile", request) is not None
    consistent(rig.model)
