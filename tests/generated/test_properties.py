"""Properties of every message, over instances that the package's own strategies draw."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from ocppgen.json_values import JsonObject

from .meaning import means_the_same
from .packages import Flavour, Refused
from .published import MESSAGES, errors, is_valid

# Each of the many messages gets a share of the profile's examples: 10 in "quick", 400 in "deep".
_per_message = settings(max_examples=settings().max_examples // 10)
_every_message = pytest.mark.parametrize("message", MESSAGES)


@_every_message
def test_valid_instance_survives_model_and_wire(message: str, flavour: Flavour) -> None:
    @_per_message
    @given(flavour.testing().valid(flavour.type(message)))
    def check(payload: JsonObject) -> None:
        text = json.dumps(payload)
        assert is_valid(message, text)

        written = flavour.write(flavour.read(message, text))

        assert is_valid(message, written)
        assert means_the_same(message, payload, json.loads(written)), written

    check()


@_every_message
def test_broken_instance_is_refused_at_its_broken_place(message: str, flavour: Flavour) -> None:
    @_per_message
    @given(flavour.testing().broken(flavour.type(message)))
    def check(case: Any) -> None:
        found = errors(message, case.payload)
        if case.rule == "type":  # what is no string is none of an enum's values either
            found -= {(case.pointer, "enum")}
        assert found == {(case.pointer, case.rule)}

        with pytest.raises(Refused) as refusal:
            flavour.read(message, json.dumps(case.payload))

        assert case.pointer in refusal.value.places

    check()
