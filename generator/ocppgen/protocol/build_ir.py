"""Definitions, the table of Actions and the naming brought together as a ProtocolIR."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from ..diagnostics import Findings
from ..json_values import pointer
from ..schema.definitions import Definitions, TypeDefinition
from ..schema.schema_shapes import as_list, as_object
from . import type_usage
from .actions import ActionRow, ActionTable
from .ir import ActionIR, ProtocolIR, TypeIR
from .message_pairs import Messages, paired
from .naming import Naming
from .type_summaries import summaries
from .type_usage import Usage

_STAGE = "ir"


def build(
    definitions: Definitions,
    actions: ActionTable,
    naming: Naming,
    version: str,
    package: str,
    custom_data: Mapping[str, str] | None = None,
) -> ProtocolIR:
    """The protocol of one bundle.

    Rows of `actions` whose messages are not in the bundle are passed over, so that a bundle may
    hold a part of the standard; types that no message uses are kept. `custom_data` is the type of
    customData by vendor id; such a type comes from a file of its own, but is no message.

    Raises GeneratorError with everything that does not fit: an Action without a row, a CALL without
    a response, two names that become one in Python.
    """
    findings = Findings(_STAGE)
    custom_data = custom_data or {}
    definitions = _without_marks(definitions, frozenset(custom_data.values()))
    messages = [each for each in definitions.types.values() if each.is_message]
    found = tuple(_action(row, pair, naming) for row, pair in paired(messages, actions, findings))
    _refuse_collisions({a.name: a.method for a in found}, actions.file, "/actions", findings)
    usage = Usage.of(definitions)
    modules = type_usage.modules(definitions, usage, found)
    words = summaries(definitions, usage, found, naming, custom_data)
    names = _Names(naming, findings)
    types = {
        name: names.type_ir(definitions.types[name], modules[name], words[name])
        for name in usage.in_order()
    }
    findings.raise_errors()
    return ProtocolIR(version, f"ocpp{version}", package, found, types, custom_data)


def _without_marks(definitions: Definitions, no_messages: frozenset[str]) -> Definitions:
    return Definitions.of(
        dataclasses.replace(each, is_message=each.is_message and each.name not in no_messages)
        for each in definitions.types.values()
    )


def _action(row: ActionRow, messages: Messages, naming: Naming) -> ActionIR:
    method = naming.method(row.name)
    return ActionIR(
        name=row.name,
        method=method,
        member=method.upper(),
        initiator=row.initiator,
        kind=row.kind,
        block=row.block,
        since=row.since,
        summary=row.summary,
        request=messages.request,
        response=messages.response,
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """Makes the Python names of types and notes those that do not work."""

    naming: Naming
    findings: Findings

    def type_ir(self, definition: TypeDefinition, module: str, summary: str) -> TypeIR:
        """The type with the names of its fields or members."""
        name, schema = definition.name, definition.schema
        values = [value for value in as_list(schema.get("enum")) if isinstance(value, str)]
        return TypeIR(
            name=name,
            schema=schema,
            module=module,
            summary=summary,
            fields=self._named(
                as_object(schema.get("properties")), self.naming.field, definition, "properties"
            ),
            members=self._named(values, self.naming.member, definition, "enum"),
            is_message=definition.is_message,
        )

    def _named(
        self,
        wire_names: Iterable[str],
        rule: Callable[[str, str], str],
        definition: TypeDefinition,
        key: str,
    ) -> Mapping[str, str]:
        names = {wire_name: rule(definition.name, wire_name) for wire_name in wire_names}
        file, place = _place(definition)
        _refuse_collisions(names, file, f"{place}/{key}", self.findings, definition.name)
        return names


def _place(definition: TypeDefinition) -> tuple[str, str]:
    place = "" if definition.is_message else pointer("definitions", definition.name)
    return definition.sources[0], place


def _refuse_collisions(
    names: Mapping[str, str], file: str, place: str, findings: Findings, owner: str = ""
) -> None:
    """Note each wire name that makes no name, or the name of another."""
    first: dict[str, str] = {}
    prefix = f"{owner}." if owner else ""
    for wire_name, name in names.items():
        hint = f'give "{prefix}{wire_name}" another name in naming.toml'
        other = first.setdefault(name, wire_name)
        if not name:
            findings.error(f"no name can be made of {wire_name!r}", file, place, hint)
        elif other != wire_name:
            findings.error(f"{other!r} and {wire_name!r} would both be {name}", file, place, hint)
