"""A build hook for hatchling: `[tool.hatch.build.hooks.ocppgen]` puts the package into the wheel.

The keys of the table are those of [tool.ocppgen], with paths relative to the project.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.plugin import hookimpl

from .build import build
from .config import parse_options
from .diagnostics import Findings, GeneratorError
from .json_values import pointer

# Keys that hatchling reads in every hook's table.
_OF_HATCHLING = frozenset(
    {
        "dependencies",
        "enable-by-default",
        "require-runtime-dependencies",
        "require-runtime-features",
    }
)
_STEPS = ("tool", "hatch", "build", "hooks", "ocppgen")


class OcppgenBuildHook(BuildHookInterface[BuilderConfig]):
    """Brings the package up to date before hatchling gathers the files of a wheel or sdist."""

    PLUGIN_NAME = "ocppgen"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Generate the package in the project and add it to what is built.

        Ends the build, with the findings on stderr, if it cannot be generated.
        """
        try:
            target = self._build().resolve()
        except GeneratorError as error:
            sys.exit("\n".join(_lines(error)))
        inside = target.relative_to(Path(self.root).resolve()).as_posix()
        build_data["artifacts"].append(f"/{inside}/**")
        if self.target_name == "wheel" and target == _import_root(target):
            build_data["force_include"][str(target)] = target.name

    def _build(self) -> Path:
        """The folder of the package, which is up to date then."""
        file = Path(self.root) / "pyproject.toml"
        table = {key: self.config[key] for key in self.config if key not in _OF_HATCHLING}
        options = parse_options(table, file, *_STEPS)
        if "out" not in table:
            options = replace(options, out=file.parent)
        if not options.out.resolve().is_relative_to(file.parent.resolve()):
            findings = Findings("config")
            hint = "the package must stand inside the project to be built with it"
            findings.error("out leads out of the project", str(file), pointer(*_STEPS, "out"), hint)
            findings.raise_errors()
        outcome = build(options, step=self.app.display_info)
        for warning in outcome.warnings:
            self.app.display_warning(str(warning))
        return outcome.target


def _lines(error: GeneratorError) -> list[str]:
    return [
        line
        for found in error.diagnostics
        for line in (str(found), f"  {found.hint}" if found.hint else "")
        if line
    ]


def _import_root(package: Path) -> Path:
    """The outermost package that a package stands in; itself where it stands in none."""
    while (package.parent / "__init__.py").is_file():
        package = package.parent
    return package


@hookimpl
def hatch_register_build_hook() -> type[BuildHookInterface[BuilderConfig]]:
    """Tell hatchling of the hook."""
    return OcppgenBuildHook
