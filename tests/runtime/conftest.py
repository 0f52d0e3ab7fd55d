"""The packages that payloads are tested with."""

from __future__ import annotations

import importlib
from types import ModuleType

import pytest
from tests.generated.packages import make

from ocppgen.config import BuildOptions, Models


@pytest.fixture(scope="session")
def pydantic_package() -> ModuleType:
    """The committed package."""
    return importlib.import_module("ocpp21")


@pytest.fixture(scope="session")
def msgspec_package(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    """The same protocol as msgspec structs."""
    folder = tmp_path_factory.mktemp("msgspec")
    return make(BuildOptions(out=folder, package="ocpp21_fast", models=Models.MSGSPEC))


@pytest.fixture(params=["pydantic", "msgspec"])
def package(request: pytest.FixtureRequest) -> ModuleType:
    """Each in turn."""
    chosen: ModuleType = request.getfixturevalue(f"{request.param}_package")
    return chosen
