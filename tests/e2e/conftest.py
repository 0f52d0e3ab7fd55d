"""What the peers need that is not Python."""

from __future__ import annotations

import os

import pytest

from tests.e2e.node_modules import NodeError, ready


@pytest.fixture(scope="session")
def node() -> str:
    """Path of Node, with the packages of the peers in place.

    Where they cannot be had, the tests that want them are left out and say so at the end of the
    run; where CI is set, they fail.
    """
    try:
        return ready()
    except NodeError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error), pytrace=False)
        pytest.skip(str(error))
