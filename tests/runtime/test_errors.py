"""The tree of exceptions, and the error codes."""

from __future__ import annotations

import copy
import pickle

import pytest

from ocppj import errors
from ocppj.core.dialects import OCPP_1_6
from ocppj.errors import (
    ErrorCode,
    OCPPBusyError,
    OCPPCallError,
    OCPPConnectionError,
    OCPPError,
    OCPPTimeoutError,
    OCPPUsageError,
    OCPPValidationError,
    Refusal,
)


def test_everything_that_is_raised_is_an_ocpp_error() -> None:
    raised = [
        thing
        for thing in vars(errors).values()
        if isinstance(thing, type) and issubclass(thing, Exception)
    ]
    assert len(raised) == 9
    assert all(issubclass(kind, OCPPError) for kind in raised)


def test_the_builtin_errors_catch_theirs() -> None:
    assert issubclass(OCPPTimeoutError, TimeoutError)
    assert issubclass(OCPPConnectionError, ConnectionError)


def test_what_a_peer_said_what_a_handler_says_and_what_is_a_bug_are_kept_apart() -> None:
    kinds = (OCPPCallError, Refusal, OCPPUsageError, OCPPValidationError, OCPPBusyError)
    for kind in kinds:
        assert not any(issubclass(kind, other) for other in kinds if other is not kind)


@pytest.mark.parametrize("kind", [OCPPCallError, Refusal])
def test_the_fields_of_a_callerror(kind: type[OCPPCallError | Refusal]) -> None:
    error = kind("NotSupported", "no such thing", {"a": 1})
    assert error.code is ErrorCode.NOT_SUPPORTED
    assert error.description == "no such thing"
    assert error.details == {"a": 1}
    assert str(error) == "NotSupported: no such thing"
    assert error.args == ("NotSupported", "no such thing", {"a": 1})


@pytest.mark.parametrize("kind", [OCPPCallError, Refusal])
def test_a_code_is_enough(kind: type[OCPPCallError | Refusal]) -> None:
    error = kind("com.example.Odd")
    assert (error.code, error.description, error.details) == ("com.example.Odd", "", {})
    assert str(error) == "com.example.Odd"


def test_details_are_those_of_the_moment() -> None:
    details: dict[str, object] = {"a": 1}
    error = Refusal(ErrorCode.SECURITY_ERROR, details=details)
    details["a"] = 2
    assert error.details == {"a": 1}


@pytest.mark.parametrize(
    ("pointer", "text"),
    [
        ("/evse/id", "TypeConstraintViolation at /evse/id: not an integer"),
        ("", "TypeConstraintViolation: not an integer"),
    ],
)
def test_a_validation_error_names_the_field(pointer: str, text: str) -> None:
    error = OCPPValidationError(ErrorCode.TYPE_CONSTRAINT_VIOLATION, "not an integer", pointer)
    assert str(error) == text
    assert (error.code, error.reason, error.pointer) == (
        ErrorCode.TYPE_CONSTRAINT_VIOLATION,
        "not an integer",
        pointer,
    )
    assert error.args == (error.code, error.reason, pointer)


@pytest.mark.parametrize(
    "error",
    [
        OCPPCallError("NotSupported", "no", {"a": 1}),
        Refusal("com.example.Odd"),
        OCPPValidationError(ErrorCode.FORMAT_VIOLATION, "no", "/a"),
        OCPPTimeoutError("Reset: no answer"),
    ],
)
def test_errors_survive_copy_and_pickle(error: OCPPError) -> None:
    for twin in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert vars(twin) == vars(error)


@pytest.mark.parametrize("code", ErrorCode)
def test_a_code_is_read_in_either_spelling(code: ErrorCode) -> None:
    assert ErrorCode.read(code.value) is code
    spelt = OCPP_1_6.spell(code)
    read = ErrorCode.read(spelt)
    assert isinstance(read, ErrorCode)
    assert OCPP_1_6.spell(read) == spelt


def test_a_code_that_does_not_exist_stays_text() -> None:
    assert ErrorCode.read("formatviolation") == "formatviolation"
    assert not isinstance(ErrorCode.read("formatviolation"), ErrorCode)


def test_the_codes_are_those_of_part_4() -> None:
    assert sorted(ErrorCode) == [
        "FormatViolation",
        "GenericError",
        "InternalError",
        "MessageTypeNotSupported",
        "NotImplemented",
        "NotSupported",
        "OccurrenceConstraintViolation",
        "PropertyConstraintViolation",
        "ProtocolError",
        "RpcFrameworkError",
        "SecurityError",
        "TypeConstraintViolation",
    ]


def test_a_validation_error_is_about_the_whole_payload_unless_it_says_where() -> None:
    assert OCPPValidationError(ErrorCode.FORMAT_VIOLATION, "no object").pointer == ""
