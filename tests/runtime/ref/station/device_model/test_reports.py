"""Reports in parts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.requirements import requirement
from tests.runtime.ref.station.models import NOW, clock, model

from ocpp21 import ReportBaseEnumType, ReportDataType
from ocppref.station.device_model.reports import Reports, messages, split

FULL = ReportBaseEnumType.FULL_INVENTORY
DATA = model().report(FULL)


def length(item: ReportDataType) -> int:
    return len(item.model_dump_json(by_alias=True, exclude_none=True).encode())


@given(st.integers(0, len(DATA)), st.integers(1, 60), st.integers(1, 30_000))
def test_nothing_is_lost_and_the_bounds_hold(count: int, items: int, size: int) -> None:
    data = DATA[:count]
    parts = list(split(data, items=items, size=size))
    assert [item for part in parts for item in part] == data
    assert parts and (all(parts) or parts == [[]])
    for part in parts:
        assert len(part) <= items
        assert sum(map(length, part)) + len(part) <= size or len(part) == 1


def test_parts_are_as_full_as_they_may_be() -> None:
    assert [len(part) for part in split(DATA[:10], items=4, size=10**6)] == [4, 4, 2]
    three = sum(map(length, DATA[:3])) + 3
    assert len(next(split(DATA, items=100, size=three))) == 3
    assert len(next(split(DATA, items=100, size=three - 1))) == 2


@requirement("B07.FR.04", "B07.FR.10", "B08.FR.04", "B08.FR.14")
def test_parts_are_numbered_and_all_but_the_last_say_so() -> None:
    here = model({"DeviceDataCtrlr.ItemsPerMessage[GetReport]": "3"})
    reports = Reports(model=here, clock=clock())
    told = list(messages(reports.prepare(-7, DATA[:8])))
    assert [(part.request_id, part.seq_no, part.tbc) for part in told] == [
        (-7, 0, True),
        (-7, 1, True),
        (-7, 2, False),
    ]
    assert {part.generated_at for part in told} == {NOW}
    assert [item for part in told for item in part.report_data or ()] == DATA[:8]
