"""The demonstration: a CSMS, a Charging Station, and a person with an EV who comes to charge."""

from __future__ import annotations

import asyncio
import secrets
import signal
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import httpx

from ocppj import SecurityProfile
from ocppref.csms import CsmsService
from ocppref.csms.settings import read_settings
from ocppref.demo.telling import Teller
from ocppref.station.config import ConnectorConfig, EvseConfig, StationConfig
from ocppref.station.control import bind, serving
from ocppref.station.hardware import Impossible
from ocppref.station.scenario.frames import Frame, Frames, NotSeen
from ocppref.station.scenario.source import Data
from ocppref.station.station import Station

IDENTITY = "DEMO-1"
TOKEN = "04A1B2C3D4E5F6"
_TYPE = "ISO14443"
_PATIENCE = 20.0  # seconds that a message may take to come
_READINGS = 4
_POWER = 150_000.0  # W: a session of seconds is to be worth something
_VARIABLES = {
    "SampledDataCtrlr.TxUpdatedInterval": "1",
    "TxCtrlr.TxStartPoint": "EVConnected",
    "TxCtrlr.TxStopPoint": "EVConnected",
}


class DemoError(Exception):
    """A step has failed. The text says which message did not come, or what was wrong."""


async def play(teller: Teller, *, keep: bool = False) -> None:
    """Play a whole session. Raises `DemoError` when a step fails.

    With `keep` both sides go on afterwards, until SIGINT or SIGTERM.
    """
    with tempfile.TemporaryDirectory(prefix="ocppref-demo-") as folder:
        teller.step("A CSMS starts, with an empty database.")
        async with _csms(Path(folder)) as csms, _client(csms) as api:
            teller.note(f"stations connect to {csms.ocpp_url}, people go to {csms.http_url}/")
            demo = _Demo(teller, csms, api, Frames())
            try:
                await demo.play(keep)
            except (NotSeen, Impossible, httpx.HTTPError) as error:
                raise DemoError(str(error) or type(error).__name__) from error


@asynccontextmanager
async def _csms(folder: Path) -> AsyncIterator[CsmsService]:
    settings = read_settings(
        host="127.0.0.1",
        port=0,
        http_port=0,
        database_url=f"sqlite+aiosqlite:///{folder}/csms.db",
        security_profile=SecurityProfile.BASIC,
        price_per_kwh=0.49,
        price_per_session=1.0,
        log_level="ERROR",
    )
    async with CsmsService(settings) as csms:
        yield csms


def _client(csms: CsmsService) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=f"{csms.http_url}/api/v1",
        headers={"Authorization": f"Bearer {csms.api_token}"},
        trust_env=False,
        timeout=_PATIENCE,
    )


@dataclass
class _Demo:
    """One performance."""

    teller: Teller
    csms: CsmsService
    api: httpx.AsyncClient
    frames: Frames

    async def play(self, keep: bool) -> None:
        password = secrets.token_urlsafe(18)
        await self._provision(password)
        self.frames.listeners.append(self.teller.message)
        async with Station(self._config(password), observers=[self.frames]) as station:
            await self._charge(station)
            await self._sum_up()
            if keep:
                await self._stay(station)

    def _config(self, password: str) -> StationConfig:
        evse = EvseConfig(1, (ConnectorConfig(1, "cCCS2"),), max_power=_POWER, dc=True)
        return StationConfig(
            identity=IDENTITY,
            csms_url=self.csms.ocpp_url,
            password=password,
            security_profile=SecurityProfile.BASIC,
            evses=(evse,),
            variables=_VARIABLES,
        )

    async def _provision(self, password: str) -> None:
        self.teller.step("Over its API, the CSMS gets to know a station and a token.")
        await self._put(f"/stations/{IDENTITY}", {"password": password})
        self.teller.note(f"PUT /api/v1/stations/{IDENTITY}")
        await self._put(f"/tokens/{_TYPE}/{TOKEN}", {"status": "Accepted"})
        self.teller.note(f"PUT /api/v1/tokens/{_TYPE}/{TOKEN}")

    async def _charge(self, station: Station) -> None:
        step = self.teller.step
        step("The Charging Station is switched on, connects and boots.")
        await self._answer("BootNotification", status="Accepted")
        await self._all_told()
        step("Somebody plugs in an EV.")
        await station.plug(1)
        await self._seen("TransactionEvent", eventType="Started")
        step("They hold a card to the reader.")
        await station.present(TOKEN, type=_TYPE, evse_id=1)
        await self._answer("Authorize", idTokenInfo={"status": "Accepted"})
        step("The EV charges; the station sends what it measures.")
        await station.set_ev(1, power=_POWER, soc=40)
        for _ in range(_READINGS):
            await self._seen("TransactionEvent", triggerReason="MeterValuePeriodic")
        step("The card again: charging ends.")
        await station.present(TOKEN, type=_TYPE, evse_id=1)
        await self._seen("TransactionEvent", triggerReason="StopAuthorized")
        step("They unplug, and drive away.")
        await station.unplug(1)
        await self._seen("TransactionEvent", eventType="Ended")

    async def _all_told(self) -> None:
        """The CSMS asks a new station what it is: wait for the last part of that report."""
        while (await self._seen("NotifyReport")).payload.get("tbc"):
            pass

    async def _seen(self, action: str, **fields: Data) -> Frame:
        """Wait for a CALL of the station's, and for its answer."""
        frames = self.frames
        frame = await frames.wait_for(action, fields, timeout=_PATIENCE, direction="out")
        await self._answer(action)
        return frame

    async def _answer(self, action: str, **fields: Data) -> None:
        await self.frames.wait_for(action, fields, timeout=_PATIENCE, type="result", direction="in")

    async def _sum_up(self) -> None:
        answer = await self.api.get("/transactions", params={"station": IDENTITY})
        answer.raise_for_status()
        found = answer.json()[0]
        if found["open"] or not found["complete"] or not found["energyWh"]:
            raise DemoError(f"the CSMS does not have the whole transaction: {found}")
        began, ended = (datetime.fromisoformat(found[key]) for key in ("startedAt", "endedAt"))
        self.teller.summary(
            [
                ("Transaction", found["transactionId"]),
                ("Token", f"{found['idToken']['idToken']}, {found['idToken']['type']}"),
                ("Energy", f"{found['energyWh'] / 1000:.3f} kWh"),
                ("Duration", f"{(ended - began).total_seconds():.1f} s"),
                ("Cost", f"{found['totalCost']:.2f} (1.00, and 0.49 a kWh)"),
                ("Ended by", found["stoppedReason"] or "Local"),
                ("Messages", str(self.teller.messages)),
            ]
        )

    async def _stay(self, station: Station) -> None:
        self.teller.step("Both stay, until Ctrl-C.")
        with bind(0) as listener:
            async with serving(station, listener) as control:
                self.teller.note(
                    f"the page of the CSMS   {self.csms.http_url}/#token={self.csms.api_token}"
                )
                self.teller.note(f"its API's token        {self.csms.api_token}")
                self.teller.note(f"who plugs and unplugs  {control}/docs")
                await _until_told()

    async def _put(self, path: str, body: object) -> None:
        (await self.api.put(path, json=body)).raise_for_status()


async def _until_told() -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, ended.set)
    await ended.wait()
