"""Reports in parts (B07, B08, N02, N09, O03, K09)."""

from __future__ import annotations

from collections.abc import Sequence


def is_complete(parts: Sequence[tuple[int, bool]]) -> bool:
    """Whether all parts are there. Each is its seqNo and whether it says that it is the last.

    They are numbered from 0, and the last one is the one that is not to be continued.
    """
    numbers = {number for number, _ in parts}
    ends = [number for number, is_last in parts if is_last]
    # Counted, not listed: a station may give its last part any number.
    return bool(ends) and sum(number <= max(ends) for number in numbers) == max(ends) + 1
