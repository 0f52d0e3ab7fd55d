"""Who may import whom, read from the sources."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
_SOURCES = {
    "ocppgen": ROOT / "generator/ocppgen",
    "ocppj": ROOT / "runtime/ocppj",
    "ocppref": ROOT / "runtime/ocppref",
    "ocpp21": ROOT / "generated/ocpp21",
}

# What a part may import besides the standard library and itself.
_ALLOWED = {
    "ocppgen": {"black", "click", "datamodel_code_generator", "hatchling", "jinja2", "rich"},
    "ocpp21._base": {"pydantic", "pydantic_core"},
    "ocpp21.enums": set(),
    "ocpp21.datatypes": {"annotated_types", "pydantic"},
    "ocpp21.messages": {"annotated_types", "pydantic"},
    "ocpp21.testing": {"hypothesis", "pydantic"},
    "ocpp21": {"ocppj.contract"},
    "ocppj": {"websockets"},
    "ocppj.core": {"ocppj.errors"},
    "ocppj.loop": {"uvloop"},
    "ocppj.msgspec_models": {"msgspec", "ocppj"},
    "ocppj.observers": {"ocppj"},
    "ocppj.observers.logs": {"ocppj", "structlog"},
    "ocppj.observers.metrics": {"ocppj", "prometheus_client"},
    "ocppj.observers.traces": {"ocppj", "opentelemetry"},
    "ocppj.pydantic_models": {"ocppj", "pydantic", "pydantic_core"},
    "ocppj.testing": {"ocppj"},
    "ocppj.testing.pytest_plugin": {"ocppj", "pytest"},
    "ocppj.contract": set(),
    "ocppj.errors": set(),
}
# What may not be had from the standard library, where the part is to do no input or output.
_FORBIDDEN = {"ocppj.core": {"asyncio", "logging", "random", "socket", "threading", "time"}}


_IN_VIRTUAL_TIME = ("ocppj.testing", "ocppref.station.scenario.running")


def _modules() -> Iterator[tuple[str, Path]]:
    for package, folder in _SOURCES.items():
        for path in sorted(folder.rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            names = [package, *(part for part in parts if part != "__init__")]
            yield ".".join(names), path


def _imports(module: str, path: Path) -> Iterator[str]:
    """The absolute names of all modules that `module` imports, wherever it does so."""
    package = module.split(".") if path.name == "__init__.py" else module.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            yield ".".join([*base, *([node.module] if node.module else [])])


def _part(module: str) -> str | None:
    """The longest prefix of `module` that has a rule."""
    parts = module.split(".")
    prefixes = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((prefix for prefix in prefixes if prefix in _ALLOWED), None)


def _is_within(name: str, whole: str) -> bool:
    return name == whole or name.startswith(f"{whole}.")


def _shown(value: str | Path) -> str:
    return value if isinstance(value, str) else value.name


@pytest.mark.parametrize(("module", "path"), list(_modules()), ids=_shown)
def test_imports_only_what_its_part_may(module: str, path: Path) -> None:
    part = _part(module)
    if part is None:
        return
    # Within a generated package the modules may see each other.
    own = "ocpp21" if part.startswith("ocpp21") else part
    for name in _imports(module, path):
        top = name.partition(".")[0]
        if top in sys.stdlib_module_names:
            assert top not in _FORBIDDEN.get(part, set()), f"{module} imports {name}"
            continue
        allowed = {own, *_ALLOWED[part]}
        assert any(_is_within(name, whole) for whole in allowed), f"{module} imports {name}"


def test_the_generator_knows_none_of_what_it_generates() -> None:
    others = {"ocpp21", "ocppj", "ocppref"}
    for module, path in _modules():
        if _is_within(module, "ocppgen"):
            assert not {name.partition(".")[0] for name in _imports(module, path)} & others


def test_the_runtime_is_handed_a_package_and_never_imports_one() -> None:
    for module, path in _modules():
        if _is_within(module, "ocppj"):
            assert not any(_is_within(name, "ocpp21") for name in _imports(module, path))


def test_only_tests_and_scenarios_import_what_is_for_tests() -> None:
    allowed = ("ocppj.testing", "ocppref.station.scenario")
    for module, path in _modules():
        if not any(_is_within(module, each) for each in allowed):
            assert not any(_is_within(name, "ocppj.testing") for name in _imports(module, path))


def test_no_part_imports_the_other_ocpp_package() -> None:
    for module, path in _modules():
        assert not any(_is_within(name, "ocpp") for name in _imports(module, path))


def test_only_the_storage_of_the_csms_knows_sql() -> None:
    for module, path in _modules():
        if not _is_within(module, "ocppref.csms.storage"):
            known = {name.partition(".")[0] for name in _imports(module, path)}
            assert not known & {"alembic", "asyncpg", "sqlalchemy"}, module
