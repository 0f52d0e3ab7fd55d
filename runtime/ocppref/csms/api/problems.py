"""What goes wrong, as an answer of HTTP."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.requests import ClientDisconnect
from starlette.routing import Match, Route

from ocppj import (
    OCPPBusyError,
    OCPPCallError,
    OCPPConnectionError,
    OCPPTimeoutError,
    OCPPValidationError,
)
from ocppref.csms.errors import StorageError, UnstorableError
from ocppref.csms.operations.commands import JobExistsError, PreconditionError


class InvalidError(Exception):
    """A body is not what it should be: `problems` has a pointer and a reason for each."""

    def __init__(self, problems: list[dict[str, str]]) -> None:
        super().__init__(problems)
        self.problems = problems


def problems_of(error: ValidationError | RequestValidationError) -> list[dict[str, str]]:
    """Where a body is wrong, as JSON pointers, and why. Never what stands there."""
    return [
        {"pointer": _pointer(each["loc"]), "reason": each["msg"].removeprefix("Value error, ")}
        for each in error.errors()
    ]


def _pointer(place: Sequence[int | str]) -> str:
    parts = place[1:] if place[:1] == ("body",) else place
    return "".join(f"/{part}" for part in parts)


def add_problem_handlers(app: FastAPI) -> None:
    """Answer with the right status, and tell nothing that is not the client's business."""

    def add(kind: type[Exception], status: int) -> None:
        async def answer(_: Request, error: Exception) -> JSONResponse:
            return JSONResponse({"detail": str(error)}, status)

        app.add_exception_handler(kind, answer)

    add(OCPPConnectionError, 409)
    add(JobExistsError, 409)
    add(OCPPBusyError, 503)
    add(OCPPTimeoutError, 504)

    async def not_allowed(request: Request, _: Exception) -> JSONResponse:
        # Starlette names the methods of one route only, where others have the same path.
        methods = {
            method
            for route in app.routes
            if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE
            for method in route.methods or ()
        }
        headers = {"Allow": ", ".join(sorted(methods))}
        return JSONResponse({"detail": "Method Not Allowed"}, 405, headers)

    app.add_exception_handler(405, not_allowed)
    app.add_exception_handler(ClientDisconnect, _hung_up)
    app.add_exception_handler(OCPPCallError, _call_error)
    app.add_exception_handler(OCPPValidationError, _bad_answer)
    app.add_exception_handler(StorageError, _no_storage)
    app.add_exception_handler(UnstorableError, _unstorable)
    app.add_exception_handler(PreconditionError, _precondition)
    app.add_exception_handler(InvalidError, _invalid)
    app.add_exception_handler(RequestValidationError, _invalid_request)


async def _hung_up(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": "the body did not come to its end"}, 400)  # to nobody


async def _call_error(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, OCPPCallError)
    body = {
        "errorCode": str(error.code),
        "errorDescription": error.description,
        "errorDetails": dict(error.details),
    }
    return JSONResponse(body, 502)


async def _bad_answer(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, OCPPValidationError)
    return JSONResponse({"detail": f"the station's answer is not valid: {error}"}, 502)


async def _no_storage(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": "the database cannot be used"}, 503)


async def _unstorable(_: Request, error: Exception) -> JSONResponse:
    return JSONResponse({"detail": [{"pointer": "", "reason": str(error)}]}, 422)


async def _precondition(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, PreconditionError)
    return JSONResponse({"detail": [each._asdict() for each in error.problems]}, 422)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, InvalidError)
    return JSONResponse({"detail": error.problems}, 422)


async def _invalid_request(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return JSONResponse({"detail": problems_of(error)}, 422)
