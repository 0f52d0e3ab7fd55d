"""The msgspec flavour: what its classes look like, to people and to type checkers."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ocppgen.emit import emit_msgspec
from ocppgen.output.format import format_tree

from .msgspec_package import HEADER, part_of_21, write
from .small_ir import closed, ir_of

_DATE_TIME = {"type": "string", "format": "date-time"}


def _text(schema, **names):
    ir = ir_of({"PingRequest": schema}, PingRequest=names)
    return emit_msgspec.emit(ir, HEADER).files["messages/provisioning.py"]


def test_a_wire_name_is_spelled_out_only_where_camel_case_would_not_give_it():
    integer = {"type": "integer"}
    text = _text(
        closed("soC", "evseId", soC=integer, evseId=integer, limit_L2=integer),
        soC="soc",
        evseId="evse_id",
        limit_L2="limit_l2",
    )
    assert "    soc: int = field(name='soC')\n" in text
    assert "    evse_id: int\n" in text
    assert "    limit_l2: int | UnsetType = field(name='limit_L2', default=UNSET)" in text


def test_fields_are_given_by_keyword_only():
    assert "class PingRequest(ClosedModel, kw_only=True):" in _text(closed())


def test_a_default_is_told_and_never_set():
    text = _text(closed(a={"type": "boolean", "default": False}))
    assert 'a: bool | UnsetType = UNSET\n    """When absent false."""' in text


def test_a_date_time_is_one_in_lists_too():
    text = _text(closed("b", a=_DATE_TIME, b={"type": "array", "items": _DATE_TIME}))
    assert "a: DateTime | UnsetType = UNSET" in text
    assert "b: list[DateTime]\n" in text
    assert "from .._base import ClosedModel, DateTime" in text


def test_bounds_of_list_items_stand_where_the_list_is():
    item = {"type": "string", "maxLength": 9}
    text = _text(closed("a", a={"type": "array", "items": item, "minItems": 1}))
    assert "a: Annotated[list[Annotated[str, Meta(max_length=9)]], Meta(min_length=1)]" in text


def test_any_json_value_may_be_left_out():
    assert "data: JsonValue | UnsetType = UNSET" in _text(closed(data={}))


def test_a_step_that_floats_cannot_meet_is_checked_with_some_slack():
    text = _text(closed("a", a={"type": "number", "multipleOf": 0.1}), a="a_b")
    assert '    """A multiple of 0.1."""\n' in text
    assert "        check_multiples(self, a_b=0.1)" in text
    assert "multiple_of" not in text


def test_a_step_of_integers_is_left_to_msgspec():
    text = _text(closed("a", a={"type": "integer", "multipleOf": 5}))
    assert "a: Annotated[int, Meta(multiple_of=5)]" in text
    assert "check_multiples" not in text


def test_descriptions_come_only_when_asked_for():
    ir = ir_of({"PingRequest": closed(a={"type": "string", "description": "Said of a."})})
    assert "Said of a." not in str(emit_msgspec.emit(ir, HEADER))
    assert '"""Said of a."""' in str(emit_msgspec.emit(ir, HEADER, descriptions=True).files)


@pytest.fixture(scope="module")
def ir():
    return part_of_21("DataTransferRequest", "StatusNotificationRequest", "TransactionEventRequest")


def test_two_runs_give_the_same_bytes(ir):
    assert emit_msgspec.emit(ir, HEADER).files == emit_msgspec.emit(ir, HEADER).files


_SNIPPET = """
from datetime import UTC, datetime
from typing import assert_type

from msgspec import UnsetType

from typed.datatypes import CustomDataType, SampledValueType
from typed.messages.data_transfer import DataTransferRequest

data = CustomDataType(vendor_id="x", model_extra={"a": None, "b": [1]})
sample = SampledValueType(value=1.5, custom_data=data)
assert_type(sample.custom_data, CustomDataType | UnsetType)
assert_type(sample.checked(), SampledValueType)
assert_type(SampledValueType.read_json(b"{}"), SampledValueType)
assert_type(sample.write_json(), str)
DataTransferRequest(vendor_id="x", data={"a": [None]})

SampledValueType(value=1.5, location=None)  # wrong
SampledValueType()  # wrong
SampledValueType(1.5)  # wrong
CustomDataType(vendor_id=7)  # wrong
data.no_such_field  # wrong
DataTransferRequest(vendor_id="x", data=datetime.now(UTC))  # wrong
"""


def test_types_are_strict_and_say_what_is_wrong(ir, tmp_path):
    write(tmp_path / "typed", emit_msgspec.emit(ir, HEADER))
    (tmp_path / "snippet.py").write_text(_SNIPPET)
    (tmp_path / "mypy.ini").write_text("[mypy]\nstrict = true\n")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "snippet.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    found = {line.split(" ")[0] for line in done.stdout.splitlines() if ": error:" in line}
    lines = enumerate(_SNIPPET.splitlines(), 1)
    wrong = {f"snippet.py:{number}:" for number, line in lines if line.endswith("# wrong")}
    assert found == wrong, done.stdout + done.stderr


def test_formatting_changes_nothing_but_the_layout(ir):
    tree = emit_msgspec.emit(ir, HEADER)
    once = format_tree(tree, type(tree)({}))
    assert format_tree(once, type(tree)({})).files == once.files
