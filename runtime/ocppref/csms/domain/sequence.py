"""Sets of sequence numbers, as ranges: a long transaction takes no more room than a short one."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain, islice
from typing import TypeAlias

Ranges: TypeAlias = tuple[tuple[int, int], ...]
"""Closed ranges, ascending, which neither touch nor overlap."""

NOTHING: Ranges = ()


def contains(ranges: Ranges, number: int) -> bool:
    """Whether the number is in one of the ranges."""
    place = bisect_left(ranges, (number + 1,)) - 1
    return place >= 0 and ranges[place][1] >= number


def add(ranges: Ranges, number: int) -> Ranges:
    """The ranges with the number in them."""
    if contains(ranges, number):
        return ranges
    place = bisect_left(ranges, (number,))
    first = last = number
    before, after = ranges[:place], ranges[place:]
    if before and before[-1][1] == number - 1:
        first, before = before[-1][0], before[:-1]
    if after and after[0][0] == number + 1:
        last, after = after[0][1], after[1:]
    return (*before, (first, last), *after)


def highest(ranges: Ranges) -> int | None:
    """The highest number; None if there is none."""
    return ranges[-1][1] if ranges else None


def missing(ranges: Ranges, first: int | None, last: int | None, most: int) -> list[int]:
    """What is not there from `first` to `last`, at most `most` of it.

    An end that is None is that of the ranges themselves: what lies beyond is not known to exist.
    """
    return list(islice(_gaps(ranges, first, last), most))


def _gaps(ranges: Ranges, first: int | None, last: int | None) -> Iterator[int]:
    if not ranges:
        return iter(())
    lowest = ranges[0][0] if first is None else first
    top = ranges[-1][1] if last is None else last
    starts = chain([lowest], (end + 1 for _, end in ranges))
    ends = chain((start for start, _ in ranges), [top + 1])
    return chain.from_iterable(
        range(max(start, lowest), min(end, top + 1))
        for start, end in zip(starts, ends, strict=True)
    )
