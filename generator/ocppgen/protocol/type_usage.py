"""Which types use which, and what follows: their order, their modules, what each is part of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..schema.definitions import Definitions, TypeDefinition
from ..schema.schema_shapes import references
from .ir import ActionIR


@dataclass(frozen=True, slots=True)
class Usage:
    """Direct references between types, by name: `uses` downwards, `used_in` upwards.

    The places in `used_in` are (type name, wire name of the property).
    """

    uses: Mapping[str, tuple[str, ...]]
    used_in: Mapping[str, tuple[tuple[str, str], ...]]

    @classmethod
    def of(cls, definitions: Definitions) -> Usage:
        """Follow every reference once. No type is part of itself: `merge` sees to that."""
        uses: dict[str, set[str]] = {name: set() for name in definitions.types}
        used_in: dict[str, set[tuple[str, str]]] = {name: set() for name in definitions.types}
        for name, definition in definitions.types.items():
            for path, target in references(definition.schema):
                wire_name = path.partition(".")[0].removesuffix("[]")
                uses[name].add(target)
                used_in[target].add((name, wire_name))
        return cls(
            {name: tuple(sorted(targets)) for name, targets in uses.items()},
            {name: tuple(sorted(places)) for name, places in used_in.items()},
        )

    def within(self, names: Iterable[str]) -> frozenset[str]:
        """`names` and every type that they are made of."""
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self.uses[name])
        return frozenset(found)

    def in_order(self) -> tuple[str, ...]:
        """All types, each after those it uses, otherwise by name."""
        done: dict[str, None] = {}
        for name in self.uses:
            self._visit(name, done)
        return tuple(done)

    def _visit(self, name: str, done: dict[str, None]) -> None:
        if name not in done:
            for used in self.uses[name]:
                self._visit(used, done)
            done[name] = None


def modules(
    definitions: Definitions, usage: Usage, actions: Iterable[ActionIR]
) -> Mapping[str, str]:
    """The module of each type.

    Messages, and the objects that only one functional block uses, stand in the block's module;
    objects of several blocks or of none stand in "datatypes", enums in "enums".
    """
    blocks: dict[str, set[str]] = {name: set() for name in definitions.types}
    for action in actions:
        for name in usage.within(filter(None, (action.request, action.response))):
            blocks[name].add(action.block.module)
    return {name: _module(each, blocks[name]) for name, each in definitions.types.items()}


def _module(definition: TypeDefinition, blocks: set[str]) -> str:
    if "enum" in definition.schema:
        return "enums"
    return f"messages.{next(iter(blocks))}" if len(blocks) == 1 else "datatypes"
