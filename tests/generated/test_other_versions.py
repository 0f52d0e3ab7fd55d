"""OCPP 1.6 and 2.0.1: their models and strategies agree with their schemas too."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft6Validator, FormatChecker

from ocppgen.config import BuildOptions
from ocppgen.diagnostics import Findings
from ocppgen.json_values import JsonObject
from ocppgen.schema.message_names import message_names
from ocppgen.source import bundle, wheel

from .packages import Pydantic, Refused, make

_few = settings(max_examples=settings().max_examples // 20)


@cache
def _schemas(version: str) -> dict[str, JsonObject]:
    loaded = bundle.load(wheel.schemas(version))
    names = message_names(loaded, Findings("test"))
    return {names[file.name]: file.schema for file in loaded.files.values()}


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pydantic]:
    """The packages by version."""
    out = tmp_path_factory.mktemp("versions")
    bundles = {version: wheel.schemas(version) for version in ("v16", "v201")}
    return {
        version: Pydantic(make(BuildOptions(bundle=path, out=out)))
        for version, path in bundles.items()
    }


_every_message = pytest.mark.parametrize(
    ("version", "message"),
    [(version, message) for version in ("v16", "v201") for message in _schemas(version)],
)


@_every_message
def test_valid_instance_survives(
    version: str, message: str, packages: dict[str, Pydantic]
) -> None:
    package = packages[version]
    judge = Draft6Validator(_schemas(version)[message], format_checker=FormatChecker())

    @_few
    @given(package.testing().valid(package.type(message)))
    def check(payload: JsonObject) -> None:
        judge.validate(payload)

        written = json.loads(package.write(package.read(message, json.dumps(payload))))

        judge.validate(written)
        assert written.keys() == payload.keys()

    check()


@_every_message
def test_broken_instance_is_refused(
    version: str, message: str, packages: dict[str, Pydantic]
) -> None:
    package = packages[version]
    judge = Draft6Validator(_schemas(version)[message], format_checker=FormatChecker())

    @_few
    @given(package.testing().broken(package.type(message)))
    def check(case: Any) -> None:
        assert not judge.is_valid(case.payload)

        with pytest.raises(Refused) as refusal:
            package.read(message, json.dumps(case.payload))

        assert case.pointer in refusal.value.places

    check()
