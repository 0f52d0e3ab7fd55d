"""DataTransfer by vendor and message: which function handles which (OCPP 2.1 Part 2, P01 and P02).

    transfers = DataTransferRouter(ocpp21.CSMS, DATA_TRANSFER)  # from ocpp21.actions

    @transfers.vendor("com.example", "Ping")
    async def ping(
        request: DataTransferRequest, context: CallContext[CsmsCalls]
    ) -> DataTransferResponse: ...

The router is a handler object like any other, and is passed along with them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeAlias, TypeVar

from ocppj.contract import Bindings, CallContext, CallSpec
from ocppj.payloads import Payloads
from ocppj.routing import RoutingError, problem_with


class VendorRequest(Protocol):
    """What is needed of a request. `message_id` is no text where there is none."""

    @property
    def vendor_id(self) -> str: ...

    @property
    def message_id(self) -> object: ...


HandlerT = TypeVar("HandlerT")
CallsT = TypeVar("CallsT")
RequestT = TypeVar("RequestT", bound=VendorRequest)
ResponseT = TypeVar("ResponseT")

VendorHandler: TypeAlias = Callable[[RequestT, CallContext[CallsT]], Awaitable[ResponseT]]
"""As `on_data_transfer` itself: it reads `data`, which is any JSON value, and answers."""


class DataTransferRouter(Generic[RequestT, ResponseT, CallsT]):
    """Handles DataTransfer, by handing it on. What nobody is there for is answered as unknown."""

    def __init__(
        self, bindings: Bindings[HandlerT, CallsT], spec: CallSpec[RequestT, ResponseT]
    ) -> None:
        self._handlers: dict[tuple[str, object], VendorHandler[RequestT, CallsT, ResponseT]] = {}
        self._vendors: set[str] = set()
        self._answers = Payloads(bindings).response(spec)

    def vendor(
        self, vendor_id: str, message_id: str | None = None
    ) -> Callable[
        [VendorHandler[RequestT, CallsT, ResponseT]], VendorHandler[RequestT, CallsT, ResponseT]
    ]:
        """Have a function handle one message of a vendor's, or all that no other handles.

        Raises `RoutingError` for a function that cannot be called so, or comes second.
        """

        def register(
            handler: VendorHandler[RequestT, CallsT, ResponseT],
        ) -> VendorHandler[RequestT, CallsT, ResponseT]:
            key = (vendor_id, message_id or None)
            name = getattr(handler, "__qualname__", type(handler).__name__)
            problem = problem_with(handler, name)
            if problem is None and key in self._handlers:
                which = f"{message_id} of {vendor_id}" if message_id else vendor_id
                problem = f"{name}: DataTransfer {which} has a handler already"
            if problem is not None:
                raise RoutingError([problem])
            self._vendors.add(vendor_id)
            self._handlers[key] = handler
            return handler

        return register

    async def on_data_transfer(self, request: RequestT, context: CallContext[CallsT]) -> ResponseT:
        """Hand the request on."""
        vendor_id = request.vendor_id
        handler = self._handlers.get((vendor_id, request.message_id))
        handler = handler or self._handlers.get((vendor_id, None))
        if handler is not None:
            return await handler(request, context)
        # OCPP 2.1 Part 2, P01 and P02 tell the two apart.
        unknown = "UnknownMessageId" if vendor_id in self._vendors else "UnknownVendorId"
        answer, _ = self._answers.read(f'{{"status":"{unknown}"}}')
        return answer
