"""docs/scenarios.md says what the code does."""

from __future__ import annotations

import pytest
from tests import snippets
from tests.runtime.ref.station.scenario.scenes import played, why

from ocppref.station.scenario.loader import build
from ocppref.station.scenario.reference import reference
from ocppref.station.scenario.source import parse
from ocppref.station.scenario.steps import STEPS

DOCUMENT = snippets.ROOT / "docs" / "scenarios.md"
EXAMPLES = [
    *snippets.blocks(DOCUMENT, "yaml"),
    *snippets.blocks(snippets.ROOT / "README.md", "yaml"),
]


def test_the_tables_are_those_of_the_steps() -> None:
    made = "\n".join(reference()).strip()
    assert DOCUMENT.read_text(encoding="utf-8").strip().endswith(f"\n\n{made}")
    assert all(f"### `{word}`" in made for word in STEPS)


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_passes(text: str) -> None:
    outcome = played(build(parse(text, "scenarios.md"), {}))
    assert outcome.is_passed, why(outcome)
