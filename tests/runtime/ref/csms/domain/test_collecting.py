"""Reports in parts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ocppref.csms.domain.collecting import is_complete


@given(st.integers(1, 6), st.data())
def test_a_report_is_complete_with_its_last_part_and_all_before(
    count: int, data: st.DataObject
) -> None:
    parts = [(number, number == count - 1) for number in range(count)]
    come = data.draw(st.lists(st.sampled_from(parts), unique=True))
    assert is_complete(come) is (len(come) == count)


def test_a_last_part_with_any_number_is_no_load() -> None:
    assert not is_complete([(0, False), (2**62, True)])
    assert not is_complete([])
