"""DataTransfer by vendor and message, with either kind of models and for either side."""

from __future__ import annotations

import asyncio
import json
from types import ModuleType
from typing import Any, cast

import pytest

from ocppj.contract import Bindings, CallContext
from ocppj.data_transfer import DataTransferRouter
from ocppj.routing import RoutingError, routes

CONTEXT = cast("CallContext[Any]", "context")


def a_router(package: ModuleType, side: str = "CSMS") -> DataTransferRouter[Any, Any, Any]:
    bindings: Bindings[Any, Any] = getattr(package, side)
    return DataTransferRouter(bindings, package.ACTIONS["DataTransfer"])


def transfer(
    package: ModuleType, router: DataTransferRouter[Any, Any, Any], **fields: object
) -> Any:
    """What is answered, as it stands on the wire."""
    request = package.DataTransferRequest.read_json(json.dumps(fields))
    return json.loads(asyncio.run(router.on_data_transfer(request, CONTEXT)).write_json())


def answering(package: ModuleType, router: DataTransferRouter[Any, Any, Any], *key: str) -> None:
    """Have `key` answered with what was asked."""

    @router.vendor(*key)
    async def answer(request: Any, context: CallContext[Any]) -> Any:
        assert context is CONTEXT
        status = package.DataTransferStatusEnumType.ACCEPTED
        return package.DataTransferResponse(status=status, data=[list(key), request.data])


def test_each_message_has_its_handler(package: ModuleType) -> None:
    router = a_router(package)
    answering(package, router, "com.example", "Ping")
    answering(package, router, "com.example", "Pong")
    answering(package, router, "org.example", "Ping")
    for key in (("com.example", "Ping"), ("com.example", "Pong"), ("org.example", "Ping")):
        answer = transfer(package, router, vendorId=key[0], messageId=key[1], data={"a": None})
        assert answer == {"status": "Accepted", "data": [list(key), {"a": None}]}


@pytest.mark.parametrize("data", [None, 5, "text", [1, [None]], {"a": {"b": False}}])
def test_data_is_any_json(package: ModuleType, data: object) -> None:
    router = a_router(package)
    answering(package, router, "com.example")
    answer = transfer(package, router, vendorId="com.example", data=data)
    assert answer["data"] == [["com.example"], data]


def test_a_vendors_other_messages(package: ModuleType) -> None:
    router = a_router(package)
    answering(package, router, "com.example")
    answering(package, router, "com.example", "Ping")
    wanted = {"Ping": ["com.example", "Ping"], "Pong": ["com.example"], "": ["com.example"]}
    for message_id, key in wanted.items():
        answer = transfer(package, router, vendorId="com.example", messageId=message_id, data=1)
        assert answer["data"] == [key, 1]
    assert transfer(package, router, vendorId="com.example", data=1)["data"] == [
        ["com.example"],
        1,
    ]


@pytest.mark.parametrize("side", ["CSMS", "CHARGING_STATION"])
def test_what_nobody_handles_is_unknown(package: ModuleType, side: str) -> None:
    router = a_router(package, side)
    answering(package, router, "com.example", "Ping")
    other = transfer(package, router, vendorId="org.example", messageId="Ping")
    assert other == {"status": "UnknownVendorId"}
    assert transfer(package, router, vendorId="com.example", messageId="Pong") == {
        "status": "UnknownMessageId"
    }
    assert transfer(package, router, vendorId="com.example") == {"status": "UnknownMessageId"}
    # vendorId is a plain string, so its case counts.
    assert transfer(package, router, vendorId="COM.example") == {"status": "UnknownVendorId"}


@pytest.mark.parametrize("side", ["CSMS", "CHARGING_STATION"])
def test_the_router_is_a_handler(package: ModuleType, side: str) -> None:
    router = a_router(package, side)
    table = routes(getattr(package, side), [router])
    assert set(table.calls) == {"DataTransfer"}
    assert table.calls["DataTransfer"].handle == router.on_data_transfer


def test_a_function_stays_what_it_is(package: ModuleType) -> None:
    async def answer(request: Any, context: CallContext[Any]) -> Any: ...

    assert a_router(package).vendor("com.example")(answer) is answer


def test_the_second_handler_of_a_message(package: ModuleType) -> None:
    router = a_router(package)
    answering(package, router, "com.example", "Ping")
    with pytest.raises(
        RoutingError, match=r"DataTransfer Ping of com\.example has a handler already"
    ):
        answering(package, router, "com.example", "Ping")


def test_the_second_handler_of_a_vendor(package: ModuleType) -> None:
    router = a_router(package)
    answering(package, router, "com.example")
    with pytest.raises(RoutingError, match=r"DataTransfer com\.example has a handler already"):
        answering(package, router, "com.example", "")


def test_a_function_that_does_not_fit(package: ModuleType) -> None:
    def not_async(request: Any, context: CallContext[Any]) -> Any: ...

    with pytest.raises(RoutingError, match="not_async is not async"):
        a_router(package).vendor("com.example")(not_async)
    with pytest.raises(RoutingError, match="str is no method"):
        a_router(package).vendor("com.example")(cast(Any, "text"))


def test_what_was_refused_is_not_registered(package: ModuleType) -> None:
    router = a_router(package)
    with pytest.raises(RoutingError):
        router.vendor("com.example")(cast(Any, "text"))
    assert transfer(package, router, vendorId="com.example") == {"status": "UnknownVendorId"}
