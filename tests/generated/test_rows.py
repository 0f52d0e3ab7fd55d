"""Where pydantic and JSON Schema disagree by default, case by case, and what the models do.

In all rows the models do as the schema does, but for a few things that are no JSON, no finite
number, no Unicode text or no date-time, which jsonschema lets pass.
"""

from __future__ import annotations

import pytest

from .packages import Flavour, Refused
from .published import is_valid

# A place for each type of value, with "?" where the value goes.
_PLACES = {
    "optional": (
        "BootNotificationRequest",
        '{"reason": "PowerUp", "chargingStation": {"model": "M", "vendorName": "V", "modem": ?}}',
    ),
    "integer": (
        "BootNotificationResponse",
        '{"currentTime": "2025-01-31T12:00:00Z", "interval": ?, "status": "Accepted"}',
    ),
    "number": (
        "MeterValuesRequest",
        '{"evseId": 1, "meterValue": [{"timestamp": "2025-01-31T12:00:00Z",'
        ' "sampledValue": [{"value": ?}]}]}',
    ),
    "boolean": (
        "SetVariableMonitoringRequest",
        '{"setMonitoringData": [{"value": 1, "type": "Delta", "severity": 1, "component":'
        ' {"name": "C"}, "variable": {"name": "V"}, "transaction": ?}]}',
    ),
    "date-time": ("HeartbeatResponse", '{"currentTime": ?}'),
    "text of 20": (
        "DataTransferResponse",
        '{"status": "Accepted", "statusInfo": {"reasonCode": ?}}',
    ),
    "enum": ("ClearCacheResponse", '{"status": ?}'),
    "list of 1 to 4": ("GetReportRequest", '{"requestId": 1, "componentCriteria": ?}'),
    "any value": ("DataTransferRequest", '{"vendorId": "V", "data": ?}'),
    "vendor's own": ("HeartbeatRequest", '{"customData": {"vendorId": "V", "key": ?}}'),
    "message": ("ReserveNowResponse", "?"),
}

_ACCEPTED = {
    "integer": ("0", "-1", "1.0", "-0.0", "1e3", "2147483648", "9223372036854775808"),
    "number": ("0", "1.5", "-1e-7", "1.7976931348623157e308", "1"),
    "boolean": ("true", "false"),
    "date-time": (
        '"2025-01-31T12:00:00Z"',
        '"2025-01-31t12:00:00z"',
        '"2025-01-31T12:00:00-00:00"',
        '"2025-01-31T12:00:00.123456789Z"',
        '"2025-01-31T12:00:00+23:59"',
    ),
    "text of 20": ('""', '"' + "a" * 20 + '"', '"' + "😀" * 20 + '"', r'"\ud83d\ude00"'),
    "enum": ('"Accepted"', '"Rejected"', r'"\u0041ccepted"'),
    "any value": ("null", "true", "0", "1.5", '"x"', "[]", '{"a": [null]}'),
    "vendor's own": ("null", "true", "0", "1.5", '"x"', "[]", '{"a": [null]}'),
    "optional": ("{}", '{"iccid": "1"}'),
    "list of 1 to 4": ('["Active"]', '["Active", "Active", "Active", "Problem"]'),
    "message": ('{"status": "Accepted"}', ' {"status": "Accepted"}\n'),
}
_REFUSED = {
    "optional": ("null", "[]", '""', '{"iccid": null}', '{"noSuchField": 1}'),
    "integer": ("null", '"1"', '"1.0"', "true", "1.5", "[1]", "1e400"),
    "number": ("null", '"1.5"', '"1"', "true", "[1.5]"),
    "boolean": ("null", "0", "1", '"true"', '"yes"', "1.0"),
    "date-time": (
        "null",
        "1738324800",
        '"1738324800"',
        '"2025-01-31T12:00Z"',
        '"2025-01-31T12:00:00+0100"',
        '"2025-01-31 12:00:00Z"',
        '"2025-01-31_12:00:00Z"',
        '"2025-01-31T12:00:00,5Z"',
        '"2025-01-31T12:00:00"',
        '"2025-01-31"',
        '"2025-01-31T24:00:00Z"',
        '"2025-02-30T12:00:00Z"',
        '"2025-01-31T12:00:00+24:00"',
    ),
    "text of 20": ("null", "1", '"' + "a" * 21 + '"', '"' + "😀" * 21 + '"'),
    "enum": ("null", '"accepted"', '"ACCEPTED"', '"Accepted "', '"Other"', "0"),
    "list of 1 to 4": ("null", "[]", "[null]", '"Active"', '["Active"' + ', "Active"' * 4 + "]"),
    "message": (
        "null",
        "[]",
        "{}",
        '{"status": "Accepted", "noSuchField": 1}',
        '{"status": "Accepted", "status_info": {"reasonCode": "R"}}',  # the Python name
        '{"status": "Accepted", "statusInfo": {"reason_code": "R"}}',
        '[{"status": "Accepted"}]',
    ),
}
# What jsonschema accepts, or Python's json before it.
_ONLY_WE_REFUSE = {
    "integer": (str(10**400),),
    "number": ("NaN", "Infinity", "-Infinity", "1e400", str(10**400)),
    "any value": ("NaN", "[Infinity]", "1e400", r'"\ud800"'),
    "vendor's own": ("NaN", '{"a": -Infinity}', "1e400", r'"\udfff"'),
    "text of 20": (r'"\ud800"',),
    "date-time": (r'"2025-01-31T12:00:00Z\n"',),
}


def _rows(table: dict[str, tuple[str, ...]]) -> list[object]:
    return [
        pytest.param(*_PLACES[place], value, id=f"{place}: {value[:40]}")
        for place, values in table.items()
        for value in values
    ]


@pytest.mark.parametrize(("message", "frame", "value"), _rows(_ACCEPTED))
def test_accepted(flavour: Flavour, message: str, frame: str, value: str) -> None:
    text = frame.replace("?", value)

    written = flavour.write(flavour.read(message, text))

    assert is_valid(message, text)
    assert is_valid(message, written)


@pytest.mark.parametrize(("message", "frame", "value"), _rows(_REFUSED))
def test_refused(flavour: Flavour, message: str, frame: str, value: str) -> None:
    text = frame.replace("?", value)

    with pytest.raises(Refused):
        flavour.read(message, text)

    assert not is_valid(message, text)


@pytest.mark.parametrize(("message", "frame", "value"), _rows(_ONLY_WE_REFUSE))
def test_refused_though_jsonschema_lets_it_pass(
    flavour: Flavour, message: str, frame: str, value: str
) -> None:
    text = frame.replace("?", value)

    with pytest.raises(Refused):
        flavour.read(message, text)

    assert is_valid(message, text)
