"""OCPP-J: the JSON over WebSocket form of OCPP, for a package written by ocppgen.

    async with serve_csms(Handler(), bindings=ocpp21.CSMS, port=9000) as csms: ...
    async with connect_station(
        Handler(), url, identity="CS001", bindings=ocpp21.CHARGING_STATION
    ) as station: ...

Every name is loaded when it is first asked for: a generated package needs only a few of them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ocppj.backoff import Backoff
    from ocppj.clock import Clock, LoopClock, Timer
    from ocppj.connection import Connection
    from ocppj.connector import Connector, Uplink, connect_socket
    from ocppj.contract import (
        ActionNotHandled,
        ActionSpec,
        Bindings,
        CallContext,
        Caller,
        CallSpec,
        Direction,
        Kind,
        SendSpec,
        Side,
    )
    from ocppj.core import Ignored, MessageType, Refused, ResultRefused, Trouble
    from ocppj.credentials import (
        Authenticate,
        ClientCertificate,
        Credentials,
        SecurityProfile,
        Verdict,
        certificate_names,
        password_matches,
        passwords,
    )
    from ocppj.csms import Csms, CsmsOptions, serve_csms
    from ocppj.data_transfer import DataTransferRouter
    from ocppj.dialing import HandshakeError
    from ocppj.errors import (
        ErrorCode,
        OCPPBusyError,
        OCPPCallError,
        OCPPConnectionError,
        OCPPError,
        OCPPTimeoutError,
        OCPPUsageError,
        OCPPValidationError,
        Refusal,
    )
    from ocppj.lenient import EVERY_REPAIR, Repair, RepairName
    from ocppj.limits import Admission, Limits
    from ocppj.loop import collect_rarely, loop_factory, run
    from ocppj.network_profiles import NetworkProfile
    from ocppj.observer import Exchange, Link, Observer, Origin, Outcome
    from ocppj.opening import Opening
    from ocppj.payloads import Options
    from ocppj.registry import Connections
    from ocppj.routing import RoutingError
    from ocppj.station import Station, StationOptions, connect_station
    from ocppj.tls import KeyPair, csms_tls, station_tls

__all__ = [
    "EVERY_REPAIR",
    "ActionNotHandled",
    "ActionSpec",
    "Admission",
    "Authenticate",
    "Backoff",
    "Bindings",
    "CallContext",
    "CallSpec",
    "Caller",
    "ClientCertificate",
    "Clock",
    "Connection",
    "Connections",
    "Connector",
    "Credentials",
    "Csms",
    "CsmsOptions",
    "DataTransferRouter",
    "Direction",
    "ErrorCode",
    "Exchange",
    "HandshakeError",
    "Ignored",
    "KeyPair",
    "Kind",
    "Limits",
    "Link",
    "LoopClock",
    "MessageType",
    "NetworkProfile",
    "OCPPBusyError",
    "OCPPCallError",
    "OCPPConnectionError",
    "OCPPError",
    "OCPPTimeoutError",
    "OCPPUsageError",
    "OCPPValidationError",
    "Observer",
    "Opening",
    "Options",
    "Origin",
    "Outcome",
    "Refusal",
    "Refused",
    "Repair",
    "RepairName",
    "ResultRefused",
    "RoutingError",
    "SecurityProfile",
    "SendSpec",
    "Side",
    "Station",
    "StationOptions",
    "Timer",
    "Trouble",
    "Uplink",
    "Verdict",
    "certificate_names",
    "collect_rarely",
    "connect_socket",
    "connect_station",
    "csms_tls",
    "loop_factory",
    "password_matches",
    "passwords",
    "run",
    "serve_csms",
    "station_tls",
]

_MODULE_OF = {
    "Backoff": "backoff",
    "Clock": "clock",
    "LoopClock": "clock",
    "Timer": "clock",
    "Connection": "connection",
    "Connector": "connector",
    "Uplink": "connector",
    "connect_socket": "connector",
    "ActionNotHandled": "contract",
    "ActionSpec": "contract",
    "Bindings": "contract",
    "CallContext": "contract",
    "Caller": "contract",
    "CallSpec": "contract",
    "Direction": "contract",
    "Kind": "contract",
    "SendSpec": "contract",
    "Side": "contract",
    "Ignored": "core",
    "MessageType": "core",
    "Refused": "core",
    "ResultRefused": "core",
    "Trouble": "core",
    "Authenticate": "credentials",
    "ClientCertificate": "credentials",
    "Credentials": "credentials",
    "SecurityProfile": "credentials",
    "Verdict": "credentials",
    "certificate_names": "credentials",
    "password_matches": "credentials",
    "passwords": "credentials",
    "Csms": "csms",
    "CsmsOptions": "csms",
    "serve_csms": "csms",
    "DataTransferRouter": "data_transfer",
    "HandshakeError": "dialing",
    "ErrorCode": "errors",
    "OCPPBusyError": "errors",
    "OCPPCallError": "errors",
    "OCPPConnectionError": "errors",
    "OCPPError": "errors",
    "OCPPTimeoutError": "errors",
    "OCPPUsageError": "errors",
    "OCPPValidationError": "errors",
    "Refusal": "errors",
    "EVERY_REPAIR": "lenient",
    "Repair": "lenient",
    "RepairName": "lenient",
    "Admission": "limits",
    "Limits": "limits",
    "collect_rarely": "loop",
    "loop_factory": "loop",
    "run": "loop",
    "NetworkProfile": "network_profiles",
    "Exchange": "observer",
    "Link": "observer",
    "Observer": "observer",
    "Origin": "observer",
    "Outcome": "observer",
    "Opening": "opening",
    "Options": "payloads",
    "Connections": "registry",
    "RoutingError": "routing",
    "Station": "station",
    "StationOptions": "station",
    "connect_station": "station",
    "KeyPair": "tls",
    "csms_tls": "tls",
    "station_tls": "tls",
}


def __getattr__(name: str) -> object:
    module = _MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
