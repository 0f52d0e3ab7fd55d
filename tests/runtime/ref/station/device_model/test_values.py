"""Which texts are values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocpp21 import DataEnumType
from ocppref.station.device_model.definitions import Characteristics
from ocppref.station.device_model.values import (
    canonical,
    format_date_time,
    format_number,
    refuse,
    split,
)

INTEGER = Characteristics(DataEnumType.INTEGER)
DECIMAL = Characteristics(DataEnumType.DECIMAL)
BOOLEAN = Characteristics(DataEnumType.BOOLEAN)
STRING = Characteristics(DataEnumType.STRING, maximum=4)
DATE_TIME = Characteristics(DataEnumType.DATE_TIME)
OPTION = Characteristics(DataEnumType.OPTION_LIST, values=("A", "B"))
MEMBERS = Characteristics(DataEnumType.MEMBER_LIST, values=("A", "B", "C"), maximum=3)
SEQUENCE = Characteristics(DataEnumType.SEQUENCE_LIST, values=("0", "1"))


def reason(characteristics: Characteristics, text: str) -> str | None:
    refusal = refuse(characteristics, text)
    return None if refusal is None else refusal.reason_code


@pytest.mark.parametrize(
    ("characteristics", "text"),
    [
        (INTEGER, "0"),
        (INTEGER, "-12"),
        (INTEGER, "2147483647"),
        (INTEGER, "-2147483648"),
        (DECIMAL, "0"),
        (DECIMAL, "-0.5"),
        (DECIMAL, "12.345678"),
        (BOOLEAN, "true"),
        (BOOLEAN, "false"),
        (STRING, ""),
        (STRING, "Ωß漢字"),
        (DATE_TIME, "2025-06-01T12:00:00Z"),
        (DATE_TIME, "2025-06-01t12:00:00.123+02:00"),
        (OPTION, "A"),
        (MEMBERS, ""),
        (MEMBERS, "B,A"),
        (MEMBERS, "C"),
        (SEQUENCE, "1,0"),
    ],
)
def test_values(characteristics: Characteristics, text: str) -> None:
    assert reason(characteristics, text) is None


@pytest.mark.parametrize(
    ("characteristics", "text"),
    [
        (INTEGER, ""),
        (INTEGER, "01"),
        (INTEGER, "+1"),
        (INTEGER, "-0"),
        (INTEGER, "1.0"),
        (INTEGER, " 1"),
        (INTEGER, "1\n"),
        (INTEGER, "\u0661"),
        (INTEGER, "99999999999"),
        (DECIMAL, "1.1234567"),
        (DECIMAL, "1e3"),
        (DECIMAL, ".5"),
        (DECIMAL, "1."),
        (DECIMAL, "nan"),
        (BOOLEAN, "True"),
        (BOOLEAN, "1"),
        (DATE_TIME, "2025-06-01"),
        (DATE_TIME, "2025-06-01T12:00:00"),
        (DATE_TIME, "2025-06-01T12:00:00.1234Z"),
        (DATE_TIME, "2025-13-01T12:00:00Z"),
        (OPTION, "C"),
        (OPTION, ""),
        (OPTION, "A,B"),
        (OPTION, "a"),
        (MEMBERS, "A,D"),
        (MEMBERS, "A,"),
        (MEMBERS, "A,A"),
        (SEQUENCE, "0 1"),
    ],
)
def test_texts_in_another_form(characteristics: Characteristics, text: str) -> None:
    assert reason(characteristics, text) == "InvalidValue"


@pytest.mark.parametrize(
    ("characteristics", "text", "code"),
    [
        (INTEGER, "2147483648", "ValueOutOfRange"),
        (INTEGER, "-2147483649", "ValueOutOfRange"),
        (Characteristics(DataEnumType.INTEGER, minimum=1), "0", "ValueOutOfRange"),
        (Characteristics(DataEnumType.INTEGER, maximum=5), "6", "ValueOutOfRange"),
        (Characteristics(DataEnumType.DECIMAL, maximum=5.5), "5.51", "ValueOutOfRange"),
        (STRING, "12345", "TooLargeElement"),
        (MEMBERS, "A, B", "TooLargeElement"),
    ],
)
def test_what_is_out_of_bounds(characteristics: Characteristics, text: str, code: str) -> None:
    assert reason(characteristics, text) == code


def test_the_bounds_themselves_are_values() -> None:
    bounded = Characteristics(DataEnumType.INTEGER, minimum=1, maximum=5)
    assert reason(bounded, "1") is reason(bounded, "5") is None


def test_lists_are_kept_without_blanks() -> None:
    assert canonical(SEQUENCE, " 1 , 0 ") == "1,0"
    assert canonical(STRING, " a, b ") == " a, b "
    assert split("") == [] and split(" ") == []


@given(st.floats(-1e12, 1e12, allow_nan=False))
def test_a_number_is_told_as_a_decimal(value: float) -> None:
    text = format_number(value)
    assert reason(DECIMAL, text) is None
    assert float(text) == pytest.approx(value, abs=1e-6)


def test_a_date_time_is_told_in_utc() -> None:
    berlin = timezone(timedelta(hours=2))
    moment = datetime(2025, 6, 1, 14, 0, 0, 999, tzinfo=berlin)
    assert format_date_time(moment) == "2025-06-01T12:00:00.000Z"
    assert format_date_time(datetime(2025, 6, 1, tzinfo=UTC)) == "2025-06-01T00:00:00.000Z"
