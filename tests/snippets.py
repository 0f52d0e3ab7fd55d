"""What documents show as code: found, run, and checked by mypy."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]


def blocks(document: Path, language: str) -> list[str]:
    """The code blocks in one language, in order."""
    text = document.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def run(snippet: str, folder: Path) -> None:
    """Run a snippet by itself."""
    file = folder / "snippet.py"
    file.write_text(snippet, encoding="utf-8")
    command = [sys.executable, "-W", "error", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
    assert done.returncode == 0, done.stderr


def check_types(snippets: Iterable[str], folder: Path) -> None:
    """Have mypy read snippets, as strictly as our own code."""
    for number, snippet in enumerate(snippets):
        (folder / f"snippet_{number}.py").write_text(snippet, encoding="utf-8")
    files = [str(path) for path in sorted(folder.glob("*.py"))]
    command = [sys.executable, "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), *files]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stdout
