"""Handlers to routes, and what is said of handlers that do not fit."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

import ocpp21
from ocpp21.handlers import CsmsAvailabilityHandler, CsmsProvisioningHandler
from ocppj.contract import Bindings, CallContext, Kind
from ocppj.errors import ErrorCode, OCPPUsageError
from ocppj.routing import Routes, RoutingError, routes


class Availability(CsmsAvailabilityHandler):
    """Takes part of one block."""

    async def on_heartbeat(
        self,
        request: ocpp21.HeartbeatRequest,
        context: CallContext[ocpp21.CsmsCalls],
    ) -> ocpp21.HeartbeatResponse:
        return cast(ocpp21.HeartbeatResponse, ("heartbeat", self, request, context))


class Plain:
    """Inherits from nothing."""

    async def on_boot_notification(self, request: object, context: object) -> object:
        return "boot"

    async def on_notify_periodic_event_stream(self, request: object, context: object) -> None:
        return None


def problems(*handlers: object, bindings: Bindings[Any, Any] = ocpp21.CSMS) -> tuple[str, ...]:
    with pytest.raises(RoutingError) as caught:
        routes(bindings, handlers)
    assert isinstance(caught.value, OCPPUsageError)
    return caught.value.problems


def handled(found: Routes) -> set[str]:
    return {*found.calls, *found.sends}


async def answer(request: object, context: object) -> object:
    """A function that could handle anything."""
    return "answer"


def test_what_is_overridden_is_handled_and_nothing_else() -> None:
    found = routes(ocpp21.CSMS, [Availability()])
    assert handled(found) == {"Heartbeat"}


def test_a_route_leads_to_the_method_of_the_object() -> None:
    handler = Availability()
    route = routes(ocpp21.CSMS, [handler]).calls["Heartbeat"]
    assert route.spec is ocpp21.ACTIONS["Heartbeat"]
    context = cast("CallContext[object]", "context")

    async def handle() -> object:
        return await route.handle("request", context)

    assert asyncio.run(handle()) == ("heartbeat", handler, "request", "context")


def test_calls_and_sends_are_kept_apart() -> None:
    handler = Plain()
    found = routes(ocpp21.CSMS, [handler])
    boot, stream = ocpp21.ACTIONS["BootNotification"], ocpp21.ACTIONS["NotifyPeriodicEventStream"]
    assert found.calls == {boot.name: (boot, handler.on_boot_notification)}
    assert found.sends == {stream.name: (stream, handler.on_notify_periodic_event_stream)}


def test_several_objects_make_one_table() -> None:
    found = routes(ocpp21.CSMS, [Plain(), Availability()])
    assert handled(found) == {"BootNotification", "NotifyPeriodicEventStream", "Heartbeat"}


def test_a_whole_handler_that_overrides_nothing_handles_nothing() -> None:
    class Csms(ocpp21.CsmsHandler):
        pass

    class Station(ocpp21.ChargingStationHandler):
        pass

    assert handled(routes(ocpp21.CSMS, [Csms()])) == set()
    assert handled(routes(ocpp21.CHARGING_STATION, [Station()])) == set()


def test_two_partial_handlers_of_the_same_protocol_do_not_collide() -> None:
    class Boot(ocpp21.CsmsHandler):
        on_boot_notification = cast(Any, Plain.on_boot_notification)

    class Beat(ocpp21.CsmsHandler):
        on_heartbeat = Availability.on_heartbeat

    assert handled(routes(ocpp21.CSMS, [Boot(), Beat()])) == {"BootNotification", "Heartbeat"}


def test_what_a_class_between_overrides_counts() -> None:
    class Further(Availability, CsmsProvisioningHandler):
        pass

    assert handled(routes(ocpp21.CSMS, [Further()])) == {"Heartbeat"}


def test_all_that_a_side_receives_can_be_handled() -> None:
    both: list[Bindings[Any, Any]] = [ocpp21.CSMS, ocpp21.CHARGING_STATION]
    for bindings in both:
        received = {
            name
            for name, spec in bindings.actions.items()
            if spec.direction.allows(bindings.side.peer)
        }
        everything = {bindings.actions[name].handler: answer for name in received}
        assert handled(routes(bindings, [SimpleNamespace(**everything)])) == received


def test_no_handlers_is_an_empty_table() -> None:
    assert handled(routes(ocpp21.CSMS, [])) == set()


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("on_boot_notificaton", "did you mean on_boot_notification?"),
        ("on_bootnotification", "did you mean on_boot_notification?"),
        ("on_heart_beat", "did you mean on_heartbeat?"),
        ("on_notify_evcharging_needs", "did you mean on_notify_ev_charging_needs?"),
        ("on_startup", "names in on_ are kept for Actions"),
        ("on_set_variable", "names in on_ are kept for Actions"),
    ],
)
def test_a_misspelt_name(name: str, hint: str) -> None:
    handler = type("Mine", (Availability,), {name: answer})()
    assert problems(handler) == (f"Mine.{name}: there is no such Action; {hint}",)


def test_an_attribute_that_is_no_method_may_be_called_as_it_likes() -> None:
    handler = SimpleNamespace(on_street=True, on_heartbeat=answer)
    assert handled(routes(ocpp21.CSMS, [handler])) == {"Heartbeat"}


def test_an_action_of_the_wrong_direction() -> None:
    assert problems(SimpleNamespace(on_reset=answer)) == (
        "SimpleNamespace.on_reset: Reset starts at the CSMS; a CSMS never receives it",
    )
    station = SimpleNamespace(on_heartbeat=answer)
    assert problems(station, bindings=ocpp21.CHARGING_STATION) == (
        "SimpleNamespace.on_heartbeat: Heartbeat starts at the Charging Station; "
        "a Charging Station never receives it",
    )


def test_a_handler_of_the_other_side_is_told_of_what_it_overrides() -> None:
    class Station(ocpp21.ChargingStationHandler):
        on_reset = cast(Any, Plain.on_boot_notification)

    (problem,) = problems(Station())
    assert problem.startswith("Station.on_reset: Reset starts at the CSMS")


def _not_async(request: object, context: object) -> object:
    return "answer"


async def _yields(request: object, context: object) -> AsyncIterator[object]:
    yield "answer"


async def _one(request: object) -> object:
    return "answer"


async def _keyword(request: object, context: object, *, more: int) -> object:
    return "answer"


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (_not_async, "is not async: begin it with `async def`"),
        (_yields, "yields, but a handler returns its answer"),
        (_one, "takes (request: 'object') -> 'object', but is called with (request, context)"),
        (
            _keyword,
            "takes (request: 'object', context: 'object', *, more: 'int') -> 'object', "
            "but is called with (request, context)",
        ),
        (None, "is no method"),
    ],
)
def test_a_function_that_does_not_fit(function: object, problem: str) -> None:
    handler = SimpleNamespace(on_heartbeat=function)
    assert problems(handler) == (f"SimpleNamespace.on_heartbeat {problem}",)


def _logged(function: Callable[..., object]) -> Callable[..., object]:
    @functools.wraps(function)
    def call(*args: object) -> object:
        return function(*args)

    return call


async def _generous(*args: object) -> object:
    return "answer"


async def _more(request: object, context: object, more: int = 0) -> object:
    return "answer"


@pytest.mark.parametrize(
    "function", [_logged(answer), _generous, _more, functools.partial(_more, more=1)]
)
def test_functions_that_fit_in_another_way(function: object) -> None:
    handler = SimpleNamespace(on_heartbeat=function)
    assert handled(routes(ocpp21.CSMS, [handler])) == {"Heartbeat"}


def test_an_action_that_two_objects_handle() -> None:
    class Other(Availability):
        pass

    assert problems(Availability(), Other()) == (
        "Heartbeat is handled twice, by Availability.on_heartbeat and by Other.on_heartbeat",
    )


def test_a_class_in_place_of_its_instance() -> None:
    assert problems(Availability) == ("Availability is a class: pass an instance of it",)


@pytest.mark.parametrize("handler", [None, "on_heartbeat", object()])
def test_an_object_that_handles_nothing(handler: object) -> None:
    assert problems(handler) == (f"{type(handler).__name__} has no method on_<action>",)


def test_all_problems_are_told_at_once() -> None:
    class Bad:
        on_reset = answer
        on_heartbeet = answer
        on_heartbeat = None

    found = problems(Bad(), Bad)
    assert len(found) == 4
    with pytest.raises(RoutingError) as caught:
        routes(ocpp21.CSMS, [Bad(), Bad])
    assert str(caught.value) == "\n".join(found)


CSMS, STATION = ocpp21.CSMS, ocpp21.CHARGING_STATION


@pytest.mark.parametrize(
    ("bindings", "action", "kind", "code", "description"),
    [
        (CSMS, "Unheard", Kind.CALL, ErrorCode.NOT_IMPLEMENTED, "this Action is not known here"),
        (CSMS, "Unheard", Kind.SEND, ErrorCode.NOT_IMPLEMENTED, "this Action is not known here"),
        (CSMS, "heartbeat", Kind.CALL, ErrorCode.NOT_IMPLEMENTED, "this Action is not known here"),
        (
            CSMS,
            "BootNotification",
            Kind.CALL,
            ErrorCode.NOT_SUPPORTED,
            "BootNotification is known, but not handled here",
        ),
        (
            CSMS,
            "NotifyPeriodicEventStream",
            Kind.SEND,
            ErrorCode.NOT_SUPPORTED,
            "NotifyPeriodicEventStream is known, but not handled here",
        ),
        (
            CSMS,
            "Reset",
            Kind.CALL,
            ErrorCode.NOT_SUPPORTED,
            "Reset starts at the CSMS; a CSMS never receives it",
        ),
        (
            STATION,
            "NotifyPeriodicEventStream",
            Kind.SEND,
            ErrorCode.NOT_SUPPORTED,
            "NotifyPeriodicEventStream starts at the Charging Station; "
            "a Charging Station never receives it",
        ),
        (
            CSMS,
            "NotifyPeriodicEventStream",
            Kind.CALL,
            ErrorCode.NOT_SUPPORTED,
            "NotifyPeriodicEventStream is a SEND, not a CALL",
        ),
        (
            CSMS,
            "Heartbeat",
            Kind.SEND,
            ErrorCode.NOT_SUPPORTED,
            "Heartbeat is a CALL, not a SEND",
        ),
        (
            STATION,
            "DataTransfer",
            Kind.CALL,
            ErrorCode.NOT_SUPPORTED,
            "DataTransfer is known, but not handled here",
        ),
    ],
)
def test_refusals(
    bindings: Bindings[Any, Any], action: str, kind: Kind, code: ErrorCode, description: str
) -> None:
    table = routes(bindings, [Availability()] if bindings is CSMS else [])
    assert action not in (table.calls if kind is Kind.CALL else table.sends)
    refusal = table.refusal(action, kind)
    assert (refusal.code, refusal.description) == (code, description)
