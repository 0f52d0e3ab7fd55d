"""Libraries for observers are needed only by whoever uses them."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

RUNTIME = Path(__file__).parents[3] / "runtime"
NEEDS = {
    "ocppj.observers.logs": "structlog",
    "ocppj.observers.metrics": "prometheus_client",
    "ocppj.observers.traces": "opentelemetry",
}


def test_the_runtime_imports_none_of_them() -> None:
    names = ", ".join(repr(name) for name in NEEDS.values())
    code = (
        "import sys, ocppj, ocppj.csms, ocppj.station, ocppj.observers, ocppj.observers.recorder\n"
        f"print([name for name in ({names}) if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(RUNTIME)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("module", NEEDS)
def test_a_missing_library_is_told_with_how_to_get_it(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, NEEDS[module], None)
    spec = importlib.util.find_spec(module)
    assert spec is not None and spec.loader is not None
    fresh = importlib.util.module_from_spec(spec)
    with pytest.raises(ImportError, match=r"pip install 'ocppgen\[observe\]'") as caught:
        spec.loader.exec_module(fresh)
    assert str(caught.value).startswith(f"{module} needs {NEEDS[module][:10]}".replace("_", "-"))
