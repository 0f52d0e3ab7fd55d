"""How the API describes itself: OCPP's messages as schemas, and the answers of all endpoints."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field
from pydantic.json_schema import models_json_schema

import ocpp21
from ocppj import CallSpec, Side
from ocppref.csms.operations.numbers import NUMBERS

_REF = "#/components/schemas/{model}"
_INT64 = 2**63


class Problem(BaseModel):
    """What is wrong in a body, and where: a JSON pointer. `requirement` is a rule of OCPP's."""

    pointer: str
    reason: str
    requirement: str | None = None


class Refused(BaseModel):
    """Why not."""

    detail: str


class Invalid(BaseModel):
    """What is wrong."""

    detail: list[Problem]


class CallError(BaseModel):
    """A CALLERROR of the station, or why its answer is none."""

    error_code: str = Field(alias="errorCode")
    error_description: str = Field(alias="errorDescription")
    error_details: dict[str, object] = Field(alias="errorDetails")


Responses = dict[int | str, dict[str, Any]]


def _refused(description: str) -> dict[str, Any]:
    return {"model": Refused, "description": description}


GUARDED: Responses = {
    401: _refused("The bearer token is missing, or not the right one."),
    422: {"model": Invalid, "description": "The request is not valid."},
    503: _refused("The database cannot be used now, or too much waits for the station."),
}
"""What every endpoint under /api/v1 may answer. 404 and 413 are added where they can happen."""

SENDING: Responses = {
    409: _refused("The station is not connected, or the requestId is taken."),
    502: {"model": CallError | Refused, "description": "CALLERROR, or an invalid answer."},
    504: _refused("No answer in time: whether the station has done it is not known."),
}
"""What an endpoint that asks a station for something may answer besides."""


def message_body(spec: CallSpec[Any, Any]) -> dict[str, Any]:
    """The body of an endpoint, where that is a request of OCPP."""
    schema = {"$ref": _REF.format(model=spec.request_name)}
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


def message_response(spec: CallSpec[Any, Any]) -> dict[str, Any]:
    """The answer of an endpoint, where that is a response of OCPP."""
    schema = {"$ref": _REF.format(model=spec.response_name)}
    return {
        "description": "The answer of the Charging Station.",
        "content": {"application/json": {"schema": schema}},
    }


def summary_of(spec: CallSpec[Any, Any]) -> str:
    """What an Action is for, in one sentence: what stands in our table of Actions."""
    text = " ".join((spec.request.__doc__ or spec.name).split())
    return text.partition(": ")[2] or text


class Api(FastAPI):
    """An app whose description has the schemas of OCPP's messages in it."""

    def openapi(self) -> dict[str, Any]:
        """See FastAPI. Made when it is first asked for."""
        if self.openapi_schema is None:
            made = get_openapi(
                title=self.title, version=self.version, routes=self.routes, summary=self.summary
            )
            schemas = made.setdefault("components", {}).setdefault("schemas", {})
            schemas.update(_messages())
            _add_obvious(made["paths"])
            self.openapi_schema = made
        return self.openapi_schema


def _add_obvious(paths: Mapping[str, Mapping[str, Any]]) -> None:
    """What has a name may not be there, and what has a body may be too large."""
    schema = {"$ref": _REF.format(model=Refused.__name__)}
    content = {"application/json": {"schema": schema}}
    for path, operations in paths.items():
        for operation in operations.values():
            answers = operation["responses"]
            if "{" in path:
                missing = {"description": "There is no such thing.", "content": content}
                answers.setdefault("404", missing)
            if "requestBody" in operation:
                answers["413"] = {"description": "The body is too large.", "content": content}
                answers["400"] = {"description": "The body cannot be read.", "content": content}


def _messages() -> dict[str, Any]:
    """The schemas of all requests and responses that the CSMS starts."""
    specs = [
        spec
        for spec in ocpp21.ACTIONS.values()
        if isinstance(spec, CallSpec) and spec.direction.allows(Side.CSMS)
    ]
    kinds = [kind for spec in specs for kind in (spec.request, spec.response)]
    models = [(cast(type[BaseModel], kind), "validation") for kind in kinds]
    _, made = models_json_schema(cast(Any, models), ref_template=_REF)
    found: dict[str, Any] = {name: _tidied(each) for name, each in made["$defs"].items()}
    for spec in specs:
        number = NUMBERS.get(spec.name)
        if number is not None:
            found[spec.request_name]["required"].remove(number.wire)
    return found


def _tidied(schema: Any) -> Any:
    """Without what says nothing: a default of null, a title that is the name again."""
    if isinstance(schema, list):
        return [_tidied(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    tidy = {
        key: _tidied(value)
        for key, value in schema.items()
        if not (key == "default" and value is None) and not (key == "title" and _is_text(value))
    }
    if tidy.get("type") == "integer":
        tidy.setdefault("minimum", -_INT64)
        tidy.setdefault("maximum", _INT64 - 1)
    return tidy


def _is_text(value: object) -> bool:
    return isinstance(value, str)
