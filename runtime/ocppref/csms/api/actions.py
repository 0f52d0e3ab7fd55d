"""Actions that the CSMS starts, sent straight through: an endpoint for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, cast

from fastapi import APIRouter, HTTPException, Query, Request, Response

import ocpp21
from ocppj import CallSpec, Side
from ocppref.csms.api.lookup import Identity, find_station
from ocppref.csms.api.openapi import SENDING, message_body, message_response, summary_of
from ocppref.csms.api.payloads import read_message, read_object
from ocppref.csms.domain.splitting import Message
from ocppref.csms.operations.numbers import NUMBERS
from ocppref.csms.parts import Parts

Spec = CallSpec[Message, Message]
Timeout = Annotated[
    float | None, Query(gt=0, le=600, description="Seconds to wait for the answer of the station.")
]

_PATH = "/stations/{identity}/actions"
_NUMBER_NOTE = "`{}` may be left out: the CSMS then gives a number that it never gave before."


def make_router(parts: Parts) -> APIRouter:
    """The endpoints."""
    router = APIRouter(tags=["actions"])
    for spec in specs():
        _add(router, parts, spec)

    @router.post(f"{_PATH}/{{action}}", include_in_schema=False)
    async def refuse_action(identity: str, action: str) -> None:
        raise HTTPException(404, "there is no such Action that a CSMS starts")

    return router


def specs() -> Iterator[Spec]:
    """The Actions that a CSMS may start, by name."""
    for _, spec in sorted(ocpp21.ACTIONS.items()):
        if isinstance(spec, CallSpec) and spec.direction.allows(Side.CSMS):
            yield cast(Spec, spec)


def _add(router: APIRouter, parts: Parts, spec: Spec) -> None:
    async def send_action(
        identity: Identity,
        request: Request,
        timeout: Timeout = None,  # noqa: ASYNC109 - it ends the CALL, not only the waiting
    ) -> Response:
        name = (await find_station(parts, identity)).identity
        message, numbered = _read(spec, await request.body())
        answer = await parts.commands.send(name, spec, message, timeout, numbered=numbered)
        return Response(answer.write_json(), media_type="application/json")

    number = NUMBERS.get(spec.name)
    router.add_api_route(
        f"{_PATH}/{spec.name}",
        send_action,
        methods=["POST"],
        operation_id=f"send_{spec.method}",
        summary=summary_of(spec),
        description="" if number is None else _NUMBER_NOTE.format(number.wire),
        tags=[spec.block],
        responses={200: message_response(spec), **SENDING},
        openapi_extra=message_body(spec),
    )


def _read(spec: Spec, body: bytes) -> tuple[Message, bool]:
    """The request of a body, and whether it has the number that it needs."""
    payload = read_object(body)
    number = NUMBERS.get(spec.name)
    if number is None or number.wire in payload:
        return read_message(spec.request, payload), True
    return read_message(spec.request, {**payload, number.wire: 1}), False
