"""Words as docstrings of the generated code."""

from __future__ import annotations

import textwrap

_WIDTH = 100


def docstring(text: str, indent: int = 0) -> str:
    """`text` as a docstring that stays within 100 columns when it is indented by `indent`."""
    clean = text.replace("\\", "\\\\").replace('"""', "'''")
    if clean.endswith('"'):
        clean += " "
    width = _WIDTH - indent - 6  # black sets closing quotes behind a text of one line
    if "\n" not in clean and len(clean) <= width:
        return f'"""{clean}"""'
    lines = [line for part in clean.split("\n") for line in _wrapped(part, width)]
    margin = " " * indent
    body = "\n".join(f"{margin}{line}" if line else "" for line in lines).lstrip()
    return f'"""{body}\n{margin}"""'


def _wrapped(part: str, width: int) -> list[str]:
    wrapped = textwrap.wrap(part, width, break_long_words=False, break_on_hyphens=False)
    return wrapped or [""]
