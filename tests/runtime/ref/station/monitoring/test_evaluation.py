from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.requirements import requirement

from ocpp21 import MonitorEnumType
from ocppref.station.monitoring.evaluation import NOTHING, Alarm, Memory, Rule
from ocppref.station.monitoring.sight import next_aligned

NUMBERS = st.integers(-(10**9), 10**9).map(lambda number: number / 1000)
VALUES = st.lists(NUMBERS, max_size=30)


def rule(kind: str, value: float, *, numeric: bool = True) -> Rule:
    return Rule(MonitorEnumType(kind), value, numeric)


def told(rule: Rule, values: list[str], target: str = "") -> str:
    """What is told of these values, one after the other: R, C, a dot for nothing."""
    memory, letters = NOTHING, ""
    for value in values:
        memory, alarm = rule.judge(memory, value, target)
        letters += {None: ".", Alarm.RAISED: "R", Alarm.CLEARED: "C", Alarm.CHANGED: "D"}[alarm]
    return letters


@requirement("N07.FR.16", "N07.FR.02")
def test_above_an_upper_threshold_and_back() -> None:
    values = ["66", "67", "67.001", "80", "67", "70"]
    assert told(rule("UpperThreshold", 67), values) == "..R.CR"


@requirement("N07.FR.17", "N07.FR.02")
def test_below_a_lower_threshold_and_back() -> None:
    values = ["68", "67", "66.999", "-5", "67", "12"]
    assert told(rule("LowerThreshold", 67), values) == "..R.CR"


@requirement("N07.FR.22", "N07.FR.02")
def test_off_the_target() -> None:
    values = ["100", "110", "110.1", "90", "89.9", "89", "105"]
    assert told(rule("TargetDelta", 10), values, target="100") == "..RCR.C"


@requirement("N07.FR.23")
def test_off_the_target_by_a_share_of_it() -> None:
    values = ["100", "110", "110.1", "90", "89.9"]
    assert told(rule("TargetDeltaRelative", 0.1), values, target="100") == "..RCR"
    assert told(rule("TargetDeltaRelative", 0.1), ["-110", "-110.1"], target="-100") == ".R"


def test_without_a_target_nothing_is_off_it() -> None:
    assert told(rule("TargetDelta", 1), ["5", "500"]) == ".."


@requirement("N07.FR.18")
def test_a_change_counts_from_what_was_told_last() -> None:
    values = ["10", "14", "15", "15.1", "20", "10.2", "10"]
    assert told(rule("Delta", 5), values) == "...D..D"


@requirement("N07.FR.19")
def test_any_change_of_what_is_no_number_counts() -> None:
    values = ["Available", "Available", "Occupied", "Available"]
    assert told(rule("Delta", 1000, numeric=False), values) == "..DD"
    assert told(rule("Delta", 1000, numeric=False), ["1", "2"]) == ".D"


def test_what_is_no_number_is_not_beyond_anything() -> None:
    assert told(rule("UpperThreshold", 0), ["", "NaN", "Infinity", "many"]) == "...."


def test_decimal_fractions_are_what_they_look_like() -> None:
    assert told(rule("Delta", 0.1), ["0.2", "0.3"]) == ".."  # 0.3 - 0.2 < 0.1 for a computer
    assert told(rule("TargetDelta", 0.3), ["0.3", "0.4"], target="0.1") == ".."


@given(values=VALUES, limit=NUMBERS)
def test_alarms_are_raised_and_cleared_in_turn(values: list[float], limit: float) -> None:
    texts = [str(value) for value in values]
    for kind in ("UpperThreshold", "LowerThreshold", "TargetDelta"):
        letters = told(rule(kind, abs(limit)), texts, target="0").replace(".", "")
        assert letters == ("RC" * len(letters))[: len(letters)]


@given(values=VALUES, limit=NUMBERS)
def test_the_last_alarm_says_how_it_is(values: list[float], limit: float) -> None:
    letters = told(rule("UpperThreshold", limit), [str(value) for value in values])
    beyond = bool(values) and values[-1] > limit
    assert letters.replace(".", "").endswith("R") is beyond


@given(values=VALUES, step=st.integers(0, 10**6).map(lambda number: number / 100))
def test_nobody_is_further_from_the_truth_than_the_delta(values: list[float], step: float) -> None:
    memory = NOTHING
    for value in values:
        memory, _ = rule("Delta", step).judge(memory, str(value))
        assert memory.reference is not None
        assert abs(float(memory.reference) - value) <= step + 1e-6


@given(beyond=st.booleans(), reference=st.none() | st.text())
def test_memory_survives(beyond: bool, reference: str | None) -> None:
    memory = Memory(beyond, reference)
    assert Memory.load(memory.dump()) == memory


@requirement("N08.FR.07")
def test_quarters_of_an_hour() -> None:
    at = datetime(2025, 6, 1, 12, 7, 30, tzinfo=UTC)
    found = []
    for _ in range(4):
        at = next_aligned(at, 900)
        found.append((at.hour, at.minute, at.second))
    assert found == [(12, 15, 0), (12, 30, 0), (12, 45, 0), (13, 0, 0)]


@given(
    passed=st.floats(0, 86_399.9).map(lambda seconds: round(seconds, 3)),
    seconds=st.integers(1, 864_000).map(lambda tenths: tenths / 10),
)
def test_the_next_moment_is_aligned_and_not_far(passed: float, seconds: float) -> None:
    midnight = datetime(2025, 6, 1, tzinfo=UTC)
    after = midnight + timedelta(seconds=passed)
    found = next_aligned(after, seconds)
    assert timedelta(0) < found - after <= timedelta(seconds=seconds)
    count = (found - midnight).total_seconds() / seconds
    assert found == midnight + timedelta(days=1) or abs(count - round(count)) < 1e-3
