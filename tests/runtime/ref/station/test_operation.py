"""The operational states of a station, its EVSEs and its connectors."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from tests.requirements import requirement
from tests.runtime.manual_clock import ManualClock

from ocppref.station.config import ConnectorConfig, EvseConfig, StationConfig
from ocppref.station.hardware import Hardware
from ocppref.station.operation import STATION, Level, OperationalStates
from ocppref.station.store import MemoryStore

TWO = StationConfig(evses=(EvseConfig(1, (ConnectorConfig(1), ConnectorConfig(2))), EvseConfig(2)))
LEVELS = (STATION, Level(1), Level(2), Level(1, 1), Level(1, 2), Level(2, 1))


def states(store: MemoryStore | None = None) -> OperationalStates:
    store = store or MemoryStore()
    hardware = Hardware(config=TWO, store=MemoryStore(), clock=ManualClock())
    return OperationalStates(hardware=hardware, store=store)


@requirement("G03.FR.06", "G03.FR.07", "G03.FR.08", "G04.FR.07", "G04.FR.08", "G04.FR.09")
@given(st.lists(st.tuples(st.sampled_from(LEVELS), st.booleans()), max_size=12))
def test_one_is_usable_if_no_level_above_it_was_taken_out_whatever_came_before(
    orders: list[tuple[Level, bool]],
) -> None:
    store = MemoryStore()
    made = states(store)
    last: dict[Level, bool] = {}
    for level, operative in orders:
        made.set(level, operative)
        last[level] = operative
    for one in (made, states(store)):
        for level in (Level(1, 1), Level(1, 2), Level(2, 1)):
            above = (STATION, Level(level.evse_id), level)
            assert one.usable(*level) is all(last.get(each, True) for each in above)


def test_a_running_transaction_keeps_its_evse_usable() -> None:
    made = states()
    made.begin(1)
    made.set(STATION, False)
    made.hold("reset")
    assert made.usable(1) and made.usable(1, 2) and not made.usable(2)
    assert made.running() and made.running(Level(1, 2)) and not made.running(Level(2))
    made.end(1)
    assert not made.usable(1) and not made.running()
