"""What templates see besides the IR: the two sides, and where each public name comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..protocol.ir import ActionIR, Block, Initiator, ProtocolIR


@dataclass(frozen=True, slots=True)
class BlockView:
    """What one side receives of one functional block; `handler` is the name of its Protocol."""

    block: Block
    handler: str
    receives: tuple[ActionIR, ...]


@dataclass(frozen=True, slots=True)
class SideView:
    """One side: `name` as in class names, `words` as in a sentence, `member` as a constant."""

    name: str
    words: str
    member: str
    initiator: Initiator
    starts: tuple[ActionIR, ...]
    blocks: tuple[BlockView, ...]

    @property
    def handler(self) -> str:
        """Class of all that it receives: "CsmsHandler"."""
        return f"{self.name}Handler"

    @property
    def calls(self) -> str:
        """Class of all that it starts: "CsmsCalls"."""
        return f"{self.name}Calls"


def sides(ir: ProtocolIR) -> tuple[SideView, SideView]:
    """The CSMS and the Charging Station."""
    return (
        _side(ir, "Csms", "CSMS", "CSMS", Initiator.CSMS),
        _side(ir, "ChargingStation", "Charging Station", "CHARGING_STATION", _STATION),
    )


_STATION = Initiator.CHARGING_STATION


def _side(ir: ProtocolIR, name: str, words: str, member: str, initiator: Initiator) -> SideView:
    starts = [a for a in ir.actions if a.initiator in (initiator, Initiator.BOTH)]
    receives = [a for a in ir.actions if a.initiator is not initiator]
    blocks = (
        BlockView(block, f"{name}{_stem(block)}Handler", mine)
        for block in ir.blocks
        if (mine := tuple(a for a in receives if a.block == block))
    )
    return SideView(name, words, member, initiator, tuple(starts), tuple(blocks))


def _stem(block: Block) -> str:
    """ "DERControl" of block "DER Control"."""
    words = "".join(c if c.isalnum() else " " for c in block.title).split()
    return "".join(word[0].upper() + word[1:] for word in words)


def label(block: Block) -> str:
    """ "B Provisioning"; a profile of OCPP 1.6 has no letter, so its title stands alone."""
    return f"{block.letter} {block.title}" if len(block.letter) == 1 else block.title


def action_words(action: ActionIR) -> str:
    """Docstring of what sends or receives an Action."""
    since = f", since OCPP {action.since}" if action.since else ""
    return f"{action.summary}\n\nFunctional block {label(action.block)}{since}."


def message_imports(ir: ProtocolIR, actions: Iterable[ActionIR]) -> Mapping[str, list[str]]:
    """The messages of `actions`, by the module they are to be imported from."""
    names = {name for a in actions for name in (a.request, a.response) if name}
    return by_module({name: ir.types[name].module for name in names})


def exports(ir: ProtocolIR) -> Mapping[str, list[str]]:
    """Every public name of the package, by module."""
    modules = {name: type_.module for name, type_ in ir.types.items()}
    modules |= {"ACTIONS": "actions", "Action": "actions"}
    for side in sides(ir):
        modules |= {side.member: "bindings", side.calls: "calls", side.handler: "handlers"}
        modules |= {view.handler: "handlers" for view in side.blocks}
    return by_module(modules)


def by_module(modules: Mapping[str, str]) -> Mapping[str, list[str]]:
    """Names grouped by module, both sorted; `modules` says where each name is."""
    grouped: dict[str, list[str]] = {}
    for name, module in sorted(modules.items(), key=lambda pair: (pair[1], pair[0])):
        grouped.setdefault(module, []).append(name)
    return grouped
