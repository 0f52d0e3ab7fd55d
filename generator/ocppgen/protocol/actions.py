"""The table of Actions: what no schema says about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from ..diagnostics import Findings
from .ir import Block, Initiator, MessageKind
from .tables import Table, did_you_mean, read_table, refuse_unknown, sub_tables

_STAGE = "actions"
_ROW_KEYS = frozenset({"block", "initiator", "kind", "since", "summary"})
_ChoiceT = TypeVar("_ChoiceT", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class ActionRow:
    """What is known of one Action besides its messages. `since` is "" where nobody said."""

    name: str
    initiator: Initiator
    kind: MessageKind
    block: Block
    since: str
    summary: str


@dataclass(frozen=True, slots=True)
class ActionTable:
    """Rows by Action, the blocks by letter, and the file a user would add a row to."""

    file: str
    blocks: Mapping[str, Block]
    rows: Mapping[str, ActionRow]


def read(path: Path, known: ActionTable | None = None, shown: str = "") -> ActionTable:
    """Read an actions.toml, called `shown` in messages.

    `known` is a table that this one adds to: its rows may use the blocks of `known`, but may not
    describe an Action or a block a second time. The result holds the rows and blocks of both.
    Raises GeneratorError with everything that is wrong.
    """
    findings = Findings(_STAGE)
    file = shown or path.name
    base = known or ActionTable(file, {}, {})
    table = read_table(path, findings, file)
    refuse_unknown(table, {"blocks", "actions"}, file, "", findings)
    blocks = {**base.blocks, **_blocks(table, file, base, findings)}
    rows = {
        name: row
        for name, entry in sub_tables(table, "actions", file, findings).items()
        if (row := _Entry(name, entry, file, findings).row(blocks)) is not None
    }
    for twice in sorted(base.rows.keys() & rows.keys()):
        hint = f"{base.file} has it; an extension adds Actions and changes none"
        findings.error(f"{twice} is described twice", file, f"/actions/{twice}", hint)
    findings.raise_errors()
    return ActionTable(file, blocks, {**base.rows, **rows})


def _blocks(table: Table, file: str, base: ActionTable, findings: Findings) -> Mapping[str, Block]:
    blocks: dict[str, Block] = {}
    modules = {block.module: letter for letter, block in base.blocks.items()}
    for letter, entry in sub_tables(table, "blocks", file, findings).items():
        place = f"/blocks/{letter}"
        refuse_unknown(entry, {"title", "module"}, file, place, findings)
        block = Block(letter, str(entry.get("title", "")), str(entry.get("module", "")))
        for problem in _block_problems(block, base, modules):
            findings.error(problem, file, place)
        modules[block.module] = letter
        blocks[letter] = block
    return blocks


def _block_problems(block: Block, base: ActionTable, modules: Mapping[str, str]) -> Iterator[str]:
    if not block.title or not _is_module_name(block.module):
        yield 'a block needs a title, and a module name such as "smart_charging"'
    if block.letter in base.blocks:
        title = base.blocks[block.letter].title
        yield f"block {block.letter} is {title!r} in {base.file} already"
    elif block.module in modules:
        yield f"block {modules[block.module]} has the module {block.module!r} already"


def _is_module_name(name: str) -> bool:
    return name.isidentifier() and name.islower() and not name.startswith("_")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One [actions.<name>] table, while it is being read."""

    name: str
    entry: Table
    file: str
    findings: Findings

    def row(self, blocks: Mapping[str, Block]) -> ActionRow | None:
        """The row, or nothing where the entry lacks what a row must have."""
        refuse_unknown(self.entry, _ROW_KEYS, self.file, self._place(), self.findings)
        block = self._block(blocks)
        initiator = self._choice("initiator", Initiator, None)
        kind = self._choice("kind", MessageKind, MessageKind.CALL)
        summary = self._text("summary", required=True)
        if block is None or initiator is None or kind is None:
            return None
        return ActionRow(self.name, initiator, kind, block, self._text("since"), summary)

    def _place(self, key: str = "") -> str:
        return f"/actions/{self.name}" + (f"/{key}" if key else "")

    def _error(self, key: str, message: str, hint: str) -> None:
        self.findings.error(message, self.file, self._place(key), hint)

    def _text(self, key: str, required: bool = False) -> str:
        text = self.entry.get(key, "")
        if not isinstance(text, str) or "\n" in text or '"""' in text:
            self._error(key, f"{key} must be one line of text", "put it between quotes")
            return ""
        if required and not text:
            hint = "say in one sentence who sends it and what for"
            self._error(key, f"{self.name} has no {key}", hint)
        return text

    def _block(self, blocks: Mapping[str, Block]) -> Block | None:
        letter = self.entry.get("block")
        if isinstance(letter, str) and letter in blocks:
            return blocks[letter]
        self._error("block", f"no block {letter!r}", f"known blocks: {', '.join(blocks)}")
        return None

    def _choice(
        self, key: str, choices: type[_ChoiceT], default: _ChoiceT | None
    ) -> _ChoiceT | None:
        value = self.entry.get(key, default)
        for choice in choices:
            if choice == value:
                return choice
        allowed = ", ".join(choices)
        hint = did_you_mean(str(value), list(choices)) or f"one of {allowed}"
        self._error(key, f"{key} is {value!r}, not one of {allowed}", hint)
        return None
