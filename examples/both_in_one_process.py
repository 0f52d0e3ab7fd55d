"""A CSMS and a Charging Station in one process, over a real socket: to try things out.

The station asks something, and to answer it the CSMS first asks the station something back.

    python examples/both_in_one_process.py
"""

from __future__ import annotations

import ocpp21
import ocppj
from ocpp21 import (
    AuthorizationStatusEnumType,
    AuthorizeRequest,
    AuthorizeResponse,
    ChargingStationCalls,
    ChargingStationHandler,
    CsmsCalls,
    CsmsHandler,
    GetLocalListVersionRequest,
    GetLocalListVersionResponse,
    IdTokenInfoType,
    IdTokenType,
)
from ocppj import CallContext


class Csms(CsmsHandler):
    async def on_authorize(
        self, request: AuthorizeRequest, context: CallContext[CsmsCalls]
    ) -> AuthorizeResponse:
        # A handler may wait for the peer that waits for its answer.
        response = await context.peer.get_local_list_version(GetLocalListVersionRequest())
        print(f"CSMS: {context.identity} has version {response.version_number} of the list")
        known = request.id_token.id_token == "04A1B2C3"
        status = (
            AuthorizationStatusEnumType.ACCEPTED if known else AuthorizationStatusEnumType.UNKNOWN
        )
        return AuthorizeResponse(id_token_info=IdTokenInfoType(status=status))


class Station(ChargingStationHandler):
    async def on_get_local_list_version(
        self, request: GetLocalListVersionRequest, context: CallContext[ChargingStationCalls]
    ) -> GetLocalListVersionResponse:
        return GetLocalListVersionResponse(version_number=7)


async def main() -> None:
    async with (
        ocppj.serve_csms(Csms(), bindings=[ocpp21.CSMS], port=0) as csms,
        ocppj.connect_station(
            Station(),
            f"ws://127.0.0.1:{csms.port}",
            identity="CS001",
            bindings=[ocpp21.CHARGING_STATION],
        ) as station,
    ):
        await station.connected()
        for number in ("04A1B2C3", "DEADBEEF"):
            token = IdTokenType(id_token=number, type="ISO14443")
            response = await station.calls.authorize(AuthorizeRequest(id_token=token))
            print(f"station: {number} is {response.id_token_info.status}")
        print(f"CSMS: connected are {', '.join(csms.connections)}")


if __name__ == "__main__":
    ocppj.run(main())
