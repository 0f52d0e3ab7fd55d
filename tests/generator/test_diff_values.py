"""When a value was only respelt, and when it is another one."""

from __future__ import annotations

import pytest

from ocppgen.diff.values import compare_values, pair_spellings


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("green", "Green"),
        ("EarlGrey", "Earl-Grey"),
        ("EarlGrey", "Earl.Grey"),
        ("Chamomille", "Chamomile"),
        ("SpringFlush1", "Spring_Flush_1"),
    ],
)
def test_a_respelt_value(one: str, other: str) -> None:
    assert pair_spellings([one], [other]) == {one: other}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Black", "Green"),
        ("SpringFlush1", "SpringFlush2"),
        ("Connected", "Disconnected"),
        ("Inactive", "Active"),
        ("EnabledByGuest", "DisabledByHost"),
    ],
)
def test_another_value(one: str, other: str) -> None:
    assert pair_spellings([one], [other]) == {}


def test_each_value_is_paired_once_and_with_the_nearest() -> None:
    pairs = pair_spellings(["EarlGrey", "EarlGreys"], ["Earl-Grey", "EarlGreyss"])
    assert pairs == {"EarlGrey": "Earl-Grey", "EarlGreys": "EarlGreyss"}
    assert pair_spellings(["green", "GREEN"], ["Green"]) == {"GREEN": "Green"}
    assert pair_spellings(["green"], ["Green", "GREEN"]) == {"green": "GREEN"}


def test_the_order_of_values_is_no_difference() -> None:
    assert not [*compare_values({"enum": ["A", "B"]}, {"enum": ["B", "A"]}, "leaf")]
