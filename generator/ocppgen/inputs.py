"""All that determines the output of a build, read once, with one digest over it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import __version__
from .config import BuildOptions, Models
from .diagnostics import Findings
from .output.filetree import HEADER_MARK
from .output.record import digest_file, digest_folder, digest_inputs
from .output.tool_versions import installed
from .resources import SCHEMAS, TEMPLATES
from .source import bundle, manifest, versions
from .source.bundle import SchemaBundle
from .source.versions import Version

TOOLS = ("black", "datamodel-code-generator")
_SUM_SHOWN = 12
# What of our own source has no part in what is generated.
_NO_PART = ("cli/", "diff/", "inspection/", "output/apply.py", "hatch_hook.py")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a build reads: the bundle as it came, its version of OCPP, and where the rest stands.

    `package` is the name of the package, `target` its folder, `header` the comment that each file
    begins with, `digest` one sum over everything that determines the output.
    """

    options: BuildOptions
    bundle: SchemaBundle
    version: Version
    package: str
    target: Path
    header: str
    digest: str


def read_inputs(options: BuildOptions, findings: Findings) -> Inputs:
    """Read the bundle and take the sum of everything else.

    Warnings go to `findings`. Raises GeneratorError for a bundle that cannot be used.
    """
    loaded = bundle.load(options.bundle, findings)
    version = versions.detect(loaded)
    _check_manifest(loaded, version, options.bundle, findings)
    package = options.package or version.package
    header = _header(options, loaded, package != version.package)
    sums = dict(_sums(options, version))
    named = {"header": header, "package": package, "bundle": loaded.digest}
    digest = digest_inputs(sums | named)
    return Inputs(options, loaded, version, package, options.out / package, header, digest)


def _check_manifest(
    loaded: SchemaBundle, version: Version, path: Path | None, findings: Findings
) -> None:
    """The default bundle must be the published one; a user's own may differ, and is told so."""
    expected = manifest.read(version.folder)
    differences = manifest.compare(loaded, expected)
    if not differences:
        return
    message = f"these are not the schemas of {expected.edition}: {differences}"
    if path is None:
        hint = f"install it again: pip install --force-reinstall {loaded.origin}"
        findings.error(message, loaded.origin, hint=hint)
        findings.raise_errors()
    hint = f"`ocppgen verify --bundle {path}` names the files"
    findings.warn(message, str(path), hint=hint)


def _header(options: BuildOptions, loaded: SchemaBundle, named: bool) -> str:
    source = f"{loaded.origin} (sha256 {loaded.digest[:_SUM_SHOWN]})"
    command = shlex.join(_command(options, named))
    text = f"# {HEADER_MARK} {__version__} from {source}: {command}. Do not edit."
    # One line of text, whatever somebody calls a folder.
    return "".join(each if each.isprintable() else "?" for each in text)


def _command(options: BuildOptions, named: bool) -> Iterator[str]:
    """The command that gives this output, without what differs from machine to machine."""
    yield from ("ocppgen", "build")
    if options.bundle is not None:
        yield from ("--bundle", _base(options.bundle))
    if named and options.package is not None:
        yield from ("--package", options.package)
    if options.no_errata:
        yield "--no-errata"
    for path in options.errata:
        yield from ("--errata", _base(path))
    for path in options.extend:
        yield from ("--extend", _base(path))
    if options.templates is not None:
        yield from ("--templates", _base(options.templates))
    if options.models is not Models.PYDANTIC:
        yield from ("--models", options.models.value)
    if options.descriptions:
        yield "--descriptions"


def _digest_generator() -> str:
    """One sum over our own source: a checkout changes without a new version."""
    folder = Path(__file__).parent
    names = (path.relative_to(folder).as_posix() for path in sorted(folder.rglob("*.py")))
    return digest_inputs(
        {name: digest_file(folder / name) for name in names if not name.startswith(_NO_PART)}
    )


def _base(path: Path) -> str:
    return path.resolve().name


def _sums(options: BuildOptions, version: Version) -> Iterator[tuple[str, str]]:
    """Named sums of everything but the bundle and what the header says."""
    yield "generator", _digest_generator()
    for tool in TOOLS:
        yield tool, installed(tool)
    yield "tables", digest_folder(SCHEMAS, "*.toml")
    yield "templates", digest_folder(TEMPLATES, "*.jinja2")
    if options.templates is not None:
        yield "own templates", digest_folder(options.templates, "*.jinja2")
    for number, path in enumerate(options.errata):
        yield f"errata {number}", digest_file(path)
    for number, path in enumerate(options.extend):
        yield f"extension {number}", digest_folder(path)
