"""Actions that the CSMS starts, sent straight through."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, cast

from fastapi import APIRouter, Body, HTTPException, Query
from pydantic import BaseModel, ValidationError

import ocpp21
from ocppj import CallSpec, Side
from ocppref.csms.api.lookup import Identity, find_station
from ocppref.csms.api.problems import InvalidError, problems_of
from ocppref.csms.api.views import View
from ocppref.csms.operations.commands import Message
from ocppref.csms.parts import Parts

_Spec = CallSpec[Message, Message]


def make_router(parts: Parts) -> APIRouter:
    """The endpoints."""
    router = APIRouter(tags=["actions"])

    @router.post("/stations/{identity}/actions/{action}")
    async def send_action(
        identity: Identity,
        action: str,
        payload: Annotated[dict[str, object], Body()],
        timeout: Annotated[float | None, Query(gt=0, le=600)] = None,  # noqa: ASYNC109
    ) -> View:
        """Send a request to a Charging Station; the answer is its response.

        Numbers that the CSMS gives may be left out: requestId, remoteStartId, the id of a
        reservation, the versionNumber of a local list.
        """
        spec = _spec_of(action)
        name = (await find_station(parts, identity)).identity
        numbered = await parts.commands.number(name, action, payload)
        request = _read(spec, numbered)
        response = await parts.commands.send(name, spec, request, timeout)
        return cast(View, json.loads(response.write_json()))

    return router


def _spec_of(action: str) -> _Spec:
    spec = ocpp21.ACTIONS.get(action)
    if not isinstance(spec, CallSpec) or not spec.direction.allows(Side.CSMS):
        raise HTTPException(404, "there is no such Action that a CSMS starts")
    return cast(_Spec, spec)


def _read(spec: _Spec, payload: Mapping[str, object]) -> Message:
    kind = cast("type[ocpp21.HeartbeatRequest]", spec.request)
    assert issubclass(kind, BaseModel)
    try:
        return kind.read_json(json.dumps(payload))
    except ValidationError as error:
        raise InvalidError(problems_of(error)) from None
