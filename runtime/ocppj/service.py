"""One version of OCPP as an endpoint speaks it: what is handled, and how payloads are read."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Generic, NamedTuple, TypeAlias, TypeVar, cast

from ocppj.contract import ActionSpec, Bindings, Caller, CallSpec, SendSpec, Side
from ocppj.core import DIALECTS, Dialect
from ocppj.errors import OCPPUsageError
from ocppj.payloads import STRICT, Codec, Options, Payloads
from ocppj.routing import Handle, Routes, routes

HandlerT = TypeVar("HandlerT")
CallsT = TypeVar("CallsT")
CallsT_co = TypeVar("CallsT_co", covariant=True)

AnyCall: TypeAlias = CallSpec[object, object]
AnySend: TypeAlias = SendSpec[object]


class CallRoute(NamedTuple):
    """How a CALL is handled."""

    handle: Handle
    request: Codec[object]
    response: Codec[object]


class SendRoute(NamedTuple):
    """How a SEND is handled."""

    handle: Handle
    message: Codec[object]


class Service(Generic[CallsT_co]):
    """Bindings and handlers, made ready. Raises `RoutingError` where they do not fit.

    `OCPPUsageError` is for a subprotocol that this library does not know.
    """

    __slots__ = ("_calls", "bindings", "calls", "dialect", "payloads", "routes", "sends")

    def __init__(
        self,
        bindings: Bindings[HandlerT, CallsT_co],
        handlers: Iterable[object],
        options: Options,
    ) -> None:
        self.bindings = bindings
        self.dialect: Dialect = _dialect(bindings.subprotocol)
        self.routes: Routes = routes(bindings, handlers)
        self.payloads = _strict(bindings) if options == STRICT else Payloads(bindings, options)
        self.calls = {
            name: self._call_route(route.spec, route.handle)
            for name, route in self.routes.calls.items()
        }
        self.sends = {
            name: self._send_route(route.spec, route.handle)
            for name, route in self.routes.sends.items()
        }
        self._calls: type[CallsT_co] | None = None

    def calls_to(self, caller: Caller) -> CallsT_co:
        """Typed callers to a peer."""
        if self._calls is None:
            self._calls = self.bindings.calls
        make = cast("type[_Calls]", self._calls)
        return cast(CallsT_co, make(caller))

    def _call_route(self, spec: ActionSpec, handle: Handle) -> CallRoute:
        call = cast(AnyCall, spec)
        return CallRoute(handle, self.payloads.request(call), self.payloads.response(call))

    def _send_route(self, spec: ActionSpec, handle: Handle) -> SendRoute:
        return SendRoute(handle, self.payloads.request(cast(AnySend, spec)))


class _Calls:
    """What is known of a class of typed callers: how it is made."""

    def __init__(self, caller: Caller) -> None:
        raise NotImplementedError


def services(
    bindings: Iterable[Bindings[HandlerT, CallsT]], handler: object, options: Options
) -> dict[str, Service[CallsT]]:
    """By subprotocol, in the order of preference. `handler` is one object, or a list of them."""
    handlers = handler if isinstance(handler, list | tuple) else (handler,)
    return {each.subprotocol: Service(each, handlers, options) for each in bindings}


def of_side(
    bindings: Bindings[HandlerT, CallsT] | Iterable[Bindings[HandlerT, CallsT]], side: Side
) -> list[Bindings[HandlerT, CallsT]]:
    """The bindings as a list. Raises `OCPPUsageError` if `side` cannot use them."""
    found = [bindings] if isinstance(bindings, Bindings) else _listed(bindings, side)
    for each in found:
        if not isinstance(each, Bindings):
            raise _no_bindings(each, side)
        if each.side is not side:
            raise OCPPUsageError(
                f"{each.package}.{each.side.name} is for the other side of the connection: "
                f"pass {each.package}.{side.name}"
            )
    if len({each.subprotocol for each in found}) < len(found):
        raise OCPPUsageError("bindings: pass those of each version of OCPP once")
    if not found:
        raise OCPPUsageError("no bindings: pass those of at least one version of OCPP")
    return found


def _listed(
    bindings: Iterable[Bindings[HandlerT, CallsT]], side: Side
) -> list[Bindings[HandlerT, CallsT]]:
    try:
        return list(bindings)
    except TypeError:
        raise _no_bindings(bindings, side) from None


def _no_bindings(given: object, side: Side) -> OCPPUsageError:
    return OCPPUsageError(
        f"bindings= takes what a generated package has for this side, such as ocpp21.{side.name}, "
        f"or a list of such; not {given!r}"
    )


@cache
def _strict(bindings: Bindings[HandlerT, CallsT]) -> Payloads:
    """One for all that are strict: a process may be home to a thousand Charging Stations."""
    return Payloads(bindings)


def _dialect(subprotocol: str) -> Dialect:
    dialect = DIALECTS.get(subprotocol)
    if dialect is None:
        known = ", ".join(DIALECTS)
        raise OCPPUsageError(f"subprotocol {subprotocol} is not known; these are: {known}")
    return dialect
