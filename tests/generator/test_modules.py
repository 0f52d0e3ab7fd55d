"""Where classes go and what their modules import."""

from __future__ import annotations

import pytest

from ocppgen.emit.classes import ClassSource
from ocppgen.emit.modules import write_modules

from .small_ir import closed, ir_of, ref

_ORIGINS = {"Annotated": "typing", "Field": "pydantic", "ClosedModel": "._base", "StrEnum": "enum"}


def _source(name, *needs):
    return ClassSource(name, f"class {name}:\n    pass", frozenset(needs))


@pytest.fixture
def tree():
    ir = ir_of(
        {
            "UnitEnumType": {"type": "string", "enum": ["Wh"]},
            "ValueType": closed(unit=ref("UnitEnumType")),
            "PingRequest": closed(value=ref("ValueType")),
            "PingResponse": closed(),
        }
    )
    classes = [
        _source("UnitEnumType", "StrEnum"),
        _source("ValueType", "ClosedModel", "UnitEnumType"),
        _source("PingRequest", "ClosedModel", "ValueType", "UnitEnumType", "Annotated", "Field"),
        _source("PingResponse", "ClosedModel"),
    ]
    return write_modules({c.name: c for c in classes}, ir, _ORIGINS, "# header")


def test_one_file_a_module(tree):
    modules = {"enums.py", "datatypes.py", "messages/provisioning.py"}
    assert set(tree.files) == {*modules, "messages/__init__.py"}


def test_a_module_starts_with_the_header_and_a_docstring(tree):
    for _, text in tree:
        assert text.startswith('# header\n"""')


def test_imports_are_grouped_and_relative_to_the_module(tree):
    text = tree.files["messages/provisioning.py"]
    assert text.split("\n\n\n")[0].split("\n\n")[1:] == [
        "from typing import Annotated",
        "from pydantic import Field",
        "from .._base import ClosedModel\n"
        "from ..datatypes import ValueType\n"
        "from ..enums import UnitEnumType",
    ]
    assert "from .enums import UnitEnumType" in tree.files["datatypes.py"]


def test_a_class_stands_after_those_it_needs(tree):
    text = tree.files["messages/provisioning.py"]
    assert text.index("class PingRequest") < text.index("class PingResponse")
