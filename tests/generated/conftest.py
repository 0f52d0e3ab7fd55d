"""The packages that the tests of generated code look at."""

from __future__ import annotations

import importlib

import pytest

from ocppgen.config import BuildOptions, Models

from .packages import Flavour, Msgspec, Pydantic, make


@pytest.fixture(scope="session")
def pydantic_package() -> Pydantic:
    """The committed package."""
    return Pydantic(importlib.import_module("ocpp21"))


@pytest.fixture(scope="session")
def msgspec_package(tmp_path_factory: pytest.TempPathFactory) -> Msgspec:
    """The same protocol as msgspec structs."""
    folder = tmp_path_factory.mktemp("msgspec")
    options = BuildOptions(out=folder, package="ocpp21_structs", models=Models.MSGSPEC)
    return Msgspec(make(options))


@pytest.fixture(scope="session", params=[Models.PYDANTIC, Models.MSGSPEC], ids=str)
def flavour(request: pytest.FixtureRequest) -> Flavour:
    """Each package in turn."""
    chosen: Flavour = request.getfixturevalue(f"{request.param}_package")
    return chosen
