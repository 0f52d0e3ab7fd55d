"""One sentence for each type, made of names: no schema's words are in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..schema.definitions import Definitions, TypeDefinition
from .ir import ActionIR
from .naming import Naming
from .type_usage import Usage

_SHOWN = 3
_CUSTOM_DATA = {"CustomDataType": "A vendor's own data: its id, and any keys and values besides."}


def summaries(
    definitions: Definitions,
    usage: Usage,
    actions: Iterable[ActionIR],
    naming: Naming,
    custom_data: Mapping[str, str],
) -> Mapping[str, str]:
    """The sentence of each type, by type name."""
    vendors = {name: f"The customData of vendor {id_}." for id_, name in custom_data.items()}
    known = _CUSTOM_DATA | vendors
    known.update(_of_messages(actions))
    return {
        name: known.get(name) or _of_part(each, usage.used_in[name], naming)
        for name, each in definitions.types.items()
    }


def _of_messages(actions: Iterable[ActionIR]) -> Iterable[tuple[str, str]]:
    for action in actions:
        if action.response is None:
            yield action.request, f"Message of {action.name}: {action.summary}"
        else:
            yield action.request, f"Request of {action.name}: {action.summary}"
            yield action.response, f"Response to {action.name}."


def _of_part(
    definition: TypeDefinition, places: tuple[tuple[str, str], ...], naming: Naming
) -> str:
    if not places:
        return "Used by no message."
    if "enum" in definition.schema:
        users = [f"{owner}.{naming.field(owner, wire_name)}" for owner, wire_name in places]
        return f"Values of {_listed(users)}."
    return f"Part of {_listed(sorted({owner for owner, _ in places}))}."


def _listed(names: list[str]) -> str:
    shown, more = names[:_SHOWN], len(names) - _SHOWN
    if more > 0:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
