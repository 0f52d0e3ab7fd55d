"""A CSMS and a Charging Station that are connected in memory: the real ones, without a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from random import Random
from typing import Generic, TypeAlias, TypeVar

from ocppj.contract import Bindings
from ocppj.core import random_ids
from ocppj.credentials import SecurityProfile, passwords
from ocppj.csms import Csms, CsmsOptions
from ocppj.errors import OCPPConnectionError, OCPPTimeoutError
from ocppj.network_profiles import NetworkProfile
from ocppj.station import Station, StationOptions
from ocppj.testing.faults import PERFECT, Faults
from ocppj.testing.network import Network

CsmsHandlerT = TypeVar("CsmsHandlerT")
CsmsCallsT = TypeVar("CsmsCallsT")
StationHandlerT = TypeVar("StationHandlerT")
StationCallsT = TypeVar("StationCallsT")

BothBindings: TypeAlias = tuple[
    Bindings[CsmsHandlerT, CsmsCallsT], Bindings[StationHandlerT, StationCallsT]
]
"""Those of the CSMS, then those of the Charging Station."""

_URL = "ws://csms.example/ocpp"
_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Link(Generic[CsmsCallsT, StationCallsT]):
    """The two sides, and the network between them."""

    csms: Csms[CsmsCallsT]
    station: Station[StationCallsT]
    network: Network
    identity: str

    @property
    def to_csms(self) -> StationCallsT:
        """What the Charging Station can call: `link.station.calls`."""
        return self.station.calls

    @property
    def to_station(self) -> CsmsCallsT:
        """What the CSMS can call on this station: `link.csms.calls(link.identity)`.

        Raises `OCPPConnectionError` while it is not connected.
        """
        return self.csms.calls(self.identity)


@asynccontextmanager
async def linked(
    csms_handler: object = (),
    station_handler: object = (),
    *,
    bindings: BothBindings[CsmsHandlerT, CsmsCallsT, StationHandlerT, StationCallsT],
    identity: str = "CS001",
    password: str | None = None,
    seed: int = 0,
    faults: Faults = PERFECT,
    reachable: bool = True,
    csms: CsmsOptions | None = None,
    station: StationOptions | None = None,
) -> AsyncIterator[Link[CsmsCallsT, StationCallsT]]:
    """A CSMS and a Charging Station that are connected, until the end of the `async with`.

    The handlers are as for `serve_csms` and `connect_station`, and a side without any refuses all
    it gets. `bindings` are those of both sides, such as `(ocpp21.CSMS, ocpp21.CHARGING_STATION)`.
    With `password` the station connects with security profile 1. The faults begin once the two are
    connected. From the seed come the faults, the back-off and the message ids. With `reachable`
    False the network does not work yet: the two are not connected then, and the station tries until
    `network.reachable` is set. `csms` and `station` are further options of the two.

    Raises `OCPPConnectionError` if the station is not let in within a minute.
    """
    csms_bindings, station_bindings = bindings
    async with Csms(
        csms_handler, bindings=[csms_bindings], **_csms_options(seed, identity, password, csms)
    ) as server:
        network = Network(server.protocol, seed=seed)
        profile = NetworkProfile(_URL, identity, _security(password), password)
        options = _station_options(seed, network, station)
        async with Station(
            station_handler, [profile], bindings=[station_bindings], **options
        ) as client:
            network.reachable = reachable
            if reachable:
                await _let_in(client)
            network.faults = faults
            yield Link(server, client, network, identity)


async def _let_in(station: Station[StationCallsT]) -> None:
    try:
        await station.connected(_PATIENCE)
    except OCPPTimeoutError as error:
        why = station.last_error or error
        raise OCPPConnectionError(f"{station.profile.identity} was not let in: {why}") from error


def _csms_options(
    seed: int, identity: str, password: str | None, given: CsmsOptions | None
) -> CsmsOptions:
    options: CsmsOptions = {"new_id": random_ids(Random(f"CSMS {seed}").getrandbits)}
    if password is not None:
        options["profile"] = SecurityProfile.BASIC
        options["authenticate"] = passwords({identity: password})
    options.update(given or {})
    return options


def _station_options(seed: int, network: Network, given: StationOptions | None) -> StationOptions:
    options: StationOptions = {
        "new_id": random_ids(Random(f"station {seed}").getrandbits),
        "random": Random(f"back-off {seed}").random,
        "connector": network.connect,
    }
    options.update(given or {})
    return options


def _security(password: str | None) -> SecurityProfile:
    return SecurityProfile.UNSECURED if password is None else SecurityProfile.BASIC
