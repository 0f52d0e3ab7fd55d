"""The ring of the last frames."""

from __future__ import annotations

from typing import Any, cast

from tests.runtime.ref.station.models import NOW, clock

from ocppj import Link
from ocppref.station.logs.journal import LONGEST, Journal

LINK: Any = cast(Link, None)


def test_the_last_entries_are_kept_in_their_order() -> None:
    journal = Journal(clock=clock(), capacity=500)
    for number in range(10):
        journal.frame_in(LINK, f"[{number}]")
        journal.frame_out(LINK, "x" * 20)
    kept = list(journal)
    assert [each.kind for each in kept] == ["in", "out"] * 2
    assert kept[-2].text == "[9]" and kept[-1].at == NOW


def test_of_a_long_frame_only_the_length_is_kept() -> None:
    journal = Journal(clock=clock())
    journal.frame_in(LINK, "x" * (LONGEST + 1))
    journal.frame_in(LINK, "x" * LONGEST)
    assert [len(each.text) for each in journal] == [len("(4001 characters)"), LONGEST]
