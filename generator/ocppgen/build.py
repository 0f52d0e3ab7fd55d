"""The whole way from a bundle to a package on disk."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from .config import BuildOptions, Models
from .diagnostics import Diagnostic, Findings
from .inputs import Inputs, read_inputs
from .output.apply import apply, tidy
from .output.filetree import Changes, FileTree, compare, read
from .output.record import is_current

if TYPE_CHECKING:
    from .protocol.extend import Extended
    from .protocol.ir import ProtocolIR

# Told what a build is about to do, in words for a user: "formatting 3 of 55 files".
Step: TypeAlias = Callable[[str], None]

_TYPED = FileTree({"py.typed": ""})  # says to type checkers that the annotations count (PEP 561)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build has come to.

    `changes` are those on disk, or with a check those that would be made; None says that nothing
    was generated, because the record of the package shows it to be up to date. `warnings` stopped
    nothing.
    """

    inputs: Inputs
    changes: Changes | None
    protocol: ProtocolIR | None
    warnings: tuple[Diagnostic, ...]

    @property
    def target(self) -> Path:
        """The folder of the package."""
        return self.inputs.target


def build(options: BuildOptions, *, check: bool = False, step: Step = lambda text: None) -> Outcome:
    """Bring the package up to date, or with `check` only find out what that would change.

    Raises GeneratorError, and has written nothing then, for any input that cannot be used.
    """
    findings = Findings("bundle")
    inputs = read_inputs(options, findings)
    if is_current(inputs.target, inputs.digest):
        if not check:
            tidy(inputs.target)
        return Outcome(inputs, None, None, tuple(findings.items))
    old = read(inputs.target)
    with _uncollected():
        ir = protocol(inputs, findings, step)
        tree = generate(ir, inputs, old, step)
    if check:
        changes = compare(old, tree)
    else:
        step(f"writing {inputs.target}")
        changes = apply(inputs.target, tree)
    return Outcome(inputs, changes, ir, tuple(findings.items))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Put the garbage collector off: it takes a quarter of all the time and frees little."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def protocol(inputs: Inputs, findings: Findings, step: Step = lambda text: None) -> ProtocolIR:
    """The protocol of a bundle, with errata and extensions laid over it."""
    from .protocol import build_ir
    from .schema import merge

    step(f"reading {len(inputs.bundle.files)} schemas of {inputs.bundle.origin}")
    extended = _extended(inputs, findings)
    definitions = merge.merge(extended.bundle)
    return build_ir.build(
        definitions,
        extended.actions,
        extended.naming,
        inputs.version.number,
        inputs.package,
        extended.custom_data,
    )


def _extended(inputs: Inputs, findings: Findings) -> Extended:
    from .protocol import actions, extend, naming
    from .source import errata

    folder, options = inputs.version.folder, inputs.options
    patches = [] if options.no_errata else [*errata.read_folder(folder / "errata")]
    for path in options.errata:
        patches += errata.read(path)
    standard = extend.Extended(
        errata.apply(inputs.bundle, patches),
        actions.read(folder / "actions.toml", shown=f"{folder.name}/actions.toml"),
        naming.read(folder / "naming.toml", f"{folder.name}/naming.toml"),
    )
    return extend.extend(standard, options.extend, findings)


def generate(ir: ProtocolIR, inputs: Inputs, old: FileTree, step: Step) -> FileTree:
    """The package as it should stand on disk; files of `old` that come out the same are reused."""
    from .output.format import format_tree, formatter, reusable, unformatted_digests
    from .output.record import Record, digest, write_record

    step(f"generating {len(ir.types)} types and {len(ir.actions)} Actions")
    raw = emit(ir, inputs)
    done = reusable(old, raw)
    step(f"formatting {len(raw.files) - len(done.files)} of {len(raw.files)} files")
    tree = format_tree(raw, done)
    record = Record(
        header=inputs.header.removeprefix("# "),
        inputs=inputs.digest,
        formatter=formatter(),
        files={path: digest(text) for path, text in tree},
        unformatted=unformatted_digests(raw),
    )
    return tree | write_record(record)


def emit(ir: ProtocolIR, inputs: Inputs) -> FileTree:
    """Every file of the package, not yet formatted."""
    from .emit import emit_models, emit_msgspec, emit_templates, emit_testing

    header, options = inputs.header, inputs.options
    models = emit_msgspec.emit if options.models is Models.MSGSPEC else emit_models.emit
    return (
        models(ir, header, descriptions=options.descriptions, templates=options.templates)
        | emit_templates.emit(ir, header, options.templates, options.models.value)
        | emit_testing.emit(ir, header, options.templates)
        | _TYPED
    )
