"""How values are written as text, and which texts are values.

OCPP 2.1 Part 2, section 2.2 (primitive datatypes).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from ocpp21 import DataEnumType
from ocppref.station.device_model.definitions import Characteristics
from ocppref.station.device_model.refusal import Refusal

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,9}", re.ASCII)
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?", re.ASCII)
_DATE_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
_INT32 = 2**31


def refuse(characteristics: Characteristics, text: str) -> Refusal | None:
    """Why a text is no value of such a variable; None if it is one."""
    return _CHECKS[characteristics.data_type](characteristics, text)


def canonical(characteristics: Characteristics, text: str) -> str:
    """How a text that is a value is kept."""
    if characteristics.data_type in (DataEnumType.MEMBER_LIST, DataEnumType.SEQUENCE_LIST):
        return ",".join(split(text))
    return text


def split(text: str) -> list[str]:
    """The members of a list. Blanks around a comma mean nothing."""
    return [member.strip() for member in text.split(",")] if text.strip() else []


def format_number(value: float) -> str:
    """A decimal without an exponent, with six places at most."""
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def format_date_time(value: datetime) -> str:
    """RFC 3339 in UTC, with milliseconds."""
    text = value.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.removesuffix("+00:00") + "Z"


def _integer(characteristics: Characteristics, text: str) -> Refusal | None:
    if not _INTEGER.fullmatch(text):
        return _invalid("an integer is wanted: digits, without leading zeros or a plus")
    number = int(text)
    if not -_INT32 <= number < _INT32:
        return _out_of_range("an integer has 32 bits")
    return _bounds(characteristics, number)


def _decimal(characteristics: Characteristics, text: str) -> Refusal | None:
    if not _DECIMAL.fullmatch(text):
        return _invalid("a decimal is wanted: digits, with at most six after the point")
    return _bounds(characteristics, float(text))


def _boolean(characteristics: Characteristics, text: str) -> Refusal | None:
    return None if text in ("true", "false") else _invalid("true or false is wanted")


def _date_time(characteristics: Characteristics, text: str) -> Refusal | None:
    if _DATE_TIME.fullmatch(text):
        try:
            datetime.fromisoformat(text.upper())
        except ValueError:
            pass
        else:
            return None
    return _invalid("a date-time of RFC 3339 is wanted, with at most three digits of a second")


def _string(characteristics: Characteristics, text: str) -> Refusal | None:
    return _length(characteristics, text)


def _option(characteristics: Characteristics, text: str) -> Refusal | None:
    return _members(characteristics, [text])


def _list(characteristics: Characteristics, text: str) -> Refusal | None:
    members = split(text)
    if len(set(members)) < len(members):
        return _invalid("a value is there twice")
    return _members(characteristics, members) or _length(characteristics, text)


def _members(characteristics: Characteristics, members: Sequence[str]) -> Refusal | None:
    values = characteristics.values or ()
    if all(member in values for member in members):
        return None
    return _invalid(f"only these values are possible: {', '.join(values)}"[:1024])


def _length(characteristics: Characteristics, text: str) -> Refusal | None:
    maximum = characteristics.maximum
    if maximum is None or len(text) <= maximum:
        return None
    return Refusal("TooLargeElement", f"at most {maximum:g} characters are possible")


def _bounds(characteristics: Characteristics, number: float) -> Refusal | None:
    low, high = characteristics.minimum, characteristics.maximum
    if low is not None and number < low:
        return _out_of_range(f"{format_number(low)} is the least")
    if high is not None and number > high:
        return _out_of_range(f"{format_number(high)} is the most")
    return None


def _invalid(info: str) -> Refusal:
    return Refusal("InvalidValue", info)


def _out_of_range(info: str) -> Refusal:
    return Refusal("ValueOutOfRange", info)


_CHECKS: dict[DataEnumType, Callable[[Characteristics, str], Refusal | None]] = {
    DataEnumType.STRING: _string,
    DataEnumType.DECIMAL: _decimal,
    DataEnumType.INTEGER: _integer,
    DataEnumType.DATE_TIME: _date_time,
    DataEnumType.BOOLEAN: _boolean,
    DataEnumType.OPTION_LIST: _option,
    DataEnumType.SEQUENCE_LIST: _list,
    DataEnumType.MEMBER_LIST: _list,
}
