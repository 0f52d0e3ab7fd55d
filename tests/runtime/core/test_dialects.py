"""The versions of OCPP-J."""

from __future__ import annotations

import pytest

from ocppj.core.dialects import DIALECTS, OCPP_1_6, OCPP_2_0_1, OCPP_2_1, Dialect
from ocppj.core.frames import MessageType
from ocppj.errors import ErrorCode


def test_a_dialect_is_found_by_its_subprotocol_the_newest_first() -> None:
    assert list(DIALECTS.items()) == [
        ("ocpp2.1", OCPP_2_1),
        ("ocpp2.0.1", OCPP_2_0_1),
        ("ocpp1.6", OCPP_1_6),
    ]


def test_only_2_1_speaks_send_and_callresulterror() -> None:
    new = {MessageType.SEND, MessageType.CALLRESULTERROR}
    for kind in MessageType:
        assert OCPP_2_1.speaks(kind)
        assert OCPP_2_0_1.speaks(kind) is (kind not in new)
        assert OCPP_1_6.speaks(kind) is (kind not in new)


@pytest.mark.parametrize("dialect", [OCPP_2_1, OCPP_2_0_1])
@pytest.mark.parametrize("code", ErrorCode)
def test_2_x_spells_the_codes_as_they_are(dialect: Dialect, code: ErrorCode) -> None:
    assert dialect.spell(code) == code.value


# The codes of OCPP-J 1.6, table 7.
CODES_1_6 = {
    "NotImplemented",
    "NotSupported",
    "InternalError",
    "ProtocolError",
    "SecurityError",
    "FormationViolation",
    "PropertyConstraintViolation",
    "OccurenceConstraintViolation",
    "TypeConstraintViolation",
    "GenericError",
}


def test_1_6_gets_only_codes_that_it_has() -> None:
    assert {OCPP_1_6.spell(code) for code in ErrorCode} == CODES_1_6


@pytest.mark.parametrize(
    ("code", "spelt"),
    [
        ("FormatViolation", "FormationViolation"),
        ("FormationViolation", "FormationViolation"),
        ("OccurrenceConstraintViolation", "OccurenceConstraintViolation"),
        ("RpcFrameworkError", "FormationViolation"),
        ("MessageTypeNotSupported", "GenericError"),
        ("SecurityError", "SecurityError"),
        ("com.example.OutOfCoffee", "com.example.OutOfCoffee"),
    ],
)
def test_1_6_has_spellings_of_its_own(code: str, spelt: str) -> None:
    assert OCPP_1_6.spell(code) == spelt


def test_a_code_in_the_spelling_of_1_6_is_put_right_for_2_x() -> None:
    assert OCPP_2_1.spell("FormationViolation") == "FormatViolation"
