"""Which messages make an Action: by their names, and by what the table of Actions says."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from ..diagnostics import Findings
from ..schema.definitions import TypeDefinition
from ..schema.message_names import REQUEST, RESPONSE, action_of
from .actions import ActionRow, ActionTable
from .ir import MessageKind
from .tables import did_you_mean


@dataclass(frozen=True, slots=True)
class Messages:
    """Type names of the messages of one Action. What is sent alone has no response."""

    request: str
    response: str | None


def paired(
    messages: Collection[TypeDefinition], actions: ActionTable, findings: Findings
) -> Iterator[tuple[ActionRow, Messages]]:
    """Yield each Action, by name, with its messages.

    A request that has no response is taken for a SEND only where it has no suffix either (`merge`
    sees to that). Notes an Action that has no row, or whose row says another kind.
    """
    files = {each.name: each.sources[0] for each in messages}
    for action in sorted(set(map(action_of, files))):
        found = _messages(action, files)
        row = actions.rows.get(action)
        if row is None:
            _note_missing_row(action, actions, files[found.request], findings)
        elif (row.kind is MessageKind.SEND) != (found.response is None):
            _note_wrong_kind(row, found, actions, files[found.request], findings)
        else:
            yield row, found


def _messages(action: str, names: Collection[str]) -> Messages:
    if action + REQUEST in names:
        return Messages(action + REQUEST, action + RESPONSE)
    return Messages(action, None)


def _note_missing_row(action: str, actions: ActionTable, file: str, findings: Findings) -> None:
    guess = did_you_mean(action, actions.rows.keys())
    hint = f"add a table [actions.{action}] to {actions.file}" + (f"; {guess}" if guess else "")
    findings.error(f"{action} is not in the table of Actions", file, hint=hint)


def _note_wrong_kind(
    row: ActionRow, found: Messages, actions: ActionTable, file: str, findings: Findings
) -> None:
    place = f"{actions.file}#/actions/{row.name}/kind"
    if found.response is None:
        message = f"{row.name} is a CALL, but the bundle has no response to it"
        hint = f"add {row.name}{RESPONSE}.json, or correct {place}"
    else:
        message = f"{row.name} is a SEND, but the bundle has a response to it"
        hint = f"a SEND has one message, {row.name}.json; correct it or {place}"
    findings.error(message, file, hint=hint)
