"""The table that the strategies read, and what it must never hold."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from ocppgen.emit.emit_testing import emit
from ocppgen.protocol.ir import ProtocolIR

from .small_ir import closed, ir_of, ref

HEADER = "# Written by a test. Do not edit."
_WORDS = "Words of somebody else."


def _protocol() -> ProtocolIR:
    return ir_of(
        {
            "ColourEnumType": {"type": "string", "enum": ["Red", "dark.green"], "default": "Red"},
            "OpenType": {
                "type": "object",
                "description": _WORDS,
                "properties": {"vendorId": {"type": "string", "maxLength": 9}},
                "required": ["vendorId"],
            },
            "PingRequest": closed(
                "count",
                count={"type": "integer", "minimum": 0.0, "maximum": 9, "description": _WORDS},
                ratio={"type": "number", "multipleOf": 0.1},
                at={"type": "string", "format": "date-time"},
                place={"type": "string", "format": "uri", "maxLength": 50},
                colours={
                    "type": "array",
                    "items": ref("ColourEnumType"),
                    "minItems": 1,
                    "maxItems": 2,
                },
                things={"type": "array"},
                custom=ref("OpenType"),
                type={"type": "boolean", "default": False},
                data={"comment": _WORDS},
            ),
            "PingResponse": closed(),
        }
    )


@pytest.fixture
def shapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The table of the small protocol, imported."""
    for path, text in emit(_protocol(), HEADER):
        file = tmp_path / "small_ocpp" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield import_module("small_ocpp.testing._shapes")
    for name in [name for name in sys.modules if name.partition(".")[0] == "small_ocpp"]:
        del sys.modules[name]


def test_fields_become_rules(shapes: ModuleType) -> None:
    shape, rule = shapes.SHAPES["PingRequest"], shapes.Rule

    assert not shape.is_open
    assert shape.required == {"count": rule("integer", minimum=0, maximum=9)}
    assert shape.optional == {
        "ratio": rule("number", multiple_of=0.1),
        "at": rule("date-time"),
        "place": rule("uri", max_length=50),
        "colours": rule(
            "array", items=(rule("enum", name="ColourEnumType"),), min_items=1, max_items=2
        ),
        "things": rule("array", items=(rule("any"),)),
        "custom": rule("object", name="OpenType"),
        "type": rule("boolean"),
        "data": rule("any"),
    }


def test_open_objects_and_enums_are_in_the_table(shapes: ModuleType) -> None:
    assert shapes.SHAPES["OpenType"].is_open
    assert shapes.SHAPES["PingResponse"].fields == {}
    assert shapes.ENUMS == {"ColourEnumType": ["Red", "dark.green"]}
    assert "ColourEnumType" not in shapes.SHAPES


def test_no_word_of_the_schemas_is_in_any_file() -> None:
    tree = emit(_protocol(), HEADER)

    assert sorted(tree.files) == [
        "testing/__init__.py",
        "testing/_broken.py",
        "testing/_shapes.py",
        "testing/_valid.py",
    ]
    assert all(text.startswith(f"{HEADER}\n") for text in tree.files.values())
    assert not any(_WORDS in text for text in tree.files.values())


def test_strategies_draw_what_the_table_says(shapes: ModuleType) -> None:
    from hypothesis import given, settings

    testing = import_module("small_ocpp.testing")
    message = type("PingRequest", (), {"__module__": "small_ocpp.messages"})

    @settings(max_examples=50)
    @given(testing.valid(message))
    def check(payload: dict[str, float]) -> None:
        assert 0 <= payload["count"] <= 9
        assert payload.get("ratio", 0.1) / 0.1 == round(payload.get("ratio", 0.1) / 0.1)
        assert json.dumps(payload, allow_nan=False)

    check()


def test_own_template_replaces_ours(tmp_path: Path) -> None:
    (tmp_path / "testing").mkdir()
    (tmp_path / "testing" / "_broken.py.jinja2").write_text("{{ header }}\n# mine\n")

    tree = emit(_protocol(), HEADER, tmp_path)

    assert tree.files["testing/_broken.py"] == f"{HEADER}\n# mine\n"
    assert tree.files["testing/_valid.py"] == emit(_protocol(), HEADER).files["testing/_valid.py"]
