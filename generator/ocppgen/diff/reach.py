"""Which messages of a bundle use which types, and which messages an Action has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from ..schema.definitions import Definitions
from ..schema.message_names import RESPONSE, action_of
from ..schema.structure import references

_REQUEST_ROLE = "request"
_RESPONSE_ROLE = "response"


def messages_by_action(definitions: Definitions) -> Mapping[str, Mapping[str, str]]:
    """For each Action, by name, its messages by role: "request" and "response".

    A message without suffix is the request of an Action that is never answered.
    """
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for name, definition in sorted(definitions.types.items()):
        if definition.is_message:
            role = _RESPONSE_ROLE if name.endswith(RESPONSE) else _REQUEST_ROLE
            found[action_of(name)][role] = name
    return dict(sorted(found.items()))


def reach(definitions: Definitions) -> Mapping[str, frozenset[str]]:
    """For each type, the messages that use it, directly or through other types."""
    uses = {name: references(each.schema) for name, each in definitions.types.items()}
    reached: defaultdict[str, set[str]] = defaultdict(set)
    for name, definition in definitions.types.items():
        if definition.is_message:
            for target in _closure(name, uses):
                reached[target].add(name)
    return {name: frozenset(messages) for name, messages in reached.items()}


def _closure(start: str, uses: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = {start}
    while waiting:
        name = waiting.pop()
        seen.add(name)
        waiting |= uses.get(name, set()) - seen
    return seen
