"""Our Charging Station in these tests: it answers a CSMS, and keeps what it heard."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

import ocpp21
from ocppj import Backoff, CallContext, Observer, Station, connect_station
from ocppj.opening import Opening

Context: TypeAlias = CallContext[ocpp21.ChargingStationCalls]
IDENTITY = "CS-1"


class OurStation(ocpp21.ChargingStationHandler):
    """A test that wants something else of it overrides that."""

    def __init__(self) -> None:
        self.heard: list[object] = []

    async def on_get_variables(
        self, request: ocpp21.GetVariablesRequest, context: Context
    ) -> ocpp21.GetVariablesResponse:
        self.heard.append(request)
        return ocpp21.GetVariablesResponse(
            get_variable_result=[
                ocpp21.GetVariableResultType(
                    attribute_status=ocpp21.GetVariableStatusEnumType.ACCEPTED,
                    attribute_value="300",
                    component=asked.component,
                    variable=asked.variable,
                )
                for asked in request.get_variable_data
            ]
        )

    async def on_get_base_report(
        self, request: ocpp21.GetBaseReportRequest, context: Context
    ) -> ocpp21.GetBaseReportResponse:
        self.heard.append(request)
        return ocpp21.GetBaseReportResponse(status=ocpp21.GenericDeviceModelStatusEnumType.ACCEPTED)


def our_station(
    handler: object, port: int, password: str | None = None, observers: Iterable[Observer] = ()
) -> Opening[Station[ocpp21.ChargingStationCalls]]:
    """Our end of a connection to the CSMS at `port`. It comes back as soon as it is cut."""
    return connect_station(
        handler,
        f"ws://127.0.0.1:{port}/ocpp",
        identity=IDENTITY,
        bindings=[ocpp21.CHARGING_STATION],
        password=password,
        backoff=Backoff(wait_minimum=0.01, random_range=0, repeat_times=0),
        observers=observers,
    )
