"""Scenarios that are played: what passes, what fails, and what is said of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from tests.runtime.ref.station.scenario.scenes import config, played, scene, why
from tests.runtime.ref.station.stage import stage

from ocpp21 import ClearCacheRequest
from ocppj.testing import in_virtual_time
from ocppref.station.scenario import (
    Audience,
    Frame,
    Frames,
    NotSeen,
    Stage,
    StepResult,
    Verdict,
    play,
)

CHARGE = """
- wait-online
- plug: 1
- token: {id: A, evse: 1}
- wait-for: {state: {/evses/0/flow: charging}}
"""


def verdicts(results: list[StepResult]) -> list[tuple[str, str]]:
    return [(each.number, each.verdict.value) for each in results]


def test_results_come_at_once_and_what_fails_ends_it() -> None:
    told: list[StepResult] = []
    steps = "- wait-online\n- repeat: {times: 2, steps: [wait: 5, plug: 1]}\n- wait: 1\n- note: x"
    outcome = played(scene(steps), Audience(told.append))
    assert told == outcome.results
    assert verdicts(outcome.results) == [
        ("1", "passed"),
        ("2.1.1", "passed"),
        ("2.1.2", "passed"),
        ("2.2.1", "passed"),
        ("2.2.2", "failed"),
        ("3", "skipped"),
        ("4", "skipped"),
    ]
    assert why(outcome) == "connector 1 of EVSE 1 is occupied"
    assert outcome.results[1].seconds == 5 and not outcome.is_passed


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("- plug: 7", "there is no EVSE 7"),
        ("- unplug: 1", "there is no EV at EVSE 1"),
        ("- ev: {power: 1}", "there is no EV at EVSE 1"),
        ("- expect: {action: Authorize}", "there was no Authorize"),
        (
            "- wait-online\n- expect: {action: BootNotification, fields: {reason: Watchdog}}",
            'of the last BootNotification, reason is "PowerUp", not "Watchdog"',
        ),
        (
            "- wait-online\n- wait-for: {action: Authorize, timeout: 5}",
            "no Authorize within 5 s; there was BootNotification",
        ),
        (
            "- wait-online\n- wait-for: {action: NotifyEvent, fields: {seqNo: 9}, timeout: 5}",
            "no such NotifyEvent within 5 s; of the last one, seqNo is 0, not 9",
        ),
        ("- wait-for: {state: {online: false, queued: 7}, timeout: 2}", "not within 2 s: "),
        ("- expect: {state: {/evses/0/power: 5}}", "state: /evses/0/power is 0.0, not 5"),
        ("- expect: {transactions: complete}", "there was no transaction"),
        (CHARGE + "- expect: {transactions: complete}", "has not ended"),
        (
            CHARGE + "- expect: {action: TransactionEvent, count: {at-least: 90}}",
            "not at least 90",
        ),
        (CHARGE + "- expect: {action: TransactionEvent, count: 0}", "not at most 0"),
        ("- set: {TxCtrlr.EVConectionTimeOut: 5}", "did you mean TxCtrlr.EVConnectionTimeOut?"),
        ("- set: {TxCtrlr.EVConnectionTimeOut: soon}", "cannot be set like that"),
        (
            "- wait-online\n- csms: {action: ClearCache, answer: {status: Rejected}}",
            'status is "Accepted", not "Rejected"',
        ),
        ("- csms: {action: ClearCache}", "CS001 is not connected"),
        (
            "- wait-for: {action: BootNotification, keep: {x: /nothing}}",
            "there is no /nothing in BootNotification to keep",
        ),
        ("- power-cycle: {down: 9, wait: false}\n- token: A", "the station has no power"),
    ],
)
def test_what_is_not_as_expected_is_said(steps: str, said: str) -> None:
    outcome = played(scene(steps))
    assert said in why(outcome)
    assert outcome.results[-1].verdict is Verdict.FAILED


def test_a_variable_that_is_set_is_heeded() -> None:
    steps = """
        - wait-online
        - set: {"SampledDataCtrlr.TxUpdatedInterval": 10}
        - plug: 1
        - token: {id: A, evse: 1}
        - wait: 95
        - expect: {action: TransactionEvent, fields: {triggerReason: MeterValuePeriodic}, count: 9}
    """
    assert played(scene(steps)).is_passed


def test_the_built_in_csms_is_as_the_scenario_says() -> None:
    steps = """
        - wait-for: {action: BootNotification, type: result, fields: {status: Pending, interval: 7}}
        - wait-for: {action: BootNotification, type: result, fields: {status: Accepted}}
        - wait-for: {action: Heartbeat, timeout: 8}
        - token: {id: BAD, evse: 1}
        - wait-for: {action: Authorize, type: result, fields: {/idTokenInfo/status: Expired}}
    """
    more = "csms: {boot: [Pending, Accepted], interval: 7, tokens: {BAD: Expired}}"
    outcome = played(scene(steps, more))
    assert outcome.is_passed, why(outcome)


def test_a_frame_is_found_that_came_before_it_was_waited_for_and_only_once() -> None:
    one = "- wait-online\n- wait: 60\n- wait-for: BootNotification\n"
    assert played(scene(one)).is_passed
    again = f"{one}- wait-for: {{action: BootNotification, timeout: 5}}"
    assert "no BootNotification within 5 s" in why(played(scene(again)))
    fresh = "- wait-online\n- wait-for: {action: BootNotification, fresh: true, timeout: 5}"
    assert "no BootNotification within 5 s; there was nothing" in why(played(scene(fresh)))


def test_notes_are_said_and_values_are_filled_in() -> None:
    said: list[str] = []
    outcome = played(
        scene("- note: the token is ${token}", "parameters: {token: A}", token="B"),
        Audience(say=said.append),
    )
    assert said == ["the token is B"]
    assert outcome.results[0].text == "note the token is B"


def test_the_same_seed_makes_the_same_frames() -> None:
    def frames(seed: int) -> Sequence[Frame]:
        return played(scene(CHARGE + "- wait: 2 h"), seed=seed).frames

    assert frames(3) == frames(3) != frames(4)


@in_virtual_time
async def test_any_other_csms_is_waited_for() -> None:
    frames, said = Frames(), list[str]()
    scenario = scene("- wait-online\n- csms: {action: ClearCache, answer: {status: Accepted}}")
    async with stage(observers=[frames]) as the:
        playing = asyncio.create_task(play(scenario, Stage(the.station, frames, say=said.append)))
        await asyncio.sleep(60)
        assert said == ["have the CSMS send ClearCache {}"] and not playing.done()
        await the.to_station.clear_cache(ClearCacheRequest())
        assert (await playing).is_passed


@in_virtual_time
async def test_who_is_told_to_stop_stops() -> None:
    frames, stopped = Frames(), asyncio.Event()
    async with stage(observers=[frames]) as the:
        scenario = scene("- wait: 1 h\n- plug: 1")
        asyncio.get_running_loop().call_later(60, stopped.set)
        outcome = await play(scenario, Stage(the.station, frames), stopped=stopped)
    assert verdicts(outcome.results) == [("1", "failed"), ("2", "skipped")]
    assert why(outcome) == "it was interrupted" and outcome.seconds == 60


@in_virtual_time
async def test_the_same_from_python() -> None:
    frames = Frames()
    async with stage(observers=[frames]) as the:
        answer = await frames.wait_for("BootNotification", {"status": "Accepted"}, type="result")
        assert answer.direction == "in" and answer.message_id == frames.all[0].message_id
        await the.station.plug(1)
        with pytest.raises(NotSeen, match="no Authorize within 3 s"):
            await frames.wait_for("Authorize", timeout=3)


def test_the_station_is_as_the_scenario_needs_it() -> None:
    more = """
        station:
          evses: [{max-power: 11000, phases: 1}, {connectors: [cCCS2], dc: true}]
          variables: {AlignedDataCtrlr.Enabled: false}
    """
    made = config(scene("- plug: 1", more))
    assert [evse.dc for evse in made.evses] == [False, True]
    assert made.evses[0].phases == 1 and made.evses[1].connectors[0].type == "cCCS2"
    assert made.variables == {"AlignedDataCtrlr.Enabled": "false"}
