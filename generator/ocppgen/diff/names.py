"""Find types that only got another name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from ..json_values import JsonObject
from ..schema.schema_shapes import references
from .schema import World, compare_schemas
from .values import likeness

_ALIKE = 0.75


def find_renamed(
    old: Mapping[str, JsonObject], new: Mapping[str, JsonObject], fixed: Iterable[str]
) -> dict[str, str]:
    """Return old name -> new name for types whose shape stayed and whose name did not.

    Two types of the same shape may still be two things. They count as one where a field that
    referred to the old refers to the new, or where the names are alike. `fixed` are names that
    have a meaning of their own (messages), which are never paired.
    """
    kept = {*fixed, *(old.keys() & new.keys())}
    removed, added = old.keys() - kept, new.keys() - kept
    renamed: dict[str, str] = {}
    # A type that refers to a renamed one has the same shape only once that one is known.
    while pairs := _pair(World(old, new, renamed), removed, added):
        renamed |= pairs
        removed, added = removed - pairs.keys(), added - set(pairs.values())
    return dict(sorted(renamed.items()))


def _pair(world: World, removed: Iterable[str], added: Iterable[str]) -> dict[str, str]:
    """Old name -> new name: the best evidence first, by name where the evidence is equal."""
    before, after = _uses(world.old), _uses(world.new)
    scored: list[tuple[float, str, str]] = []
    for one in removed:
        places = {(world.renamed.get(owner, owner), path) for owner, path in before[one]}
        for other in added:
            if next(compare_schemas(world.old[one], world.new[other], world), None) is None:
                changed_over = not places.isdisjoint(after[other])
                scored.append((-likeness(one, other) - changed_over, one, other))
    pairs: dict[str, str] = {}
    for score, one, other in sorted(scored):
        if -score >= _ALIKE and one not in pairs and other not in pairs.values():
            pairs[one] = other
    return pairs


def _uses(types: Mapping[str, JsonObject]) -> Mapping[str, set[tuple[str, str]]]:
    """For each type, where it is referred to: the owner and the path inside it."""
    uses: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for owner, schema in types.items():
        for path, target in references(schema):
            uses[target].add((owner, path))
    return uses
