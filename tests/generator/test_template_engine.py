"""A user's own templates: what they replace, and how a mistake in one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocppgen.diagnostics import Diagnostic, GeneratorError
from ocppgen.emit.emit_templates import emit
from ocppgen.emit.template_engine import literal

from .mini_protocol import protocol


def emitted(folder: Path, template: str, name: str = "calls.py.jinja2") -> str:
    (folder / name).write_text(template, encoding="utf-8")
    return emit(protocol(), "# Header.", folder, "pydantic").files["calls.py"]


def refusal(folder: Path, template: str, name: str = "calls.py.jinja2") -> Diagnostic:
    with pytest.raises(GeneratorError) as raised:
        emitted(folder, template, name)
    (diagnostic,) = raised.value.diagnostics
    return diagnostic


def test_a_template_replaces_ours_and_leaves_the_others(tmp_path: Path) -> None:
    template = "{{ header }}\n{% for a in ir.actions %}# {{ a.name }}\n{% endfor %}"
    (tmp_path / "calls.py.jinja2").write_text(template)
    files = emit(protocol(), "# Header.\n", tmp_path, "pydantic").files
    assert files["calls.py"] == (
        "# Header.\n# BootNotification\n# DataTransfer\n# NotifyStream\n# Reset\n"
    )
    assert (
        files["actions.py"] == emit(protocol(), "# Header.", None, "pydantic").files["actions.py"]
    )


def test_a_template_may_include_another_and_ours(tmp_path: Path) -> None:
    (tmp_path / "_part.jinja2").write_text("# part\n")
    text = emitted(tmp_path, '{% include "_part.jinja2" %}{% include "bindings.py.jinja2" %}')
    assert text.startswith("# part\n# Header.\n")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("\n{% for %}", "templates: calls.py.jinja2:2: Expected an expression"),
        ("\n\n{{ heder }}", "templates: calls.py.jinja2:3: 'heder' is undefined"),
        ("{{ ir.acts }}", "templates: calls.py.jinja2:1: 'ocppgen.protocol.ir.ProtocolIR object'"),
        ("\n{{ 1 / 0 }}", "templates: calls.py.jinja2:2: division by zero"),
        ("{{ header + 1 }}", "templates: calls.py.jinja2:1: can only concatenate str"),
        ("{{ header | nothing }}", "templates: calls.py.jinja2:1: No filter named 'nothing'"),
        ('{% include "x" %}', "templates: calls.py.jinja2:1: there is no template 'x'"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, template: str, expected: str) -> None:
    diagnostic = refusal(tmp_path, template)
    assert str(diagnostic).startswith(expected)
    assert diagnostic.hint == "correct the template; the original is templates/calls.py.jinja2"


def test_a_mistake_in_an_included_part_is_told_there(tmp_path: Path) -> None:
    (tmp_path / "_part.jinja2").write_text("\n{{ nothing }}")
    told = str(refusal(tmp_path, '{% include "_part.jinja2" %}'))
    assert told == "templates: _part.jinja2:2: 'nothing' is undefined"


def test_a_template_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "calls.py.jinja2").write_bytes(b"\xff\xfe")
    with pytest.raises(GeneratorError, match=r"calls\.py\.jinja2: is not UTF-8 text"):
        emit(protocol(), "", tmp_path, "pydantic")


def test_a_template_that_replaces_nothing(tmp_path: Path) -> None:
    diagnostic = refusal(tmp_path, "", "handler.py.jinja2")
    assert str(diagnostic) == "templates: handler.py.jinja2: replaces no template of ours"
    assert diagnostic.hint == "did you mean 'handlers.py.jinja2'?"


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match="no such folder"):
        emit(protocol(), "", tmp_path / "missing", "pydantic")


@pytest.mark.parametrize("text", ["plain", 'a"b', "a\\b", "a\nb", "Ü & <x>"])
def test_literal_is_read_back_by_python(text: str) -> None:
    assert eval(literal(text), {}) == text
    assert "\n" not in literal(text)
