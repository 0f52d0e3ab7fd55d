"""Telling the versions of OCPP apart. The bad cases are golden: tests/golden/bad."""

from __future__ import annotations

import pytest

from ocppgen.diagnostics import GeneratorError
from ocppgen.json_values import JsonObject
from ocppgen.source import bundle, versions, wheel
from ocppgen.source.bundle import SchemaBundle, SchemaFile

from .golden_texts import BUNDLES


def made(**schemas: JsonObject) -> SchemaBundle:
    """A bundle of schemas with nothing but these marks."""
    return SchemaBundle.of("x", (SchemaFile(f"{k}.json", "", v) for k, v in schemas.items()))


@pytest.mark.parametrize(
    ("folder", "number", "package", "subprotocol"),
    [
        ("v16", "1.6", "ocpp16", "ocpp1.6"),
        ("v201", "2.0.1", "ocpp201", "ocpp2.0.1"),
        ("v21", "2.1", "ocpp21", "ocpp2.1"),
    ],
)
def test_bundles_of_the_wheel(folder: str, number: str, package: str, subprotocol: str) -> None:
    version = versions.detect(bundle.load(wheel.schemas(folder)))
    assert (version.number, version.package, version.subprotocol) == (number, package, subprotocol)
    assert (version.folder / "manifest.json").is_file()


@pytest.mark.parametrize(
    ("marks", "number"),
    [
        ({"$id": "urn:OCPP:Cp:2:2025:1:ResetRequest"}, "2.1"),
        ({"$id": "urn:OCPP:Cp:2:2020:3:ResetRequest"}, "2.0.1"),
        ({"$id": "urn:OCPP:Cp:1.6:2020:3:Reset.req"}, "1.6"),
        ({"id": "urn:OCPP:1.6:2019:12:ResetRequest"}, "1.6"),
        ({"comment": "OCPP 2.0.1 FINAL"}, "2.0.1"),
        ({"comment": "OCPP 2.1 Edition 2 (c)"}, "2.1"),
        ({"comment": "OCPP as we like it"}, "2.1"),
        ({"$id": "urn:acme:ResetRequest"}, "2.1"),
        ({"$schema": "http://json-schema.org/draft-04/schema#"}, "2.1"),
        ({}, "2.1"),
    ],
)
def test_marks(marks: JsonObject, number: str) -> None:
    assert versions.detect(made(ResetRequest=marks, ResetResponse={})).number == number


def test_draft_4_with_requests_without_suffix_is_1_6() -> None:
    assert versions.detect(bundle.load(BUNDLES / "ocpp_1_6")).number == "1.6"


@pytest.mark.parametrize(
    "marks",
    [
        {"$id": "urn:OCPP:Cp:2:2018:4:ResetRequest"},
        {"id": "urn:OCPP:Cp:3:2031:1:ResetRequest"},
        {"comment": "OCPP 2.2 draft"},
        {"comment": "OCPP 2.0"},
    ],
)
def test_unknown_versions_are_refused(marks: JsonObject) -> None:
    with pytest.raises(GeneratorError, match="a version unknown to ocppgen"):
        versions.detect(made(ResetRequest=marks))
