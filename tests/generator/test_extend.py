"""A vendor's folder laid over the standard: its Actions and its customData become typed."""

from __future__ import annotations

import importlib
import json
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from ocppgen.config import Models
from ocppgen.diagnostics import Findings, GeneratorError
from ocppgen.emit import emit_models, emit_msgspec
from ocppgen.emit.emit_templates import emit
from ocppgen.json_values import JsonObject
from ocppgen.protocol import build_ir, extend
from ocppgen.protocol.extend import Extended
from ocppgen.protocol.ir import Initiator, MessageKind, ProtocolIR
from ocppgen.protocol.naming import Naming
from ocppgen.schema.merge import merge

from .mini_protocol import FILES, ROWS, bundle, closed, ref, table

ACME = Path(__file__).parents[1] / "golden" / "extend" / "acme"
STANDARD = Extended(bundle(FILES), table(*ROWS), Naming())


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    """A copy of the worked example, to be spoilt."""
    return Path(shutil.copytree(ACME, tmp_path / "acme"))


def extended(*folders: Path, standard: Extended = STANDARD) -> Extended:
    return extend.extend(standard, folders, Findings("extend"))


def built(together: Extended) -> ProtocolIR:
    definitions = merge(together.bundle)
    return build_ir.build(
        definitions, together.actions, together.naming, "2.1", "mini", together.custom_data
    )


def refusal(*folders: Path, standard: Extended = STANDARD) -> list[str]:
    with pytest.raises(GeneratorError) as raised:
        built(extended(*folders, standard=standard))
    return [str(diagnostic) for diagnostic in raised.value.diagnostics]


def put(path: Path, schema: JsonObject) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"$schema": "x", **schema}), encoding="utf-8")


def test_without_a_folder_nothing_changes() -> None:
    assert extended() is STANDARD


def test_vendor_actions_stand_beside_those_of_the_standard() -> None:
    actions = {action.name: action for action in built(extended(ACME)).actions}
    assert set(actions) == {each.name for each in ROWS} | {
        *("AcmeCableReport", "AcmeSelfTest", "AcmeTelemetry"),
    }
    test, telemetry = actions["AcmeSelfTest"], actions["AcmeTelemetry"]
    assert (test.initiator, test.response) == (Initiator.CSMS, "AcmeSelfTestResponse")
    assert (telemetry.kind, telemetry.response) == (MessageKind.SEND, None)
    assert {test.block.module, telemetry.block.module} == {"acme"}


def test_vendor_types_may_use_those_of_the_standard() -> None:
    types = built(extended(ACME)).types
    assert types["AcmeSelfTestRequest"].module == "messages.acme"
    assert types["AcmeFindingType"].module == "messages.acme"
    assert types["EVSEType"].module == "datatypes"
    assert types["AcmeCableReportRequest"].fields["tempC"] == "temperature"  # naming.toml


def test_custom_data_becomes_a_type_without_the_vendor_id() -> None:
    ir = built(extended(ACME))
    type_ = ir.types["AcmeCustomDataType"]
    assert ir.custom_data == {"com.example": "AcmeCustomDataType"}
    assert type_.fields == {"cableLength": "cable_length", "lastVisit": "last_visit"}
    assert type_.schema["required"] == ["cableLength"]
    assert not type_.is_message


def test_handlers_and_callers_of_the_vendor_are_written() -> None:
    files = emit(built(extended(ACME)), "# Header.", None, "pydantic").files
    assert "class ChargingStationAcmeHandler(Protocol):" in files["handlers.py"]
    assert "async def on_acme_self_test(" in files["handlers.py"]
    assert "async def acme_telemetry(self, message: AcmeTelemetry) -> None:" in files["calls.py"]
    assert 'ACME_SELF_TEST = "AcmeSelfTest"' in files["actions.py"]
    assert '"com.example": AcmeCustomDataType' in files["custom_data.py"]
    assert '"AcmeCustomDataType": ".datatypes"' in files["__init__.py"]


def test_without_vendors_there_is_no_module_for_their_data() -> None:
    assert "custom_data.py" not in emit(built(STANDARD), "# Header.", None, "pydantic").files


def test_a_folder_may_hold_nothing_but_custom_data(tmp_path: Path) -> None:
    put(tmp_path / "custom_data" / "org.example-two.json", closed("a", a={"type": "string"}))
    together = extended(tmp_path)
    assert together.custom_data == {"org.example-two": "OrgExampleTwoCustomDataType"}
    assert together.actions is STANDARD.actions


def test_two_folders(tmp_path: Path) -> None:
    put(tmp_path / "custom_data" / "org.two.json", closed())
    ir = built(extended(ACME, tmp_path))
    assert ir.custom_data == {
        "com.example": "AcmeCustomDataType",
        "org.two": "OrgTwoCustomDataType",
    }
    assert "AcmeSelfTest" in {action.name for action in ir.actions}


def test_the_digest_changes_with_the_extension(acme: Path) -> None:
    before = extended(acme).bundle.digest
    put(acme / "AcmeTelemetry.json", closed())
    assert len({before, extended(acme).bundle.digest, STANDARD.bundle.digest}) == 3


def test_a_message_that_the_standard_has(acme: Path) -> None:
    put(acme / "ResetRequest.json", closed())
    assert refusal(acme) == ["extend: acme/ResetRequest.json: ResetRequest.json is there already"]


def test_an_action_that_the_standard_has(acme: Path) -> None:
    path = acme / "actions.toml"
    path.write_text(path.read_text().replace("AcmeSelfTest", "Reset"))
    assert refusal(acme) == ["actions: acme/actions.toml#/actions/Reset: Reset is described twice"]


def test_a_type_of_another_shape_than_in_the_standard(acme: Path) -> None:
    evse = closed("id", id={"type": "string"})
    put(
        acme / "AcmeTelemetry.json",
        {**closed(evse=ref("EVSEType")), "definitions": {"EVSEType": evse}},
    )
    (told,) = refusal(acme)
    assert told.startswith("merge: ")
    assert "EVSEType has two shapes" in told
    assert "acme/AcmeTelemetry.json" in told


def test_a_type_that_nobody_has(acme: Path) -> None:
    put(acme / "AcmeTelemetry.json", closed(evse=ref("EVSTypo")))
    (told,) = refusal(acme)
    assert told.startswith("merge: acme/AcmeTelemetry.json#/properties/evse/$ref: ")


def test_messages_without_a_table_of_actions(acme: Path) -> None:
    (acme / "actions.toml").unlink()
    assert refusal(acme) == [
        "actions: acme/actions.toml: cannot be read: No such file or directory"
    ]


def test_one_vendor_in_two_folders(acme: Path, tmp_path: Path) -> None:
    shutil.copytree(acme / "custom_data", tmp_path / "more" / "custom_data")
    assert refusal(acme, tmp_path / "more") == [
        "extend: more/custom_data/com.example.json: com.example has a type already",
    ]


def test_two_vendors_with_one_title(acme: Path) -> None:
    shutil.copy(acme / "custom_data" / "com.example.json", acme / "custom_data" / "org.other.json")
    assert refusal(acme) == [
        "extend: acme/custom_data/org.other.json#/title:"
        " acme/custom_data/com.example.json makes a AcmeCustomDataType too"
    ]


def test_a_title_that_is_no_class_name(acme: Path) -> None:
    put(acme / "custom_data" / "com.example.json", {**closed(), "title": "Acme data"})
    (told,) = refusal(acme)
    assert told.startswith("extend: acme/custom_data/com.example.json#/title: Acme data is no name")


def test_custom_data_where_the_bundle_has_none(acme: Path) -> None:
    reset = {"ResetRequest": closed(), "ResetResponse": closed()}
    bare = Extended(bundle(reset), table(*ROWS), Naming())
    assert refusal(acme, standard=bare) == [
        "extend: acme/custom_data: no message of this bundle has customData"
    ]


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(GeneratorError, match="no such folder"):
        extended(tmp_path / "missing")


@pytest.fixture(params=list(Models))
def package(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ModuleType]:
    """The small protocol with the worked example, models and all, imported."""
    name = f"acme_{request.param.value}"
    ir = replace(built(extended(ACME)), package=name)
    models = {Models.PYDANTIC: emit_models.emit, Models.MSGSPEC: emit_msgspec.emit}
    tree = models[request.param](ir, "# Header.") | emit(ir, "# Header.", None, request.param.value)
    for path, text in tree:
        (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name / path).write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module(name)
    for loaded in [each for each in sys.modules if each.partition(".")[0] == name]:
        del sys.modules[loaded]


def test_custom_data_goes_out_and_comes_back_typed(package: ModuleType) -> None:
    custom_data = importlib.import_module(f"{package.__name__}.custom_data")
    acme = package.AcmeCustomDataType(
        cable_length=7.5, last_visit=package.AcmeVisitType(engineer="Ada")
    )
    evse = package.EVSEType(id=1, custom_data=custom_data.pack(acme))
    written = package.ResetRequest(evse=evse).write_json()
    assert json.loads(written)["evse"]["customData"] == {
        "vendorId": "com.example",
        "cableLength": 7.5,
        "lastVisit": {"engineer": "Ada"},
    }
    read = package.ResetRequest.read_json(written)
    assert custom_data.unpack(read.evse.custom_data, package.AcmeCustomDataType) == acme
    assert custom_data.CUSTOM_DATA_TYPES == {"com.example": package.AcmeCustomDataType}


def test_custom_data_of_nobody_or_somebody_else_is_none(package: ModuleType) -> None:
    custom_data = importlib.import_module(f"{package.__name__}.custom_data")
    other = '{"evse": {"id": 1, "customData": {"vendorId": "org.other", "cableLength": "x"}}}'
    for text in ('{"evse": {"id": 1}}', other):
        read = package.ResetRequest.read_json(text)
        assert custom_data.unpack(read.evse.custom_data, package.AcmeCustomDataType) is None


def test_custom_data_of_a_wrong_shape_is_refused(package: ModuleType) -> None:
    custom_data = importlib.import_module(f"{package.__name__}.custom_data")
    wrong = '{"evse": {"id": 1, "customData": {"vendorId": "com.example", "cableLength": "x"}}}'
    read = package.ResetRequest.read_json(wrong)
    with pytest.raises(ValueError, match=r"(?i)cable_?length"):
        custom_data.unpack(read.evse.custom_data, package.AcmeCustomDataType)


def test_vendor_actions_are_in_the_routing_table(package: ModuleType) -> None:
    spec = package.ACTIONS["AcmeSelfTest"]
    request = spec.request.read_json('{"parts": ["RFID-Reader"]}')
    assert request.parts == [package.AcmePartEnumType.RFID_READER]
    assert (spec.handler, spec.block) == ("on_acme_self_test", "X Acme")
    assert hasattr(package.ChargingStationHandler, "on_acme_self_test")
    assert hasattr(package.ChargingStationCalls, "acme_telemetry")
