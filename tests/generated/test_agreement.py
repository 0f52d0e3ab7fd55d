"""The generated models accept and refuse exactly what the published schemas do.

For each message every place is tried with everything that a peer might put there, about 160,000
texts in all, and both are asked: the models, and jsonschema with a format checker.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import repeat

import pytest

from .meaning import means_the_same
from .packages import Flavour, Pydantic, Refused
from .published import MESSAGES, SCHEMAS, is_valid
from .wire_cases import Case, MessageSchema

_SHOWN = 20


def _cases(message: str, names: Pydantic) -> list[Case]:
    return [*MessageSchema(message, SCHEMAS[message], names.python_names).cases()]


@cache
def _verdicts(message: str, names: Pydantic) -> tuple[bool, ...]:
    """Whether each case of a message is to be accepted; the same for all kinds of models."""
    cases = _cases(message, names)
    return tuple(is_valid(message, case.text) and not case.ours_only for case in cases)


@pytest.mark.parametrize("message", MESSAGES)
def test_models_agree_with_schemas(
    message: str, flavour: Flavour, pydantic_package: Pydantic
) -> None:
    cases = _cases(message, pydantic_package)
    verdicts = _verdicts(message, pydantic_package)

    wrong = list(filter(None, map(_complaint, repeat(flavour), cases, verdicts)))

    assert not wrong, _report(wrong)


def _complaint(flavour: Flavour, case: Case, acceptable: bool) -> str:
    """What is wrong with how a package takes a text; "" if nothing is."""
    try:
        instance = flavour.read(case.message, case.text)
    except Refused as refused:
        return f"only the models refuse {case}\n    {refused}" if acceptable else ""
    if not acceptable:
        return f"only the models accept {case}"
    written = flavour.write(instance)
    if not is_valid(case.message, written):
        return f"the schema refuses what is written for {case}\n    {written[:300]}"
    if not means_the_same(case.message, json.loads(case.text), json.loads(written)):
        return f"something else is written for {case}\n    {written[:300]}"
    return ""


def _report(wrong: list[str]) -> str:
    more = f"\n... and {len(wrong) - _SHOWN} more" if len(wrong) > _SHOWN else ""
    return f"{len(wrong)} disagreements:\n" + "\n".join(wrong[:_SHOWN]) + more
