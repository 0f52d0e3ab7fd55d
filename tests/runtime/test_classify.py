"""Findings in the order of the document, and the error that is made of them."""

from __future__ import annotations

import json

import pytest

from ocppj.classify import (
    ABSENT,
    DEFAULT_CODES,
    Fault,
    Finding,
    Findings,
    describe,
    not_a,
    ordered,
    pointer,
    read_tree,
    unwritable,
    validation_error,
    value_at,
)
from ocppj.errors import DESCRIPTION_LIMIT, ErrorCode, OCPPValidationError

# What a tester should accept for each fault; the mapping is not normative.
ACCEPTED = {
    Fault.MISSING: "OccurrenceConstraintViolation ProtocolError FormatViolation",
    Fault.UNKNOWN_KEY: "FormatViolation ProtocolError PropertyConstraintViolation",
    Fault.TOO_MANY_ITEMS: "OccurrenceConstraintViolation",
    Fault.TOO_FEW_ITEMS: "OccurrenceConstraintViolation",
    Fault.WRONG_TYPE: "TypeConstraintViolation FormatViolation",
    Fault.OTHER: "FormatViolation",
}
BAD_VALUE = "PropertyConstraintViolation FormatViolation TypeConstraintViolation"


def a_finding(fault: Fault = Fault.OTHER, *path: str | int, bound: str = "") -> Finding:
    return Finding(fault, path, f"library's {fault}", bound)


def one(finding: Finding, tree: object = None) -> Findings:
    return Findings(tree, [finding], 1)


@pytest.mark.parametrize("fault", Fault)
def test_each_fault_has_a_code_that_testers_accept(fault: Fault) -> None:
    error = validation_error(one(a_finding(fault, "a")))
    assert str(error.code) in ACCEPTED.get(fault, BAD_VALUE).split()


@pytest.mark.parametrize(
    ("codes", "wanted"),
    [
        ({}, ErrorCode.FORMAT_VIOLATION),
        ({Fault.UNKNOWN_KEY: ErrorCode.PROTOCOL_ERROR}, ErrorCode.PROTOCOL_ERROR),
        ({"library's unknown key": ErrorCode.GENERIC_ERROR}, ErrorCode.GENERIC_ERROR),
        ({Fault.MISSING: ErrorCode.PROTOCOL_ERROR}, ErrorCode.FORMAT_VIOLATION),
    ],
)
def test_users_override_codes(codes: dict[str, ErrorCode], wanted: ErrorCode) -> None:
    assert validation_error(one(a_finding(Fault.UNKNOWN_KEY, "a")), codes).code is wanted


def test_a_librarys_kind_goes_before_the_fault() -> None:
    codes = {
        Fault.UNKNOWN_KEY: ErrorCode.PROTOCOL_ERROR,
        "library's unknown key": ErrorCode.GENERIC_ERROR,
    }
    error = validation_error(one(a_finding(Fault.UNKNOWN_KEY, "a")), codes)
    assert error.code is ErrorCode.GENERIC_ERROR


def test_the_table_of_codes_is_complete() -> None:
    assert set(DEFAULT_CODES) == set(Fault)


@pytest.mark.parametrize("text", ["NaN", '{"a":Infinity}', "[-Infinity]", "{", "", "[" * 100_000])
def test_what_is_no_json_is_no_tree(text: str) -> None:
    with pytest.raises(ValueError):
        read_tree(text)


def test_numbers_are_read_as_they_are() -> None:
    assert read_tree("[1, 1.5, -0.5, 1e3]") == [1, 1.5, -0.5, 1000.0]
    assert read_tree("9" * 20) == 10**20 - 1


@pytest.mark.parametrize("digits", ["9" * 5000, "1e400", "9" * 400])
def test_numbers_beyond_all_bounds_stay_such_in_json(digits: str) -> None:
    for sign in (1, -1):
        tree = read_tree(digits if sign > 0 else f"-{digits}")
        assert isinstance(tree, int)
        assert tree * sign > 10**308
        assert read_tree(json.dumps(tree)) == tree


def test_a_value_is_found_by_its_path() -> None:
    tree = {"a": [{"b": 1}], "c": None}
    assert value_at(tree, ()) is tree
    assert value_at(tree, ("a", 0, "b")) == 1
    assert value_at(tree, ("c",)) is None


@pytest.mark.parametrize("path", [("b",), ("a", 1), ("a", "b"), (0,), ("a", 0, "b", "c")])
def test_no_value_is_found_where_there_is_none(path: tuple[str | int, ...]) -> None:
    assert value_at({"a": [{"b": 1}]}, path) is ABSENT


def test_findings_come_in_the_order_of_the_document() -> None:
    tree = {"z": 1, "list": [{"y": 1, "b": 2}, {}], "a": 3}
    paths: list[tuple[str | int, ...]] = [
        ("z",),
        ("list", 0, "y"),
        ("list", 0, "b"),
        ("list", 0, "missing"),
        ("list", 1, "missing"),
        ("a",),
        ("missing",),
    ]
    shuffled = [a_finding(Fault.OTHER, *path) for path in sorted(paths, key=str)]
    found = ordered(tree, shuffled, 12)
    assert [each.path for each in found.findings] == paths
    assert (found.tree, found.count) == (tree, 12)


def test_findings_at_places_that_are_not_there_are_ordered_too() -> None:
    found = ordered([], [a_finding(Fault.OTHER, "a", "b"), a_finding(Fault.OTHER, 0)], 2)
    assert [each.path for each in found.findings] == [(0,), ("a", "b")]


@pytest.mark.parametrize("fault", [Fault.NOT_A_DATE_TIME, Fault.NOT_IN_LIST])
def test_what_should_be_text_and_is_not_has_the_wrong_type(fault: Fault) -> None:
    tree = {"text": "x", "number": 1}
    found = ordered(tree, [a_finding(fault, "text"), a_finding(fault, "number")], 2).findings
    assert [(each.fault, each.bound) for each in found] == [
        (fault, ""),
        (Fault.WRONG_TYPE, "a string"),
    ]


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (10**400, Fault.OUT_OF_RANGE),
        (-(10**309), Fault.OUT_OF_RANGE),
        (1.5, Fault.WRONG_TYPE),
        ("1", Fault.WRONG_TYPE),
        (True, Fault.WRONG_TYPE),
    ],
)
def test_a_number_that_is_too_large_has_the_right_type(value: object, fault: Fault) -> None:
    finding = a_finding(Fault.WRONG_TYPE, "a", bound="an integer")
    assert ordered({"a": value}, [finding], 1).findings[0].fault is fault


def test_a_huge_number_for_a_string_has_the_wrong_type() -> None:
    finding = a_finding(Fault.WRONG_TYPE, "a", bound="a string")
    assert ordered({"a": 10**400}, [finding], 1).findings[0].fault is Fault.WRONG_TYPE


def test_a_pointer_shows_names_and_nothing_else() -> None:
    assert pointer(()) == ""
    assert pointer(("evse", 0, "connectorId")) == "/evse/0/connectorId"
    for key in ("", "a b", "a/b", "~", "04A1B2C3", "ключ", "a" * 51, "a\n"):
        assert pointer(("a", key)) == "/a/?"


def test_the_error_says_where_and_what() -> None:
    error = validation_error(one(a_finding(Fault.TOO_LONG, "a", bound="20")))
    assert (error.pointer, error.reason) == ("/a", "longer than 20 characters")
    assert describe(error) == "/a: longer than 20 characters"


def test_the_error_says_how_much_more_there_is() -> None:
    error = validation_error(Findings({}, [a_finding(Fault.MISSING, "a")] * 2, 7))
    assert describe(error) == "/a: required, but missing (and 6 more)"


def test_the_whole_payload_has_a_name() -> None:
    error = validation_error(one(a_finding(Fault.WRONG_TYPE, bound="an object"), []))
    assert describe(error) == "payload: an object is wanted"


def test_null_gets_a_hint() -> None:
    finding = a_finding(Fault.WRONG_TYPE, "a", bound="a string")
    hint = "a string is wanted; a field without value is left out, not null"
    assert validation_error(one(finding, {"a": None})).reason == hint
    assert validation_error(one(finding, {"a": 1})).reason == "a string is wanted"


@pytest.mark.parametrize("names", [1, 4, 5, 6, 100])
@pytest.mark.parametrize("reason", ["not valid", "r" * 250, "r" * 300])
def test_a_description_is_cut_to_what_the_wire_allows(names: int, reason: str) -> None:
    place = pointer(("n" * 50,) * names)
    text = describe(OCPPValidationError(ErrorCode.FORMAT_VIOLATION, reason, place))
    assert len(text) <= DESCRIPTION_LIMIT
    assert reason[:200] in text
    assert text.startswith(place[:2]) or len(reason) >= 250


def test_a_short_description_is_not_cut() -> None:
    place = "/" + "n" * 243
    text = describe(OCPPValidationError(ErrorCode.FORMAT_VIOLATION, "not valid", place))
    assert text == f"{place}: not valid"
    assert len(text) == DESCRIPTION_LIMIT


def test_errors_about_our_own_messages_name_types_only() -> None:
    assert str(not_a(int, "secret")) == "int is wanted here, not str"
    assert unwritable(int).code is ErrorCode.TYPE_CONSTRAINT_VIOLATION
    assert "int" in unwritable(int).reason
