"""A session for tests, with ids that can be foretold."""

from __future__ import annotations

from itertools import count

from ocppj.core.dialects import OCPP_2_1, Dialect
from ocppj.core.session import Session


def a_session(
    dialect: Dialect = OCPP_2_1,
    *,
    timeout: float = 30.0,
    queue_limit: int = 100,
    handling_limit: int = 16,
    prefix: str = "c",
) -> Session:
    """A session whose ids are c1, c2, c3 and so on."""
    numbers = count(1)
    return Session(
        lambda: f"{prefix}{next(numbers)}",
        dialect=dialect,
        timeout=timeout,
        queue_limit=queue_limit,
        handling_limit=handling_limit,
    )
