"""What is wrong with the file of a scenario."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ScenarioError(ValueError):
    """A scenario cannot be read. The text says file, line, step, and what is wrong, per line."""


def suggest(word: str, known: Iterable[str]) -> str:
    """What could have been meant, as the end of a sentence; the choice where nothing is close."""
    names = sorted(known)
    folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(word.casefold(), folded, 1)
    if close:
        return f"; did you mean {folded[close[0]]}?"
    return f"; there is {', '.join(names)}" if len(names) <= 20 else ""
