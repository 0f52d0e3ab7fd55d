"""A Charging Station that answers what it was told to, and remembers what it was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from tests.runtime.ref.csms.running import BEGIN

import ocpp21
from ocpp21 import (
    ComponentType,
    NotifyReportRequest,
    ReportDataType,
    VariableAttributeType,
    VariableType,
)
from ocppj import CallSpec, ErrorCode, Refusal, Side


class StationSide:
    """Handles every Action of a CSMS. `answers` has a payload by Action, or an `ErrorCode`.

    What it has no answer for is refused with NotSupported.
    """

    def __init__(self, **answers: Any) -> None:
        self.answers: Mapping[str, Any] = answers
        self.asked: list[tuple[str, Any]] = []
        self._came = asyncio.Event()
        for name, spec in ocpp21.ACTIONS.items():
            if isinstance(spec, CallSpec) and spec.direction.allows(Side.CSMS):
                setattr(self, spec.handler, self._handler(name, spec))

    async def came(self, action: str) -> Any:
        """The first request of that Action; waits for it."""
        while True:
            for name, request in self.asked:
                if name == action:
                    return request
            self._came.clear()
            await self._came.wait()

    def requests(self, action: str) -> list[Any]:
        """All requests of that Action so far."""
        return [request for name, request in self.asked if name == action]

    def _handler(self, name: str, spec: CallSpec[Any, Any]) -> Any:
        async def handle(request: Any, context: Any) -> Any:
            self.asked.append((name, request))
            self._came.set()
            answer = self.answers.get(name)
            if answer is None:
                raise Refusal(ErrorCode.NOT_SUPPORTED, "no answer was prepared")
            if isinstance(answer, ErrorCode):
                raise Refusal(answer, "as prepared")
            made = answer(request) if callable(answer) else answer
            return spec.response.model_validate(made)

        return handle


def report_part(request_id: int, seq_no: int, name: str, *, tbc: bool) -> NotifyReportRequest:
    """A part of a report, with one variable."""
    data = ReportDataType(
        component=ComponentType(name="Test"),
        variable=VariableType(name=name),
        variable_attribute=[VariableAttributeType(value=str(seq_no))],
    )
    return NotifyReportRequest(
        request_id=request_id, generated_at=BEGIN, seq_no=seq_no, tbc=tbc, report_data=[data]
    )
