"""Golden folders, and errors as the golden texts spell them."""

from __future__ import annotations

from pathlib import Path

from ocppgen.diagnostics import GeneratorError

GOLDEN = Path(__file__).parents[1] / "golden"
BUNDLES = GOLDEN / "bundles"


def said(error: GeneratorError, root: Path | None = None) -> str:
    """Every finding with its hint; the path `root` is written as <bundle>."""
    text = "".join(f"{each.severity}: {each}\n  {each.hint}\n" for each in error.diagnostics)
    return text if root is None else text.replace(str(root), "<bundle>")
