"""The report for build servers."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from tests.runtime.ref.station.scenario.scenes import played, scene

from ocppref.station.scenario.junit import to_xml, write_junit


def test_each_step_is_a_case(tmp_path: Path) -> None:
    outcome = played(scene("- wait: 5\n- name: <none> & \\u0001\n  plug: 7\n- note: x"))
    write_junit(outcome, tmp_path / "report.xml")
    suite = ElementTree.parse(tmp_path / "report.xml").find("testsuite")
    assert suite is not None
    assert {name: suite.get(name) for name in ("name", "tests", "failures", "skipped", "time")} == {
        "name": "A test",
        "tests": "3",
        "failures": "1",
        "skipped": "1",
        "time": "5.000",
    }
    waited, failed, skipped = suite.findall("testcase")
    assert waited.get("name") == "1 wait 5" and waited.get("time") == "5.000" and not list(waited)
    failure = failed.find("failure")
    assert failure is not None and failure.text == "test.yaml:5: there is no EVSE 7"
    assert failed.get("line") == "5" and skipped.find("skipped") is not None


def test_what_xml_cannot_hold_is_replaced() -> None:
    outcome = played(scene('- name: "a \\u0001 b"\n  wait: 1'))
    assert "a \ufffd b" in to_xml(outcome)
    ElementTree.fromstring(to_xml(outcome))
