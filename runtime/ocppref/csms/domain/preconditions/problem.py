"""What is wrong with a request."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """A rule that a request breaks.

    `requirement` is its id in Part 2, or the name of the type whose definition says it; `pointer`
    the JSON pointer of what is wrong.
    """

    requirement: str
    pointer: str
    reason: str
