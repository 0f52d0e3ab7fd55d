"""The context of a CALL that a test makes by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ocpp21 import ChargingStationCalls


class Asked:
    """A CALL whose answer is sent when the test says so."""

    action = "Test"
    message_id = "1"
    identity = "CS001"

    def __init__(self) -> None:
        self._after: list[Callable[[], Awaitable[object]]] = []

    @property
    def peer(self) -> ChargingStationCalls:
        raise AssertionError("the handler is not to call back")

    def after_answer(self, function: Callable[[], Awaitable[object]]) -> None:
        self._after.append(function)

    async def answered(self) -> None:
        """The answer is on its way."""
        for function in self._after:
            await function()
