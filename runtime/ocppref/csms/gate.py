"""Lets a Charging Station send only what its registration allows (B01.FR.10, B02.FR.09, B03.FR.07).

The gate stands before every handler, those of the user too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from types import SimpleNamespace
from typing import TypeAlias

from ocpp21 import CsmsCalls
from ocppj import CallContext, ErrorCode, Refusal
from ocppref.csms.errors import UnstorableError
from ocppref.csms.stations import Stations

Handle: TypeAlias = Callable[[object, CallContext[CsmsCalls]], Awaitable[object]]

_PREFIX = "on_"
_PROTOCOLS = "ocpp21.handlers"


def gated(handlers: Iterable[object], stations: Stations) -> object:
    """One handler made of all of them. Where two handle the same Action, the later one does."""
    found: dict[str, Handle] = {}
    for handler in handlers:
        found.update(_methods(handler))
    return SimpleNamespace(**{name: _gated(each, stations) for name, each in found.items()})


def _methods(handler: object) -> dict[str, Handle]:
    names = (name for name in dir(handler) if name.startswith(_PREFIX))
    return {name: getattr(handler, name) for name in names if not _is_inherited(handler, name)}


def _is_inherited(handler: object, name: str) -> bool:
    """Whether the method is that of one of OCPP's Protocols, which handles nothing."""
    owner = next((each for each in type(handler).__mro__ if name in vars(each)), None)
    return owner is not None and owner.__module__ == _PROTOCOLS


def _gated(handle: Handle, stations: Stations) -> Handle:
    async def check_and_handle(request: object, context: CallContext[CsmsCalls]) -> object:
        if not stations[context.identity].may_send(context.action):
            # OCPP 2.1 Part 4, 4.3
            raise Refusal(ErrorCode.SECURITY_ERROR, "the boot of this station is not accepted")
        try:
            return await handle(request, context)
        except UnstorableError as error:
            raise Refusal(ErrorCode.PROPERTY_CONSTRAINT_VIOLATION, str(error)) from error

    return check_and_handle


def action_of(trigger: str) -> str:
    """The Action that a station sends for a requestedMessage of TriggerMessage."""
    return "SignCertificate" if trigger.startswith("Sign") else trigger
