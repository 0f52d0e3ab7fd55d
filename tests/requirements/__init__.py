"""Which rules of OCPP a test stands for."""

from __future__ import annotations

import pytest


def requirement(*ids: str) -> pytest.MarkDecorator:
    """Mark a test with the requirements of OCPP 2.1 Part 2 that it shows: "E01.FR.01"."""
    return pytest.mark.requirement(*ids)
