"""What the peers need that is not Python."""

from __future__ import annotations

import pytest

from tests.e2e.node_modules import NodeError, ready


@pytest.fixture(scope="session")
def node() -> str:
    """Path of Node, with the packages of the peers in place. Fails where they cannot be had."""
    try:
        return ready()
    except NodeError as error:
        pytest.fail(str(error), pytrace=False)
