"""Small protocols for the tests of the emitters, written as schemas."""

from __future__ import annotations

from ocppgen.json_values import JsonObject
from ocppgen.protocol.ir import ActionIR, Block, Initiator, MessageKind, ProtocolIR, TypeIR

BLOCK = Block("B", "Provisioning", "provisioning")


def ir_of(schemas: dict[str, JsonObject], **fields: dict[str, str]) -> ProtocolIR:
    """A protocol whose types are `schemas`, in that order; `fields` gives Python names by type."""
    types = {name: _type(name, schema, fields.get(name, {})) for name, schema in schemas.items()}
    action = ActionIR(
        name="Ping",
        method="ping",
        member="PING",
        initiator=Initiator.CHARGING_STATION,
        kind=MessageKind.CALL,
        block=BLOCK,
        since="2.1",
        summary="Asks for an echo.",
        request="PingRequest",
        response="PingResponse",
    )
    return ProtocolIR("2.1", "ocpp2.1", "ocpp21", (action,), types)


def _type(name: str, schema: JsonObject, names: dict[str, str]) -> TypeIR:
    values = schema.get("enum", [])
    assert isinstance(values, list)
    properties = schema.get("properties", {})
    assert isinstance(properties, dict)
    is_message = name.endswith(("Request", "Response"))
    module = "messages.provisioning" if is_message else "enums" if values else "datatypes"
    return TypeIR(
        name=name,
        schema=schema,
        module=module,
        summary=f"What {name} is for.",
        fields={wire: names.get(wire, wire) for wire in properties},
        members={str(value): str(value).upper() for value in values},
        is_message=is_message,
    )


def closed(*required: str, **properties: JsonObject) -> JsonObject:
    """The schema of an object that refuses unknown keys."""
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "required": list(required),
    }


def ref(name: str) -> JsonObject:
    """A reference to a named type."""
    return {"$ref": f"#/definitions/{name}"}
