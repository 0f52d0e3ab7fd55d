"""Definitions, the table of Actions and naming become one protocol, or a list of what is wrong."""

from __future__ import annotations

from importlib.resources import as_file, files

import pytest

from ocppgen.diagnostics import GeneratorError
from ocppgen.json_values import JsonObject
from ocppgen.protocol import actions, build_ir, naming
from ocppgen.protocol.ir import Initiator, MessageKind, ProtocolIR
from ocppgen.protocol.naming import Naming
from ocppgen.resources import SCHEMAS
from ocppgen.schema.merge import merge
from ocppgen.schema.schema_shapes import references
from ocppgen.source import bundle

from . import mini_protocol
from .mini_protocol import BOOT, EMPTY, FILES, ROWS, TEXT, closed, message, row, table


def built(schemas: dict[str, JsonObject], *rows: actions.ActionRow) -> ProtocolIR:
    definitions = merge(mini_protocol.bundle(schemas))
    return build_ir.build(definitions, table(*(rows or ROWS)), Naming(), "2.1", "mini")


def refusal(schemas: dict[str, JsonObject], *rows: actions.ActionRow) -> list[tuple[str, str]]:
    """What the build is refused for, each with its hint."""
    with pytest.raises(GeneratorError) as raised:
        built(schemas, *rows)
    return [(str(d), d.hint or "") for d in raised.value.diagnostics]


def test_actions_are_paired_with_their_messages() -> None:
    found = {a.name: (a.method, a.member, a.request, a.response) for a in built(FILES).actions}
    assert found == {
        "BootNotification": (
            *("boot_notification", "BOOT_NOTIFICATION"),
            *("BootNotificationRequest", "BootNotificationResponse"),
        ),
        "DataTransfer": (
            *("data_transfer", "DATA_TRANSFER"),
            *("DataTransferRequest", "DataTransferResponse"),
        ),
        "NotifyStream": ("notify_stream", "NOTIFY_STREAM", "NotifyStream", None),
        "Reset": ("reset", "RESET", "ResetRequest", "ResetResponse"),
    }


def test_a_type_stands_where_it_is_used() -> None:
    modules = {type_.name: type_.module for type_ in built(FILES).types.values()}
    assert modules["BootNotificationRequest"] == "messages.provisioning"
    assert modules["ModemType"] == "messages.provisioning"  # one block uses it
    assert modules["EVSEType"] == "datatypes"  # two blocks use it
    assert modules["StartReasonEnumType"] == "enums"
    assert modules["NotifyStream"] == "messages.diagnostics"


def test_each_type_stands_after_those_it_uses() -> None:
    order = list(built(FILES).types)
    assert order.index("CustomDataType") < order.index("EVSEType") < order.index("ResetRequest")
    assert order == list(built(dict(reversed(FILES.items()))).types)


def test_names_of_fields_and_members() -> None:
    types = built(FILES).types
    assert types["EVSEType"].fields == {"id": "id", "customData": "custom_data"}
    assert types["StartReasonEnumType"].members == {
        "PowerUp": "POWER_UP",
        "L1-N": "L1_N",
        "Energy.Import": "ENERGY_IMPORT",
    }
    assert types["StartReasonEnumType"].is_enum
    assert not types["EVSEType"].is_enum


def test_summaries_are_made_of_names() -> None:
    words = {type_.name: type_.summary for type_ in built(FILES).types.values()}
    assert words["ResetRequest"] == "Request of Reset: Someone sends Reset to someone."
    assert words["ResetResponse"] == "Response to Reset."
    assert words["NotifyStream"].startswith("Message of NotifyStream: ")
    assert words["EVSEType"] == "Part of BootNotificationRequest, NotifyStream and ResetRequest."
    assert words["StartReasonEnumType"] == "Values of BootNotificationRequest.reason."


def test_a_bundle_may_hold_a_part_of_the_standard() -> None:
    part = {name: FILES[name] for name in ("ResetRequest", "ResetResponse")}
    assert [action.name for action in built(part).actions] == ["Reset"]


def test_a_type_that_no_message_uses_is_kept() -> None:
    schemas = {"ResetRequest": message(closed(), "ModemType"), "ResetResponse": EMPTY}
    modem = built(schemas).types["ModemType"]
    assert (modem.module, modem.summary) == ("datatypes", "Used by no message.")


def test_an_action_without_a_row() -> None:
    schemas = {**FILES, "RestRequest": EMPTY, "RestResponse": EMPTY}
    assert refusal(schemas) == [
        (
            "ir: RestRequest.json: Rest is not in the table of Actions",
            "add a table [actions.Rest] to actions.toml; did you mean 'Reset'?",
        )
    ]


def test_a_call_without_a_response() -> None:
    assert refusal({"Reset": EMPTY}) == [
        (
            "ir: Reset.json: Reset is a CALL, but the bundle has no response to it",
            "add ResetResponse.json, or correct actions.toml#/actions/Reset/kind",
        )
    ]


def test_a_send_with_a_response() -> None:
    schemas = {"NotifyStreamRequest": EMPTY, "NotifyStreamResponse": EMPTY}
    assert refusal(schemas) == [
        (
            "ir: NotifyStreamRequest.json: NotifyStream is a SEND, but the bundle has a response"
            " to it",
            "a SEND has one message, NotifyStream.json; correct it or"
            " actions.toml#/actions/NotifyStream/kind",
        )
    ]


def test_two_fields_of_one_name() -> None:
    schema = message(closed(priceId=TEXT, priceID=TEXT))
    assert refusal({"ResetRequest": schema, "ResetResponse": EMPTY}) == [
        (
            "ir: ResetRequest.json#/properties: 'priceId' and 'priceID' would both be price_id",
            'give "ResetRequest.priceID" another name in naming.toml',
        )
    ]


def test_two_members_of_one_name() -> None:
    enum: JsonObject = {"type": "string", "enum": ["SoC", "SOC", "..."]}
    schema = {**closed(a={"$ref": "#/definitions/AEnumType"}), "definitions": {"AEnumType": enum}}
    naming_ = Naming(("SoC",))
    definitions = merge(mini_protocol.bundle({"ResetRequest": schema, "ResetResponse": EMPTY}))
    with pytest.raises(GeneratorError) as raised:
        build_ir.build(definitions, table(*ROWS), naming_, "2.1", "mini")
    place = "ir: ResetRequest.json#/definitions/AEnumType/enum: "
    assert str(raised.value).splitlines() == [
        place + "'SoC' and 'SOC' would both be SOC",
        place + "no name can be made of '...'",
    ]


def test_two_actions_of_one_name() -> None:
    names = ("DERReset", "DerReset")
    schemas = {name + suffix: EMPTY for name in names for suffix in ("Request", "Response")}
    found = refusal(schemas, *map(row, names))
    assert [message for message, _ in found] == [
        "ir: actions.toml#/actions: 'DERReset' and 'DerReset' would both be der_reset"
    ]


def test_an_exception_in_naming_settles_a_collision() -> None:
    schema = message(closed(priceId=TEXT, priceID=TEXT))
    definitions = merge(mini_protocol.bundle({"ResetRequest": schema, "ResetResponse": EMPTY}))
    naming_ = Naming(fields={"ResetRequest.priceID": "price_id_upper"})
    types = build_ir.build(definitions, table(*ROWS), naming_, "2.1", "mini").types
    assert types["ResetRequest"].fields == {"priceId": "price_id", "priceID": "price_id_upper"}


def test_a_type_of_custom_data_is_no_message() -> None:
    definitions = merge(mini_protocol.bundle({**FILES, "AcmeDataType": BOOT}))
    ir = build_ir.build(
        definitions, table(*ROWS), Naming(), "2.1", "mini", {"com.example": "AcmeDataType"}
    )
    type_ = ir.types["AcmeDataType"]
    assert (type_.is_message, type_.module) == (False, "datatypes")
    assert type_.summary == "The customData of vendor com.example."
    assert ir.custom_data == {"com.example": "AcmeDataType"}


@pytest.mark.parametrize(
    ("folder", "version", "calls", "sends", "enums"),
    [("v21", "2.1", 90, 1, 110), ("v201", "2.0.1", 64, 0, 88), ("v16", "1.6", 39, 0, None)],
)
def test_the_real_bundles(
    folder: str, version: str, calls: int, sends: int, enums: int | None
) -> None:
    data = SCHEMAS / f"ocpp-{version}"
    with as_file(files("ocpp") / folder / "schemas") as path:
        definitions = merge(bundle.load(path))
    ir = build_ir.build(
        definitions,
        actions.read(data / "actions.toml"),
        naming.read(data / "naming.toml"),
        version,
        "real",
    )
    kinds = [action.kind for action in ir.actions]
    assert (kinds.count(MessageKind.CALL), kinds.count(MessageKind.SEND)) == (calls, sends)
    assert enums is None or sum(type_.is_enum for type_ in ir.types.values()) == enums
    assert {a.initiator for a in ir.actions} == set(Initiator)
    check_modules(ir)


def check_modules(ir: ProtocolIR) -> None:
    """No module of messages is imported by another module that holds types."""
    for type_ in ir.types.values():
        for _, target in references(type_.schema):
            module = ir.types[target].module
            assert module in ("enums", "datatypes", type_.module), (type_.name, target)
