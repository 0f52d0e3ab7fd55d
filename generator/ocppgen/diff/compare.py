"""Compare two bundles: what changed in Actions, types and fields, and whom it breaks.

The rules are the table in `rules`; the other modules of this folder find the changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..json_values import JsonObject
from ..schema.definitions import Definitions
from ..schema.merge import merge
from ..schema.message_names import action_of
from ..source.bundle import SchemaBundle
from .changes import Change, Diff, Difference, Scope
from .names import find_renamed
from .reach import messages_by_action, reach
from .rules import ChangeKind
from .schema import World, compare_schemas

__all__ = ["Change", "Diff", "Difference", "Scope", "compare"]


def compare(old: SchemaBundle | Definitions, new: SchemaBundle | Definitions) -> Diff:
    """Return every structural change from `old` to `new`, in the order of reports.

    A change inside a type is reported once, with the messages that it reaches. Raises
    GeneratorError if one of the two is a bundle whose files cannot be merged.
    """
    sides = _Sides.of(_definitions(old), _definitions(new))
    changes = (*_action_changes(sides), *_message_changes(sides), *_type_changes(sides))
    return Diff(tuple(sorted(changes, key=_place)), _origin(old), _origin(new))


def _definitions(side: SchemaBundle | Definitions) -> Definitions:
    return merge(side) if isinstance(side, SchemaBundle) else side


def _origin(side: SchemaBundle | Definitions) -> str:
    return side.origin if isinstance(side, SchemaBundle) else ""


_SCOPES = tuple(Scope)
_KINDS = tuple(ChangeKind)


def _place(change: Change) -> tuple[int | str, ...]:
    """Sort by Action, message and path, then by type and path; the rest is for determinism."""
    difference = change.difference
    group, name = change.group
    inside = (_SCOPES.index(change.scope), change.subject, difference.path)
    detail = (difference.keyword, str(difference.before), str(difference.after))
    return (_SCOPES.index(group), name, *inside, _KINDS.index(change.kind), *detail)


@dataclass(frozen=True, slots=True)
class _Sides:
    """Both bundles, with what is asked of them again and again."""

    world: World
    old_actions: Mapping[str, Mapping[str, str]]
    new_actions: Mapping[str, Mapping[str, str]]
    old_reach: Mapping[str, frozenset[str]]
    new_reach: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, old: Definitions, new: Definitions) -> _Sides:
        """Ask everything once."""
        actions = messages_by_action(old), messages_by_action(new)
        old_types, new_types = _schemas(old), _schemas(new)
        renamed = find_renamed(old_types, new_types, _names(actions[0]) | _names(actions[1]))
        return cls(World(old_types, new_types, renamed), *actions, reach(old), reach(new))

    @property
    def messages(self) -> set[str]:
        """The names of all messages of both."""
        return _names(self.old_actions) | _names(self.new_actions)

    @property
    def message_pairs(self) -> Mapping[str, str]:
        """Old name -> new name of the messages of both; a name may have lost or won its suffix."""
        return {
            before[role]: self.new_actions[action][role]
            for action, before in self.old_actions.items()
            for role in before
            if role in self.new_actions.get(action, {})
        }


def _schemas(definitions: Definitions) -> Mapping[str, JsonObject]:
    return {name: definition.schema for name, definition in definitions.types.items()}


def _names(actions: Mapping[str, Mapping[str, str]]) -> set[str]:
    return {name for roles in actions.values() for name in roles.values()}


def _change(scope: Scope, subject: str, difference: Difference, messages: Iterable[str]) -> Change:
    names = tuple(sorted(messages))
    actions = tuple(sorted({action_of(name) for name in names}))
    return Change(scope, subject, difference, names, actions)


def _action_changes(sides: _Sides) -> Iterator[Change]:
    """Actions that came or went, and Actions that are answered now or no longer."""
    for name in sorted({*sides.old_actions, *sides.new_actions}):
        before = sides.old_actions.get(name, {})
        after = sides.new_actions.get(name, {})
        if not before:
            added = Difference(ChangeKind.ACTION_ADDED)
            yield _change(Scope.ACTION, name, added, after.values())
        elif not after:
            removed = Difference(ChangeKind.ACTION_REMOVED)
            yield _change(Scope.ACTION, name, removed, before.values())
        else:
            yield from _role_changes(name, before, after)


def _role_changes(
    action: str, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[Change]:
    for role in sorted(after.keys() - before.keys()):
        difference = Difference(ChangeKind.MESSAGE_ADDED, after=after[role])
        yield _change(Scope.ACTION, action, difference, [after[role]])
    for role in sorted(before.keys() - after.keys()):
        difference = Difference(ChangeKind.MESSAGE_REMOVED, before=before[role])
        yield _change(Scope.ACTION, action, difference, [before[role]])


def _message_changes(sides: _Sides) -> Iterator[Change]:
    """What differs in the messages of the Actions that both bundles have."""
    for old_name, new_name in sides.message_pairs.items():
        schemas = sides.world.old[old_name], sides.world.new[new_name]
        for difference in compare_schemas(*schemas, sides.world):
            yield _change(Scope.MESSAGE, new_name, difference, [new_name])


def _type_changes(sides: _Sides) -> Iterator[Change]:
    """Types that came, went or are called otherwise, and what differs inside those of both."""
    world = sides.world
    old_types = world.old.keys() - sides.messages
    new_types = world.new.keys() - sides.messages
    pairs = {**{name: name for name in old_types & new_types}, **world.renamed}
    for name in old_types - pairs.keys():
        removed = Difference(ChangeKind.TYPE_REMOVED)
        yield _change(Scope.TYPE, name, removed, sides.old_reach.get(name, ()))
    for name in new_types - set(pairs.values()):
        added = Difference(ChangeKind.TYPE_ADDED)
        yield _change(Scope.TYPE, name, added, sides.new_reach.get(name, ()))
    for old_name, new_name in pairs.items():
        yield from _inside_type(sides, old_name, new_name)


def _inside_type(sides: _Sides, old_name: str, new_name: str) -> Iterator[Change]:
    world = sides.world
    pairs = sides.message_pairs
    old_reach = sides.old_reach.get(old_name, frozenset())
    new_reach = sides.new_reach.get(new_name, frozenset())
    # Only a message of both bundles carries the difference from one to the other.
    messages = {pairs[name] for name in old_reach if pairs.get(name) in new_reach}
    if old_name != new_name:
        renamed = Difference(ChangeKind.TYPE_RENAMED, before=old_name, after=new_name)
        yield _change(Scope.TYPE, new_name, renamed, messages)
    for difference in compare_schemas(world.old[old_name], world.new[new_name], world):
        yield _change(Scope.TYPE, new_name, difference, messages)
