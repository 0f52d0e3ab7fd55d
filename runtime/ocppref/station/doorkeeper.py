"""What a rejected station answers to whatever the CSMS asks (B03.FR.08)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import TypeAlias, cast

import ocpp21
from ocpp21.actions import ACTIONS
from ocppj import ActionNotHandled, ActionSpec, CallContext, CallSpec, Direction
from ocppref.station.registration import Registration

Context: TypeAlias = CallContext[ocpp21.ChargingStationCalls]
Handle: TypeAlias = Callable[[object, Context], Awaitable[object]]

_RECEIVED: Mapping[str, ActionSpec] = {
    spec.handler: spec
    for spec in ACTIONS.values()
    if spec.direction is not Direction.CHARGING_STATION and isinstance(spec, CallSpec)
}


class Doorkeeper:
    """All handlers as one, which lets nothing through while the CSMS has rejected the station.

    What no handler takes is refused as not supported, once the station is not rejected any more.
    """

    def __init__(self, registration: Registration, handlers: Iterable[object]) -> None:
        self._registration = registration
        self._handles = _handles(handlers)

    async def take(self, spec: ActionSpec, request: object, context: Context) -> object:
        """Handle a CALL, if it may be handled. Raises a `Refusal`, or `ActionNotHandled`."""
        refusal = self._registration.refuses(spec.name)
        if refusal is not None:
            raise refusal
        handle = self._handles.get(spec.handler)
        if handle is None:
            raise ActionNotHandled(spec.name)
        return await handle(request, context)


def _door(spec: ActionSpec) -> Callable[[Doorkeeper, object, Context], Awaitable[object]]:
    """The method that takes one Action."""

    async def take(self: Doorkeeper, request: object, context: Context) -> object:
        return await self.take(spec, request, context)

    return take


for _name, _spec in _RECEIVED.items():
    setattr(Doorkeeper, _name, _door(_spec))


def _handles(handlers: Iterable[object]) -> dict[str, Handle]:
    found: dict[str, Handle] = {}
    for handler in handlers:
        for name in dir(type(handler)):
            if not name.startswith("on_") or _is_inherited(type(handler), name):
                continue
            if name in found or name not in _RECEIVED:
                wrong = "is there twice" if name in found else "is no Action of the CSMS's"
                raise TypeError(f"{type(handler).__name__}.{name} {wrong}")
            found[name] = cast(Handle, getattr(handler, name))
    return found


def _is_inherited(kind: type[object], name: str) -> bool:
    """Whether a method is that of the generated Protocol, which handles nothing."""
    owner = next(each for each in kind.__mro__ if name in vars(each))
    return owner.__module__.startswith("ocpp21.")
