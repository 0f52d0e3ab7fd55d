"""Code that uses the generated package: what is right passes, what is wrong is a type error.

Each file in `snippets` says what must be found in it: a line that must be reported ends in
"# error" (or "# error: mypy", where the other checker reports another line), and each
"# mypy says: ..." or "# pyright says: ..." at the top is a part of a message that must be there.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SNIPPETS = sorted(Path(__file__).with_name("snippets").glob("*.py"))

# Line and message of each error, by snippet.
Errors = Mapping[str, Sequence[tuple[int, str]]]


def run(*command: str) -> str:
    """The output of a type checker, which ends with 0 or, when it has found errors, with 1."""
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.stdout


def mypy() -> Errors:
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    output = run("mypy", "--no-pretty", "--show-absolute-path", *map(str, SNIPPETS))
    for path, line, message in re.findall(r"^(.+?):(\d+): error: (.*)$", output, re.MULTILINE):
        found[Path(path).name].append((int(line), message))
    return found


def pyright(folder: Path) -> Errors:
    config = {
        "include": [os.path.relpath(SNIPPETS[0].parent, folder)],  # it takes no absolute path
        "extraPaths": [str(ROOT / name) for name in ("generated", "runtime")],
        "pythonVersion": "3.11",
    }
    (folder / "pyrightconfig.json").write_text(json.dumps(config))
    output = run("pyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(folder))
    found: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for each in json.loads(output)["generalDiagnostics"]:
        line = each["range"]["start"]["line"] + 1
        found[Path(each["file"]).name].append((line, each["message"]))
    return found


def expected_lines(text: str, checker: str) -> list[int]:
    marks = (f"# error: {checker}", "# error")
    return [n for n, line in enumerate(text.splitlines(), 1) if line.endswith(marks)]


def differences(snippet: Path, errors: Sequence[tuple[int, str]], checker: str) -> list[str]:
    """What one checker has found in one snippet against what the snippet says."""
    text = snippet.read_text()
    lines = sorted({line for line, _ in errors})
    told = [] if lines == expected_lines(text, checker) else [f"{snippet.name}: errors in {lines}"]
    for words in re.findall(rf"^# {checker} says: (.*)$", text, re.MULTILINE):
        if not any(words in message for _, message in errors):
            told.append(f"{snippet.name}: nothing says {words!r}")
    return told + [f"  {line}: {message}" for line, message in errors if told]


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_snippets(checker: str, tmp_path: Path) -> None:
    found = mypy() if checker == "mypy" else pyright(tmp_path)
    wrong = [line for path in SNIPPETS for line in differences(path, found[path.name], checker)]
    assert wrong == [], "\n".join(wrong)


def test_each_wrong_snippet_expects_something_of_both() -> None:
    for path in SNIPPETS:
        text = path.read_text()
        for checker in ("mypy", "pyright"):
            says = f"# {checker} says: " in text and expected_lines(text, checker) != []
            assert says is (path.name != "correct.py"), (path.name, checker)
