"""What the classes of the msgspec flavour do with JSON: `_base` at work."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from msgspec import UNSET, DecodeError, ValidationError

from .msgspec_package import imported, part_of_21
from .small_ir import closed, ir_of, ref

_DATE_TIME = {"type": "string", "format": "date-time"}


@pytest.fixture(scope="module")
def ir():
    return part_of_21(
        "APNType",
        "DataTransferRequest",
        "Get15118EVCertificateRequest",
        "NotifyEVChargingNeedsRequest",
        "SetChargingProfileRequest",
        "StatusNotificationRequest",
        "TransactionEventRequest",
    )


@pytest.fixture(scope="module")
def ocpp(ir, tmp_path_factory):
    with imported(tmp_path_factory.mktemp("made") / "ocpp21_for_msgspec", ir) as package:
        yield package


def test_every_field_has_its_two_names(ir, ocpp):
    for name, type_ in ir.types.items():
        if not type_.is_enum:
            class_ = getattr(ocpp, name)
            struct = getattr(class_, "_known", class_)
            names = zip(struct.__struct_encode_fields__, struct.__struct_fields__, strict=True)
            assert dict(names) == type_.fields, name


# Reading, row by row.


def _object(**texts):
    return "{" + ",".join(f'"{key}":{text}' for key, text in texts.items() if text) + "}"


def _status(**changes):
    fields = {
        "timestamp": '"2025-01-31T12:00:00Z"',
        "connectorStatus": '"Available"',
        "evseId": "1",
        "connectorId": "1",
    }
    return _object(**{**fields, **changes})


def _data(text):
    return _object(vendorId='"com.example"', data=text)


def _sample(**fields):
    return _object(**{"value": "1", **fields})


_HUGE = "1" + "0" * 400


def _apn(**fields):
    return _object(apn='"x"', apnAuthentication='"NONE"', **fields)


def _vendor(text):
    return _sample(customData=_object(vendorId='"com.example"', k=text))


_GOOD = {
    "an integer with a point": ("StatusNotificationRequest", _status(evseId="1.0")),
    "an integer with an exponent": ("StatusNotificationRequest", _status(evseId="1e3")),
    "an integer beyond 64 bit": ("StatusNotificationRequest", _status(evseId=str(2**70))),
    "both": ("StatusNotificationRequest", _status(evseId="1e30")),
    "a whole number": ("SampledValueType", _sample()),
    "a number beyond 64 bit": ("SampledValueType", _sample(value=str(2**70))),
    "null as data": ("DataTransferRequest", _data("null")),
    "as many characters as allowed": (
        "DataTransferRequest",
        _object(vendorId=json.dumps("é😀" * 127)),
    ),
    "a vendor's null": ("SampledValueType", _vendor('{"a":[null]}')),
    "a key that comes twice, the last one right": (
        "StatusNotificationRequest",
        '{"evseId":"1",' + _status()[1:],
    ),
}
_BAD = {
    "null for an optional field": ("SampledValueType", _sample(context="null"), "got `null`"),
    "null for an open type": ("SampledValueType", _sample(customData="null"), "`object` - at"),
    "null for a required field": ("SampledValueType", _sample(value="null"), "got `null`"),
    "text for an integer": ("StatusNotificationRequest", _status(evseId='"1"'), "got `str`"),
    "true for an integer": ("StatusNotificationRequest", _status(evseId="true"), "got `bool`"),
    "1.5 for an integer": ("StatusNotificationRequest", _status(evseId="1.5"), "got `float`"),
    "an integer below its bound": ("StatusNotificationRequest", _status(evseId="-1"), ">= 0"),
    "the same with a point": ("StatusNotificationRequest", _status(evseId="-1.0"), ">= 0"),
    "text for a number": ("SampledValueType", _sample(value='"1.5"'), "got `str`"),
    "true for a number": ("SampledValueType", _sample(value="true"), "got `bool`"),
    "1 for a boolean": ("APNType", _apn(useOnlyPreferredNetwork="1"), "got `int`"),
    "text for a boolean": ("APNType", _apn(useOnlyPreferredNetwork='"true"'), "got `str`"),
    "a number for a date-time": (
        "StatusNotificationRequest",
        _status(timestamp="1738324800"),
        "got `int`",
    ),
    "an infinite integer": ("StatusNotificationRequest", _status(evseId=_HUGE), "out of range"),
    "an infinite number": ("SampledValueType", _sample(value=_HUGE), "out of range"),
    "an exponent too large": ("SampledValueType", _sample(value="1e400"), "out of range"),
    "an infinite number as data": ("DataTransferRequest", _data(f"[{_HUGE}]"), r"\.data\[0\]"),
    "an exponent too large as data": ("DataTransferRequest", _data("-1e400"), "out of range"),
    "an infinite number of a vendor's": ("SampledValueType", _vendor(_HUGE), r"customData\.k`"),
    "an exponent too large of a vendor's": (
        "SampledValueType",
        _vendor("1e400"),
        r"out of range - at `\$\.customData",
    ),
    "a Python name": (
        "StatusNotificationRequest",
        _status(evse_id="1"),
        "unknown field `evse_id`",
    ),
    "an unknown key": ("StatusNotificationRequest", _status(x="1"), "unknown field `x`"),
    "a missing key": ("StatusNotificationRequest", _status(evseId=""), "required field `evseId`"),
    "an enum in another case": (
        "StatusNotificationRequest",
        _status(connectorStatus='"available"'),
        "Invalid enum value 'available'",
    ),
    "a character too many": (
        "DataTransferRequest",
        _object(vendorId=json.dumps("😀" * 256)),
        "<= 255",
    ),
    "an empty list": (
        "MeterValueType",
        '{"timestamp":"2025-01-31T12:00:00Z","sampledValue":[]}',
        "length >= 1",
    ),
    "no vendor id": ("SampledValueType", _sample(customData='{"k":1}'), "field `vendorId`"),
    "a list for an open type": ("SampledValueType", _sample(customData="[]"), "`object` - at"),
    "a key that comes twice, the last one wrong": (
        "StatusNotificationRequest",
        _status()[:-1] + ',"evseId":"1"}',
        "got `str`",
    ),
    "something that is no object": ("StatusNotificationRequest", "[]", "got `array`"),
}
_MALFORMED = {
    "NaN": ("SampledValueType", _sample(value="NaN")),
    "Infinity": ("DataTransferRequest", _data("[-Infinity]")),
    "NaN of a vendor's": ("SampledValueType", _vendor("NaN")),
    "a lone surrogate": ("DataTransferRequest", _data(r'"\ud800"')),
    "a lone surrogate as a character": ("DataTransferRequest", _data('"\ud800"')),
    "bytes that are no UTF-8": ("DataTransferRequest", b'{"vendorId":"\xff"}'),
    "a comma too many": ("DataTransferRequest", '{"vendorId":"x",}'),
    "an unknown key, and then no JSON": ("DataTransferRequest", '{"x":1,'),
    "nothing": ("DataTransferRequest", b""),
    "too many brackets": ("DataTransferRequest", _data("[" * 100_000)),
}


@pytest.mark.parametrize("row", _GOOD)
def test_a_payload_is_read_and_comes_out_the_same(ocpp, row):
    name, text = _GOOD[row]
    model = getattr(ocpp, name).read_json(text)
    assert json.loads(model.write_json()) == json.loads(text)


@pytest.mark.parametrize("row", _BAD)
def test_an_invalid_payload_is_refused(ocpp, row):
    name, text, words = _BAD[row]
    json.loads(text)  # it is JSON
    with pytest.raises(ValidationError, match=words):
        getattr(ocpp, name).read_json(text)


@pytest.mark.parametrize("row", _MALFORMED)
def test_what_is_no_json_is_told_apart(ocpp, row):
    name, text = _MALFORMED[row]
    with pytest.raises(DecodeError) as raised:
        getattr(ocpp, name).read_json(text)
    assert not isinstance(raised.value, ValidationError)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2025-01-31T12:00:00Z", "2025-01-31T12:00:00Z"),
        ("2025-01-31t12:00:00z", "2025-01-31T12:00:00Z"),
        ("2025-01-31T12:00:00-00:00", "2025-01-31T12:00:00Z"),
        ("2025-01-31T12:00:00.5+01:00", "2025-01-31T11:00:00.500Z"),
        ("2025-01-31T12:00:00.123456789Z", "2025-01-31T12:00:00.123Z"),
        ("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.999Z"),
        ("0001-01-01T00:00:00+01:00", "0001-01-01T00:00:00+01:00"),
        (r"2025-01-31\u005412:00:00Z", "2025-01-31T12:00:00Z"),
    ],
)
def test_a_date_time_of_the_rfc_is_read_and_written_in_utc(ocpp, text, written):
    model = ocpp.StatusNotificationRequest.read_json(_status(timestamp=f'"{text}"'))
    assert json.loads(model.write_json())["timestamp"] == written


@pytest.mark.parametrize(
    "text",
    [
        "2025-01-31 12:00:00Z",
        r"2025-01-31\u002012:00:00Z",
        "2025-01-31_12:00:00Z",
        "2025-01-31T12:00:00+0100",
        "2025-01-31T12:00:00-0100",
        "2025-01-31T12:00:00.5-0100",
        "2025-01-31t12:00:00+01",
        "2025-01-31T12:00:00,5Z",
        "2025-01-31T12:00:00.Z",
        "2025-01-31T12:00Z",
        "2025-01-31T12:00:00",
        "2025-01-31",
        "2025-01-31T24:00:00Z",
        "2016-12-31T23:59:60Z",
        "2025-02-30T12:00:00Z",
        "2025-01-31T12:00:00+24:00",
        r"2025-01-31T12:00:00Z\n",
        "1738324800",
        "",
    ],
)
def test_another_date_time_is_refused_with_its_place(ocpp, text):
    for evse_id in ("1", "1.0"):  # by either of the two ways
        payload = _status(timestamp=f'"{text}"', evseId=evse_id)
        with pytest.raises(ValidationError, match=r"`\$\.timestamp`"):
            ocpp.StatusNotificationRequest.read_json(payload)


@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_texts_that_look_like_a_loose_date_time_are_read_like_any(ocpp, separators):
    for text in ("2025-01-31 12:00:00Z", "2025-01-31T12:00:00+0100", "CP-0001", "1" * 400):
        payload = {"vendorId": "com.example", "data": [text, {"x": 1.0}]}
        written = json.dumps(payload, separators=separators)
        model = ocpp.DataTransferRequest.read_json(written)
        assert json.loads(model.write_json()) == payload
        assert isinstance(model.data[1]["x"], float)


def test_a_payload_read_the_exact_way_is_the_same_model(ocpp):
    read = ocpp.StatusNotificationRequest.read_json
    vendor = '{"vendorId":"com.example","k":1.0}'
    exact = read(_status(evseId="1.0", customData=vendor))
    assert exact == read(_status(customData=vendor))
    assert type(exact.evse_id) is int
    assert type(exact.custom_data.k) is float


def test_an_error_says_where(ocpp):
    payload = _status(customData='{"vendorId":7}')
    with pytest.raises(ValidationError, match=r"at `\$\.customData\.vendorId`$"):
        ocpp.StatusNotificationRequest.read_json(payload)


# What was set, and what was not.


def test_null_data_is_not_absent_data(ocpp):
    read = ocpp.DataTransferRequest.read_json
    assert read(_data("null")).data is None
    assert read('{"vendorId":"x"}').data is UNSET
    assert ocpp.DataTransferRequest(vendor_id="x", data=None).write_json() == (
        '{"vendorId":"x","data":null}'
    )


def test_only_what_was_set_is_written_even_if_it_is_the_default(ocpp):
    assert ocpp.SampledValueType(value=1).write_json() == '{"value":1}'
    location = ocpp.LocationEnumType.OUTLET
    sample = ocpp.SampledValueType(value=1, location=location)
    assert json.loads(sample.write_json()) == {"value": 1, "location": "Outlet"}


def _event(ocpp, timestamp):
    meter_value = ocpp.MeterValueType(
        timestamp=timestamp, sampled_value=[ocpp.SampledValueType(value=1)]
    )
    return ocpp.TransactionEventRequest(
        event_type=ocpp.TransactionEventEnumType.UPDATED,
        timestamp=timestamp,
        trigger_reason=ocpp.TriggerReasonEnumType.AUTHORIZED,
        seq_no=1,
        transaction_info=ocpp.TransactionType(transaction_id="x"),
        meter_value=[meter_value],
    )


@pytest.mark.parametrize(
    ("micros", "zone", "written"),
    [
        (0, UTC, "2025-01-31T12:00:00Z"),
        (123_999, UTC, "2025-01-31T12:00:00.123Z"),
        (0, timezone(timedelta(hours=1)), "2025-01-31T11:00:00Z"),
        (1_000, timezone(timedelta(hours=-1)), "2025-01-31T13:00:00.001Z"),
    ],
)
def test_date_times_are_written_in_utc_with_three_decimals_at_most(ocpp, micros, zone, written):
    timestamp = datetime(2025, 1, 31, 12, 0, 0, micros, zone)
    event = _event(ocpp, timestamp)
    payload = json.loads(event.write_json())
    assert [payload["timestamp"], payload["meterValue"][0]["timestamp"]] == [written, written]
    assert event.timestamp is event.meter_value[0].timestamp is timestamp  # not touched


def test_a_date_time_without_offset_is_not_written(ocpp):
    event = _event(ocpp, datetime(2025, 1, 31))
    with pytest.raises(ValidationError, match="with an offset"):
        event.write_json()


def test_checked_finds_what_python_let_pass(ocpp):
    right = ocpp.SampledValueType(value=1)
    assert right.checked() is right
    for wrong in ({"value": "1"}, {"value": 1, "location": None}, {"value": 1, "phase": "L9"}):
        model = ocpp.SampledValueType(**wrong)
        with pytest.raises(ValidationError):
            model.checked()
    event = _event(ocpp, None)
    with pytest.raises(ValidationError):
        event.checked()


# Open types.


def test_vendor_keys_survive_and_can_be_read(ocpp):
    keys = {"vendorId": "x", "limit": None, "deep": {"a": [1.0, None]}, "vendor_id": 7, "": 0}
    data = ocpp.CustomDataType.read_json(json.dumps(keys))
    assert json.loads(data.write_json()) == keys
    assert data.vendor_id == "x"
    assert data.deep == {"a": [1.0, None]}
    assert data.model_extra == {k: v for k, v in keys.items() if k != "vendorId"}
    assert not hasattr(data, "other")


def test_vendor_keys_can_be_set(ocpp):
    data = ocpp.CustomDataType(vendor_id="x", model_extra={"a": None})
    data.b = 2
    data.vendor_id = "y"
    assert json.loads(data.write_json()) == {"vendorId": "y", "a": None, "b": 2}
    assert data == ocpp.CustomDataType(vendor_id="y", a=None, b=2)
    assert repr(data) == "CustomDataType(vendor_id='y', model_extra={'a': None, 'b': 2})"
    assert copy.deepcopy(data) == data


def test_a_vendor_key_does_not_hide_a_field(ocpp):
    data = ocpp.CustomDataType(vendor_id="x", model_extra={"vendorId": "y"})
    assert json.loads(data.write_json()) == {"vendorId": "x"}
    hostile = ocpp.CustomDataType.read_json('{"vendorId":"x","__deepcopy__":1,"__class__":2}')
    assert copy.deepcopy(hostile) == hostile


def test_an_open_type_needs_what_is_required(ocpp):
    with pytest.raises(TypeError, match="vendor_id"):
        ocpp.CustomDataType(model_extra={"a": 1})


def test_an_open_type_takes_and_gives_all_that_closed_ones_do(tmp_path):
    open_ = closed(
        "at",
        at=_DATE_TIME,
        n={"type": "integer"},
        step={"type": "number", "multipleOf": 0.1},
        more=ref("MoreType"),
    )
    del open_["additionalProperties"]
    ir = ir_of(
        {"MoreType": closed(at=_DATE_TIME), "BagType": open_, "BareType": {"type": "object"}}
    )
    text = '{"at":"2025-01-31T12:00:00+01:00","n":2.0,"more":{"at":"2025-01-31T12:00:00.5Z"},"k":3}'
    with imported(tmp_path / "open_types", ir) as package:
        bag = package.BagType.read_json(text)
        assert (type(bag.n), bag.step, bag.k) == (int, UNSET, 3)
        assert json.loads(bag.write_json()) == {
            "at": "2025-01-31T11:00:00Z",
            "n": 2,
            "more": {"at": "2025-01-31T12:00:00.500Z"},
            "k": 3,
        }
        assert package.BareType.read_json('{"a":1}').write_json() == '{"a":1}'
        with pytest.raises(ValidationError, match=r"multiple of 0\.1"):
            package.BagType.read_json('{"at":"2025-01-31T12:00:00Z","step":0.25}')


def test_multiples_of_a_tenth_are_those_that_people_mean(tmp_path):
    tenths = {"type": "number", "multipleOf": 0.1}
    ir = ir_of({"LimitType": closed(limit=tenths, limits={"type": "array", "items": tenths})})
    with imported(tmp_path / "tenths", ir) as package:
        read = package.LimitType.read_json
        for text in ("0", "0.3", "16.1", "-4.7", "32", "1234567.8"):
            assert read(_object(limit=text, limits=f"[{text}]")).limit == float(text)
        for text in ("0.35", "16.11", "1e-9"):
            for payload in (_object(limit=text), _object(limits=f"[0.1,{text}]")):
                with pytest.raises(ValidationError, match=r"multiple of 0\.1"):
                    read(payload)
        with pytest.raises(ValueError, match=r"multiple of 0\.1"):
            package.LimitType(limit=0.35)


def test_an_ordinary_text_is_read_in_c(ocpp):
    event = _event(ocpp, datetime(2025, 1, 31, 12, 0, 0, 123_000, UTC))
    for text in (event.write_json(), json.dumps(json.loads(event.write_json()))):
        assert not ocpp.base._is_doubtful(text)


def test_a_number_too_long_for_a_float_is_found_wherever_it_stands(ocpp):
    for start in range(101):
        assert ocpp.base._is_doubtful("x" * start + "9" * 309 + "x")
        assert not ocpp.base._is_doubtful("x" * start + "9" * 308 + "x" * 308)


def test_a_key_that_reads_like_a_place_is_quoted_as_it_stands(ocpp):
    key = "a - at `$.b` - at `$.c`"
    with pytest.raises(ValidationError) as raised:
        ocpp.StatusNotificationRequest.read_json(_status(**{key: "1"}))
    assert str(raised.value) == f"Object contains unknown field `{key}`"
