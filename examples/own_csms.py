"""The reference CSMS with handlers of one's own, and the reference station: an integration test.

python examples/own_csms.py
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import ocpp21
import ocppj
from ocpp21 import (
    AuthorizationStatusEnumType,
    AuthorizeRequest,
    AuthorizeResponse,
    CsmsCalls,
    DataTransferRequest,
    DataTransferResponse,
    DataTransferStatusEnumType,
    IdTokenInfoType,
)
from ocpp21.actions import DATA_TRANSFER
from ocppj import CallContext, DataTransferRouter
from ocppref.csms import CsmsService, CsmsSettings
from ocppref.csms.parts import Parts
from ocppref.station.config import StationConfig
from ocppref.station.scenario.frames import Frames
from ocppref.station.station import Station

vendors = DataTransferRouter(ocpp21.CSMS, DATA_TRANSFER)


@vendors.vendor("com.example", "Temperature")
async def take_temperature(
    request: DataTransferRequest, context: CallContext[CsmsCalls]
) -> DataTransferResponse:
    print(f"{context.identity} has {request.data} degrees")
    return DataTransferResponse(status=DataTransferStatusEnumType.ACCEPTED)


class MyAuthorization(ocpp21.CsmsAuthorizationHandler):
    """In place of the CSMS's own. As a class it gets the parts of the CSMS."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def on_authorize(
        self, request: AuthorizeRequest, context: CallContext[CsmsCalls]
    ) -> AuthorizeResponse:
        good = request.id_token.id_token.startswith("04")
        status = (
            AuthorizationStatusEnumType.ACCEPTED if good else AuthorizationStatusEnumType.BLOCKED
        )
        print(f"{request.id_token.id_token} is {status}")
        return AuthorizeResponse(id_token_info=IdTokenInfoType(status=status))


async def main(folder: Path) -> None:
    settings = CsmsSettings.model_validate(
        {
            "port": 0,
            "http_port": 0,
            "database_url": f"sqlite+aiosqlite:///{folder}/csms.db",
            "security_profile": 0,  # with what follows: for a test, or a laboratory
            "accept_unknown": True,
        }
    )
    frames = Frames()
    async with CsmsService(settings, handlers=[MyAuthorization], vendors=vendors) as csms:
        config = StationConfig(identity="CS001", csms_url=csms.ocpp_url)
        async with Station(config, observers=[frames]) as station:
            await frames.wait_for("BootNotification", {"status": "Accepted"}, type="result")
            # A station that is new is asked for all that it has.
            while (await frames.wait_for("NotifyReport")).payload.get("tbc"):
                pass
            await frames.wait_for("NotifyReport", type="result")
            for token in ("FF", "04A1B2C3"):
                await station.present(token, evse_id=1)
                await frames.wait_for("Authorize", type="result")
            answer = await station.transfer(
                DataTransferRequest(vendor_id="com.example", message_id="Temperature", data=41.5)
            )
            print(f"station: {answer.status}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        ocppj.run(main(Path(scratch)))
