"""What a generated package and this library agree on: the names that generated code imports.

It imports nothing outside the standard library, so that a package can be looked at without
loading models or the runtime.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, ClassVar, Generic, Protocol, TypeVar, cast

if TYPE_CHECKING:
    from typing import Literal, TypeAlias

    ModelKind: TypeAlias = Literal["pydantic", "msgspec"]

RequestT = TypeVar("RequestT")
ResponseT = TypeVar("ResponseT")
HandlerT = TypeVar("HandlerT")
CallsT = TypeVar("CallsT")
CallsT_co = TypeVar("CallsT_co", covariant=True)


class Side(Enum):
    """One end of a connection."""

    CHARGING_STATION = "CS"
    CSMS = "CSMS"

    @property
    def peer(self) -> Side:
        """The other end."""
        return Side.CSMS if self is Side.CHARGING_STATION else Side.CHARGING_STATION


class Direction(Enum):
    """Which side may start an Action."""

    CHARGING_STATION = "CS"
    CSMS = "CSMS"
    BOTH = "BOTH"

    def allows(self, side: Side) -> bool:
        """Whether `side` may start it."""
        return self is Direction.BOTH or self.value == side.value


class Kind(Enum):
    """A CALL gets an answer, a SEND never does (OCPP 2.1 Part 4, 4.1.3)."""

    CALL = "CALL"
    SEND = "SEND"


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """What is known of one Action, whichever kind it is.

    `name` is the Action on the wire, `method` its name in Python ("boot_notification"), `block` the
    letter and title of its functional block ("B Provisioning"), `since` the version of OCPP that
    brought it. The message classes are loaded when first asked for.
    """

    kind: ClassVar[Kind]

    name: str
    method: str
    direction: Direction
    block: str
    since: str
    module: str
    request_name: str

    @property
    def handler(self) -> str:
        """Name of the method that receives it: "on_boot_notification"."""
        return f"on_{self.method}"

    @property
    def request(self) -> type[object]:
        """Class of the message that starts it."""
        return _load(self.module, self.request_name)

    @property
    def response(self) -> type[object] | None:
        """Class of the answer, None where none is given."""
        return None


@dataclass(frozen=True, slots=True)
class CallSpec(ActionSpec, Generic[RequestT, ResponseT]):
    """An Action that is answered."""

    kind: ClassVar[Kind] = Kind.CALL

    response_name: str

    @property
    def request(self) -> type[RequestT]:
        """Class of the request."""
        return cast("type[RequestT]", _load(self.module, self.request_name))

    @property
    def response(self) -> type[ResponseT]:
        """Class of the response."""
        return cast("type[ResponseT]", _load(self.module, self.response_name))


@dataclass(frozen=True, slots=True)
class SendSpec(ActionSpec, Generic[RequestT]):
    """An Action that is sent and never answered."""

    kind: ClassVar[Kind] = Kind.SEND

    @property
    def request(self) -> type[RequestT]:
        """Class of the message."""
        return cast("type[RequestT]", _load(self.module, self.request_name))


@dataclass(frozen=True, slots=True)
class Bindings(Generic[HandlerT, CallsT]):
    """One side of one version of OCPP, as a generated package offers it.

    `subprotocol` is the WebSocket subprotocol ("ocpp2.1"), `models` the library that the message
    classes are made with, `package` the generated package ("ocpp21").
    """

    version: str
    subprotocol: str
    side: Side
    models: ModelKind
    package: str
    handler_name: str
    calls_name: str

    @property
    def actions(self) -> Mapping[str, ActionSpec]:
        """Every Action of the version, by its name on the wire, whichever side starts it."""
        actions: Mapping[str, ActionSpec] = import_module(f"{self.package}.actions").ACTIONS
        return actions

    @property
    def handler(self) -> type[HandlerT]:
        """The Protocol of all that this side receives."""
        return cast("type[HandlerT]", _load(f"{self.package}.handlers", self.handler_name))

    @property
    def calls(self) -> type[CallsT]:
        """The class of typed callers for all that this side starts; made from a `Caller`."""
        return cast("type[CallsT]", _load(f"{self.package}.calls", self.calls_name))


class Caller(Protocol):
    """What a class of typed callers is built on: one peer that messages go to."""

    async def call(
        self,
        spec: CallSpec[RequestT, ResponseT],
        request: RequestT,
        timeout: float | None,  # noqa: ASYNC109 - it ends the CALL, not only the waiting for it
    ) -> ResponseT:
        """Send a CALL and wait for its answer, at most `timeout` seconds (None: the default)."""
        ...

    async def send(self, spec: SendSpec[RequestT], message: RequestT) -> None:
        """Send a SEND; it is on its way when this returns."""
        ...


class CallContext(Protocol[CallsT_co]):
    """What a handler knows besides the message itself."""

    @property
    def identity(self) -> str:
        """Identity of the Charging Station at the far or the near end of the connection."""
        ...

    @property
    def message_id(self) -> str:
        """Id of the message that is being handled."""
        ...

    @property
    def action(self) -> str:
        """Its Action, as on the wire."""
        ...

    @property
    def peer(self) -> CallsT_co:
        """Typed callers to the side that sent it."""
        ...

    def after_answer(self, function: Callable[[], Awaitable[object]]) -> None:
        """Run `function` once the answer is on the wire (at once, after a SEND was handled)."""
        ...


class ActionNotHandled(Exception):
    """A handler does not take this Action; a CALL is answered with NotSupported then."""

    def __init__(self, action: str) -> None:
        super().__init__(f"{action} is not handled")
        self.action = action


def _load(module: str, name: str) -> type[object]:
    found: type[object] = getattr(import_module(module), name)
    return found
