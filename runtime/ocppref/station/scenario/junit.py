"""The outcome of a scenario in JUnit's XML, as build servers read it."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

from ocppref.station.scenario.outcome import Outcome, StepResult, Verdict

# What XML 1.0 cannot hold, even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_junit(outcome: Outcome, path: Path) -> None:
    """Write the report: a suite for the scenario, a case for each step. Raises OSError."""
    path.write_text(to_xml(outcome), encoding="utf-8")


def to_xml(outcome: Outcome) -> str:
    """The report."""
    suites = ElementTree.Element("testsuites")
    suite = ElementTree.SubElement(
        suites,
        "testsuite",
        name=_clean(outcome.name),
        tests=str(len(outcome.results)),
        failures=str(outcome.count(Verdict.FAILED)),
        errors="0",
        skipped=str(outcome.count(Verdict.SKIPPED)),
        time=f"{outcome.seconds:.3f}",
        timestamp=outcome.started.isoformat(timespec="seconds"),
    )
    for result in outcome.results:
        _add_case(suite, outcome, result)
    ElementTree.indent(suites)
    text = ElementTree.tostring(suites, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _add_case(suite: ElementTree.Element, outcome: Outcome, result: StepResult) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=_clean(outcome.name),
        name=_clean(f"{result.number} {result.text}"),
        file=_clean(outcome.file),
        line=str(result.line),
        time=f"{result.seconds:.3f}",
    )
    if result.verdict is Verdict.FAILED:
        failure = ElementTree.SubElement(case, "failure", message=_clean(result.message))
        failure.text = _clean(f"{outcome.file}:{result.line}: {result.message}")
    elif result.verdict is Verdict.SKIPPED:
        ElementTree.SubElement(case, "skipped", message="a step before it failed")


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
