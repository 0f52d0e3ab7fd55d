"""Which fault is drawn for what."""

from __future__ import annotations

import pytest

from ocppj.contract import Side
from ocppj.errors import OCPPUsageError
from ocppj.testing import PERFECT, Fault, Faults

STATION, CSMS = Side.CHARGING_STATION, Side.CSMS


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (0.0, Fault.DROP),
        (0.09, Fault.DROP),
        (0.11, Fault.DUPLICATE),
        (0.21, Fault.DELAY),
        (0.31, Fault.CUT),
        (0.41, Fault.HALF_OPEN),
        (0.51, None),
        (0.999, None),
    ],
)
def test_shares_are_laid_side_by_side(number: float, fault: Fault | None) -> None:
    faults = Faults(drop=0.1, duplicate=0.1, delay=0.1, cut=0.1, half_open=0.1)
    assert faults.draw(lambda: number, CSMS, message=True) is fault


@pytest.mark.parametrize("fault", Fault)
def test_only_a_message_is_lost_or_doubled(fault: Fault) -> None:
    faults = Faults(**{fault.name.lower(): 1.0})
    drawn = faults.draw(lambda: 0.5, CSMS, message=False)
    assert drawn is (None if fault in (Fault.DROP, Fault.DUPLICATE) else fault)


def test_faults_can_be_those_of_one_sender() -> None:
    faults = Faults(drop=1, sender=STATION)
    assert faults.draw(lambda: 0.5, STATION, message=True) is Fault.DROP
    assert faults.draw(lambda: 0.5, CSMS, message=True) is None


def test_a_perfect_network_has_none() -> None:
    assert PERFECT.draw(lambda: 0.0, CSMS, message=True) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"drop": -0.1},
        {"drop": 0.6, "cut": 0.6},
        {"latency": -1.0},
        {"longest_delay": -1.0},
        {"piece": 0},
    ],
    ids=str,
)
def test_nonsense_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(OCPPUsageError):
        Faults(**wrong)
