"""Files of scenarios, good and bad."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.runtime.ref.station.scenario.scenes import scene

from ocppref.station.scenario import ScenarioError, load, shipped


def wrong(steps: str, more: str = "") -> list[str]:
    """What is said of a scenario that is wrong."""
    with pytest.raises(ScenarioError) as caught:
        scene(steps, more)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("plugg: 1", "step 1: there is no step 'plugg'; did you mean plug?"),
        ("plug: {evse: 1, conector: 2}", "there is no 'conector' here; did you mean connector?"),
        ("plug: {}", "step 1 (plug): evse is missing"),
        ("plug: 0", "step 1 (plug): evse: Input should be greater than or equal to 1"),
        ("plug: true", "step 1 (plug): evse: this is no number"),
        ("ev: 5", "step 1 (ev): it has fields: evse, power, soc"),
        ("wait: a while", "'a while' is no duration"),
        ("wait: -1", "step 1 (wait): duration:"),
        ("wait-for: TransactionEvnt", "did you mean TransactionEvent?"),
        ("wait-for: {timeout: 5}", "give an action or a state"),
        ("wait-for: {action: Authorize, state: {online: true}}", "not for both"),
        ("wait-for: {action: Authorize, keep: {a: b}}", "a JSON Pointer begins with /"),
        ("expect: {fields: {a: 1}}", "give an action, a state or transactions"),
        ("expect: {state: {a: 1}, count: 2}", "need an action"),
        ("expect: {state: {queued: {at-least: many}}}", "at-least needs a number"),
        ("expect: {state: {identity: {like: '('}}}", "no regular expression"),
        ("csms: {action: Heartbeat}", "Heartbeat is sent by the Charging Station"),
        ("csms: {action: Reset, payload: {type: Now}}", "payload: /type: Input should be"),
        ("token: ${tokn}", "there is no parameter 'tokn'; did you mean token?"),
        ("{plug: 1, unplug: 1}", "step 1: a step is one word"),
        ("connection: maybe", "step 1 (connection): online:"),
        ("note: {}", "step 1 (note): text is missing"),
        ("set: {}", "step 1 (set): variables:"),
        ("repeat: {times: 2, steps: []}", "step 1 (repeat), steps: a list of at least one step"),
        ("repeat: {times: 2, steps: [plug: x]}", "step 1 (repeat), step 1 (plug): evse:"),
    ],
)
def test_a_step_that_is_wrong_is_named_with_file_and_line(step: str, said: str) -> None:
    found = wrong(f"- {step}", "parameters: {token: A}")
    assert len(found) == 1
    assert found[0].startswith("test.yaml:4: ") and said in found[0]


def test_all_that_is_wrong_is_said_in_order() -> None:
    found = wrong("- plug: 0\n- wait: 5\n- unplug: 0\n- jump: 1")
    assert [line.split(": ")[0] for line in found] == [
        "test.yaml:4",
        "test.yaml:6",
        "test.yaml:7",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "file.yaml:1: the file is empty"),
        ("- plug", "file.yaml:1: a scenario has a name and steps"),
        ("name: a\nsteps: [\n", "file.yaml:3: this is no YAML"),
        ("name: a\nname: b\n", "file.yaml:2: name is there twice"),
        ("name: a\nsteps: [note: !!python/none x]", "file.yaml:2: the tag"),
        ("name: a\n", "steps: a list of at least one step is missing"),
        ("steps: [plug: 1]", "file.yaml:1: name is missing"),
        ("name: a\nstations: {}\nsteps: [plug: 1]", "file.yaml:2: there is no 'stations'"),
        (
            "name: a\ncsms:\n  tokens: {A: Good}\nsteps: [plug: 1]",
            "file.yaml:3: csms.tokens.A: Input should be",
        ),
    ],
)
def test_a_file_that_is_wrong_is_said(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "file.yaml").write_text(text)
    with pytest.raises(ScenarioError) as caught:
        load(str(tmp_path / "file.yaml"))
    assert said in str(caught.value)


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="No such file"):
        load(str(tmp_path / "nothing.yaml"))
    with pytest.raises(ScenarioError, match="did you mean plain-session"):
        load("plain-sesion")
    with pytest.raises(ScenarioError, match="no parameter tokn; did you mean token"):
        load("plain-session", {"tokn": "A"})
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ScenarioError, match="no text in UTF-8"):
        load(str(tmp_path / "bytes.yaml"))


def test_a_token_of_digits_stays_as_it_is_written() -> None:
    scenario = scene('- token: 0012345678\n- token: 12345678\n- token: "${card}"', card_of())
    ids = [entry.step.id for entry in scenario.steps]  # type: ignore[attr-defined]
    assert ids == ["0012345678", "12345678", "007"]


def card_of() -> str:
    return "parameters: {card: 007}"


def test_words_of_yaml_1_1_are_words() -> None:
    scenario = scene("- connection: off\n- fault: {evse: 1, on: no}\n- note: yes")
    off, fault, note = (entry.step for entry in scenario.steps)
    assert off.online is False and fault.on is False  # type: ignore[attr-defined]
    assert note.text == "yes"  # type: ignore[attr-defined]


def test_a_step_is_called_what_it_does_or_as_it_is_named() -> None:
    scenario = scene("- plug: 1\n- name: The car comes\n  plug: {evse: 2}\n- wait-online")
    assert [entry.text for entry in scenario.steps] == ["plug 1", "The car comes", "wait-online"]
    assert [entry.line for entry in scenario.steps] == [4, 5, 7]


def test_those_that_are_shipped_can_be_read_and_say_what_they_show() -> None:
    found = shipped()
    assert len(found) >= 10
    for name, scenario in found:
        assert scenario.head.description and scenario.steps, name
