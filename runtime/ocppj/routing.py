"""From an Action to the method that handles it.

The table is built and checked once, at start-up, from objects with `on_<action>` methods: classes
that inherit from a package's Protocols, or any others. All that is wrong with them is told at once.
"""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Generic, NamedTuple, TypeAlias, TypeVar, cast

from ocppj.contract import ActionSpec, Bindings, CallContext, CallSpec, Kind, SendSpec, Side
from ocppj.errors import ErrorCode, OCPPUsageError, Refusal

HandlerT = TypeVar("HandlerT")
CallsT = TypeVar("CallsT")
SpecT = TypeVar("SpecT", bound=ActionSpec)

Handle: TypeAlias = Callable[[object, CallContext[object]], Awaitable[object]]
"""A handler's method: a message and its context, and from these the answer."""

_PREFIX = "on_"
_NAMES = {Side.CSMS: "CSMS", Side.CHARGING_STATION: "Charging Station"}


class Route(NamedTuple, Generic[SpecT]):
    """An Action that is handled, and by what."""

    spec: SpecT
    handle: Handle


class RoutingError(OCPPUsageError):
    """The handlers cannot be used as they are. `problems` says all that is wrong with them."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


class Routes:
    """What one side handles: look an Action up in `calls` or in `sends`, as the frame is one.

    What is not there is refused: `refusal` says how.
    """

    __slots__ = ("_actions", "_side", "calls", "sends")

    def __init__(
        self, side: Side, actions: Mapping[str, ActionSpec], handles: Mapping[str, Handle]
    ) -> None:
        self._side = side
        self._actions = actions
        self.calls: Mapping[str, Route[CallSpec[object, object]]] = {
            name: Route(spec, handle)
            for name, handle in handles.items()
            if isinstance(spec := actions[name], CallSpec)
        }
        self.sends: Mapping[str, Route[SendSpec[object]]] = {
            name: Route(spec, handle)
            for name, handle in handles.items()
            if isinstance(spec := actions[name], SendSpec)
        }

    def refusal(self, action: str, kind: Kind) -> Refusal:
        """Why a frame with this Action is not handled, or a handler raised `ActionNotHandled`.

        A CALL is answered with it. A SEND is never answered (OCPP 2.1 Part 4, 4.2.4): then it is
        for the observer only.
        """
        spec = self._actions.get(action)
        if spec is None:  # its name may be any text, and is not repeated
            return Refusal(ErrorCode.NOT_IMPLEMENTED, "this Action is not known here")
        if not spec.direction.allows(self._side.peer):
            return Refusal(ErrorCode.NOT_SUPPORTED, _wrong_way(spec, self._side))
        if spec.kind is not kind:
            # OCPP 2.1 Part 4, 4.1.3: the Action says which of the two it is. As a CALL it could
            # not be answered, as there is no response; as a SEND its answer would be lost. Part 4
            # names no code; the Action is known, and is not supported in this way.
            text = f"{spec.name} is a {spec.kind.value}, not a {kind.value}"
            return Refusal(ErrorCode.NOT_SUPPORTED, text)
        return Refusal(ErrorCode.NOT_SUPPORTED, f"{spec.name} is known, but not handled here")


def routes(bindings: Bindings[HandlerT, CallsT], handlers: Iterable[object]) -> Routes:
    """The table for one side, from its handler objects. Raises `RoutingError`.

    A method that a Protocol of the package brings along does not count: it handles nothing.
    """
    survey = _Survey(bindings.side, bindings.actions, f"{bindings.package}.handlers")
    for handler in handlers:
        survey.look_at(handler)
    if survey.problems:
        raise RoutingError(survey.problems)
    return Routes(bindings.side, bindings.actions, survey.found)


def problem_with(function: object, place: str) -> str | None:
    """Why `function` cannot be called with a message and its context; None if it can."""
    if not callable(function):
        return f"{place} is no method"
    called = inspect.unwrap(function)  # a decorator may hide that it is async
    if inspect.isasyncgenfunction(called):
        return f"{place} yields, but a handler returns its answer"
    if not inspect.iscoroutinefunction(called):
        return f"{place} is not async: begin it with `async def`"
    signature = inspect.signature(function)
    try:
        signature.bind("request", "context")
    except TypeError:
        return f"{place} takes {signature}, but is called with (request, context)"
    return None


class _Survey:
    """Goes through handlers and collects routes and problems."""

    def __init__(self, side: Side, actions: Mapping[str, ActionSpec], protocols: str) -> None:
        self.found: dict[str, Handle] = {}
        self.problems: list[str] = []
        self._side = side
        self._specs = {spec.handler: spec for spec in actions.values()}
        self._protocols = protocols
        self._places: dict[str, str] = {}

    def look_at(self, handler: object) -> None:
        kind = type(handler)
        if isinstance(handler, type):
            self.problems.append(f"{handler.__name__} is a class: pass an instance of it")
            return
        names = [name for name in dir(handler) if name.startswith(_PREFIX)]
        if not names:
            self.problems.append(f"{kind.__name__} has no method on_<action>")
        for name in names:
            if not self._is_inherited(kind, name):
                self._take(getattr(handler, name), name, f"{kind.__name__}.{name}")

    def _is_inherited(self, kind: type[object], name: str) -> bool:
        """Whether the method comes from one of the package's Protocols."""
        owner = next((each for each in kind.__mro__ if name in vars(each)), None)
        return owner is not None and owner.__module__ == self._protocols

    def _take(self, method: object, name: str, place: str) -> None:
        spec = self._specs.get(name)
        if spec is None:
            if callable(method):  # any other attribute may be called as it likes
                self.problems.append(self._misnamed(name, place))
            return
        problem = self._misplaced(spec, place) or problem_with(method, place)
        if problem is not None:
            self.problems.append(problem)
            return
        self._places[spec.name] = place
        self.found[spec.name] = cast(Handle, method)

    def _misplaced(self, spec: ActionSpec, place: str) -> str | None:
        if not spec.direction.allows(self._side.peer):
            return f"{place}: {_wrong_way(spec, self._side)}"
        other = self._places.get(spec.name)
        return f"{spec.name} is handled twice, by {other} and by {place}" if other else None

    def _misnamed(self, name: str, place: str) -> str:
        received = (
            each for each, spec in self._specs.items() if spec.direction.allows(self._side.peer)
        )
        close = difflib.get_close_matches(name, received, n=1, cutoff=0.75)
        hint = f"did you mean {close[0]}?" if close else "names in on_ are kept for Actions"
        return f"{place}: there is no such Action; {hint}"


def _wrong_way(spec: ActionSpec, side: Side) -> str:
    return f"{spec.name} starts at the {_NAMES[side]}; a {_NAMES[side]} never receives it"
