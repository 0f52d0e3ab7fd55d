"""Classes to modules: which class goes where, and what each module must import."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from ..output.filetree import FileTree
from ..protocol.ir import ProtocolIR, TypeIR
from .classes import ClassSource


def write_modules(
    classes: Mapping[str, ClassSource], ir: ProtocolIR, origins: Mapping[str, str], header: str
) -> FileTree:
    """Every module of the IR with its classes.

    `origins` says where names that are no types of the protocol come from: "Field" -> "pydantic",
    "ClosedModel" -> "._base" (a leading dot is the package's root).
    """
    by_module = sorted(ir.types.values(), key=lambda type_: type_.module)
    files = {}
    for module, group in groupby(by_module, key=lambda type_: type_.module):
        names = [type_.name for type_ in _in_order(group, ir)]
        imports = _imports([classes[name] for name in names], module, ir, origins)
        body = "\n\n\n".join(classes[name].text for name in names)
        title = _title(module, ir)
        path = module.replace(".", "/") + ".py"
        files[path] = f'{header}\n"""{title}"""\n\n{imports}\n\n\n{body}\n'
    words = f"The messages of OCPP {ir.version} and the types only they use, by functional block."
    files["messages/__init__.py"] = f'{header}\n"""{words}"""\n'
    return FileTree(files)


def _in_order(group: Iterable[TypeIR], ir: ProtocolIR) -> list[TypeIR]:
    wanted = {type_.name for type_ in group}
    return [type_ for name, type_ in ir.types.items() if name in wanted]


def _imports(
    sources: Iterable[ClassSource], module: str, ir: ProtocolIR, origins: Mapping[str, str]
) -> str:
    sources = list(sources)
    here = {source.name for source in sources}
    needed = sorted(frozenset().union(*(source.needs for source in sources)) - here)
    by_origin: dict[str, list[str]] = {}
    for name in needed:
        origin = f".{ir.types[name].module}" if name in ir.types else origins[name]
        by_origin.setdefault(origin, []).append(name)
    depth = module.count(".")
    groups: dict[int, list[str]] = {}
    for origin, names in sorted(by_origin.items()):
        line = f"from {'.' * depth if origin[0] == '.' else ''}{origin} import {', '.join(names)}"
        groups.setdefault(_rank(origin), []).append(line)
    return "\n\n".join("\n".join(groups[rank]) for rank in sorted(groups))


def _rank(origin: str) -> int:
    """Standard library first, then installed packages, then the package itself."""
    if origin.startswith("."):
        return 2
    return 0 if origin in {"enum", "typing", "datetime"} else 1


def _title(module: str, ir: ProtocolIR) -> str:
    place = module.rpartition(".")[2]
    for block in ir.blocks:
        if module.startswith("messages.") and block.module == place:
            return f"OCPP {ir.version}, functional block {block.letter}: {block.title}."
    if module == "enums":
        return f"The enums of OCPP {ir.version}."
    return f"The datatypes that more than one functional block of OCPP {ir.version} uses."
