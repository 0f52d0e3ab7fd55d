"""The document that datamodel-code-generator is given."""

from __future__ import annotations

import json

import pytest

from ocppgen.emit.model_schema import clean, constraints, document

from .small_ir import closed, ir_of, ref


def _definition(ir, name, *, descriptions=False):
    return document(ir, "_base.JsonValue", descriptions=descriptions)["definitions"][name]


def test_no_word_of_the_schemas_without_descriptions():
    schema = closed(a={"type": "string", "description": "SECRET field"})
    ir = ir_of({"PingRequest": {**schema, "description": "SECRET type", "javaType": "SECRET"}})
    assert "SECRET" not in json.dumps(document(ir, "x.Y", descriptions=False))


def test_descriptions_are_added_to_our_summary_when_asked_for():
    schema = closed(a={"type": "string", "maxLength": 5, "description": "A &amp; B\r\nmore"})
    ir = ir_of({"PingRequest": {**schema, "description": "About pings."}})
    written = _definition(ir, "PingRequest", descriptions=True)
    assert written["description"] == "What PingRequest is for.\n\nAbout pings."
    assert written["properties"]["a"]["description"] == "A & B\nmore\n\nAt most 5 characters."


def test_the_default_of_an_enum_definition_is_that_of_the_field_that_refers_to_it():
    ir = ir_of(
        {
            "UnitEnumType": {"type": "string", "enum": ["Wh", "kWh"], "default": "Wh"},
            "PingRequest": closed(unit=ref("UnitEnumType")),
        }
    )
    assert _definition(ir, "PingRequest")["properties"]["unit"]["default"] == "Wh"
    assert "default" not in _definition(ir, "UnitEnumType")


def test_an_empty_schema_is_any_json_value():
    ir = ir_of({"PingRequest": closed(data={"description": "anything"})})
    assert _definition(ir, "PingRequest")["properties"]["data"] == {
        "customTypePath": "_base.JsonValue"
    }


def test_a_uri_stays_the_text_it_was():
    ir = ir_of({"PingRequest": closed(where={"type": "string", "format": "uri"})})
    assert _definition(ir, "PingRequest")["properties"]["where"] == {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, ""),
        ({"type": "string", "maxLength": 20}, "At most 20 characters."),
        ({"type": "string", "maxLength": 1}, "At most 1 character."),
        ({"type": "integer", "minimum": 0.0}, "At least 0."),
        ({"type": "integer", "minimum": 0, "maximum": 3}, "0 to 3."),
        ({"type": "number", "multipleOf": 0.1}, "A multiple of 0.1."),
        ({"type": "array", "items": {}, "minItems": 1}, "At least 1 item."),
        (
            {"type": "array", "items": {"type": "string", "maxLength": 9}, "maxItems": 4},
            "At most 4 items, each at most 9 characters.",
        ),
    ],
)
def test_constraints_in_words(schema, words):
    assert constraints(schema) == words


def test_a_default_is_told_as_what_absence_means():
    assert constraints({"type": "boolean"}, False) == "When absent false."
    assert constraints({"type": "integer"}, 0) == "When absent 0."


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("one\r\ntwo", "one\ntwo"),
        ("a &lt; b &amp;&amp; c", "a < b && c"),
        ("the _evseId_ and *bold* and `code`", "the evseId and bold and code"),
        ("snake_case_stays", "snake_case_stays"),
        ("first + \r\nsecond", "first\nsecond"),
        ('three """ quotes', "three ''' quotes"),
    ],
)
def test_descriptions_are_cleaned(raw, cleaned):
    assert clean(raw) == cleaned
