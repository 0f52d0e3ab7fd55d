"""Wire names become names that a Python programmer would have chosen."""

from __future__ import annotations

from pathlib import Path

import pytest

from ocppgen.diagnostics import GeneratorError
from ocppgen.protocol import naming
from ocppgen.protocol.naming import Naming
from ocppgen.resources import SCHEMAS

OCPP_21 = naming.read(SCHEMAS / "ocpp-2.1" / "naming.toml")
OCPP_201 = naming.read(SCHEMAS / "ocpp-2.0.1" / "naming.toml")


@pytest.mark.parametrize(
    ("wire_name", "field"),
    [
        ("evseId", "evse_id"),
        ("address1", "address1"),
        ("bulkSoC", "bulk_soc"),
        ("evDurationLevel1DCInjection", "ev_duration_level1_dc_injection"),
        ("evMaxV2XEnergyRequest", "ev_max_v2x_energy_request"),
        ("evSupportedDERControl", "ev_supported_der_control"),
        ("fixedPFAbsorb", "fixed_pf_absorb"),
        ("hv10MinMeanValue", "hv10_min_mean_value"),
        ("iso15118SchemaVersion", "iso15118_schema_version"),
        ("limitAtSoC", "limit_at_soc"),
        ("limit_L2", "limit_l2"),
        ("prioritizedEMAIDs", "prioritized_emaids"),
        ("responderURL", "responder_url"),
        ("soC", "soc"),
        ("soH", "soh"),
        ("v2xBaseline", "v2x_baseline"),
        ("from", "from_"),
        ("schema", "schema_"),
        ("modelConfig", "model_config_"),
        ("list", "list_"),
        ("3ph", "field_3_ph"),
        ("socket", "socket"),
        ("-", ""),
    ],
)
def test_field(wire_name: str, field: str) -> None:
    assert OCPP_21.field("AnyType", wire_name) == field


@pytest.mark.parametrize(
    ("value", "member"),
    [
        ("Energy.Active.Import.Register", "ENERGY_ACTIVE_IMPORT_REGISTER"),
        ("SoC", "SOC"),
        ("L1-N", "L1_N"),
        ("IKEv2", "IKEV2"),
        ("L2TP", "L2TP"),
        ("IdleTIme", "IDLE_TIME"),
        ("SignV2G20Certificate", "SIGN_V2G20_CERTIFICATE"),
        ("AC_single_phase", "AC_SINGLE_PHASE"),
        ("JSON", "JSON"),
        ("NONE", "NONE"),
        ("mro", "MRO"),
        ("_sunder_", "SUNDER"),
        ("15min", "VALUE_15_MIN"),
    ],
)
def test_member(value: str, member: str) -> None:
    assert OCPP_21.member("AnyEnumType", value) == member


@pytest.mark.parametrize(
    ("action", "method"),
    [
        ("BootNotification", "boot_notification"),
        ("Get15118EVCertificate", "get_15118_ev_certificate"),
        ("AFRRSignal", "afrr_signal"),
        ("NotifyDERAlarm", "notify_der_alarm"),
        ("NotifyEVChargingNeeds", "notify_ev_charging_needs"),
        ("Import", "import_"),
    ],
)
def test_method(action: str, method: str) -> None:
    assert OCPP_21.method(action) == method


def test_an_older_version_adds_to_the_names_of_a_newer() -> None:
    assert OCPP_201.member("ConnectorEnumType", "s309-1P-16A") == "S309_1P_16A"
    assert OCPP_201.member("IdTokenEnumType", "eMAID") == "EMAID"
    assert OCPP_201.field("DCChargingParametersType", "bulkSoC") == "bulk_soc"
    assert OCPP_201.member("AnyEnumType", "IdleTIme") == "IDLE_TIME"


def test_the_exception_of_one_type_goes_before_that_of_all() -> None:
    names = Naming(fields={"tempC": "temperature", "CableType.tempC": "cable_temperature"})
    assert names.field("CableType", "tempC") == "cable_temperature"
    assert names.field("OtherType", "tempC") == "temperature"


def test_names_laid_over_others_win() -> None:
    below = Naming(("SoC",), {"a": "first", "b": "kept"})
    both = Naming(("SoH",), {"a": "second"}).over(below)
    assert [both.field("T", name) for name in ("a", "b", "maxSoC", "maxSoH")] == [
        "second",
        "kept",
        "max_soc",
        "max_soh",
    ]


def test_without_a_file_the_rule_stands_alone(tmp_path: Path) -> None:
    assert naming.read(tmp_path / "naming.toml") == Naming()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[fields", "naming: naming.toml: is not TOML"),
        ('[field]\na = "b"', "naming: naming.toml#/field: unknown key 'field'"),
        ("acronyms = [1]", "naming: naming.toml#/acronyms: acronyms must be a list of words"),
        ("fields = 1", "naming: naming.toml#/fields: must be a table"),
        ('[fields]\na = "class"', "naming: naming.toml#/fields/a: 'class' is no name for it"),
        ('[fields]\na = "Upper"', "naming: naming.toml#/fields/a: 'Upper' is no name for it"),
        ('[members]\na = "lower"', "naming: naming.toml#/members/a: 'lower' is no name for it"),
        ("[members]\nA.b = 'X'", "naming: naming.toml#/members/A: {'b': 'X'} is no name for it"),
        ("include = 'none.toml'", "naming: none.toml: cannot be read: No such file"),
        ("include = 'naming.toml'", "naming: naming.toml#/include: naming.toml includes a file"),
        ("include = 1", "naming: naming.toml#/include: include must be the name of a file"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, expected: str) -> None:
    path = tmp_path / "naming.toml"
    path.write_text(text)
    with pytest.raises(GeneratorError) as raised:
        naming.read(path)
    assert str(raised.value).startswith(expected)


def test_a_misspelt_key_gets_a_suggestion(tmp_path: Path) -> None:
    path = tmp_path / "naming.toml"
    path.write_text("[field]")
    with pytest.raises(GeneratorError) as raised:
        naming.read(path)
    assert raised.value.diagnostics[0].hint == "did you mean 'fields'?"
