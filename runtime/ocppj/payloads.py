"""From the text of a payload to a model and back: the only place where models meet the wire.

The library that a package's models are made with reads the text itself, so that there is no
dict in between. All that costs more happens after it has refused a text: what is wrong is found
out, and repaired where that was chosen.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Generic, Protocol, TypeAlias, TypeVar, cast

from ocppj.classify import Findings, Path, validation_error
from ocppj.contract import Bindings, CallSpec, SendSpec
from ocppj.errors import ErrorCode, OCPPValidationError
from ocppj.lenient import KeptText, Repair, RepairName, mend, unlisted

if TYPE_CHECKING:
    from ocppj.contract import ModelKind

ModelT = TypeVar("ModelT")
RecoveredT = TypeVar("RecoveredT")
RequestT = TypeVar("RequestT")
ResponseT = TypeVar("ResponseT")
HandlerT = TypeVar("HandlerT")
CallsT = TypeVar("CallsT")

Read: TypeAlias = tuple[ModelT, tuple[Repair, ...]]
"""A model, and what was repaired to make it."""

_MOST_ROUNDS = 100


class NotJSONError(OCPPValidationError):
    """The payload is not even JSON. `Session.unreadable` finds out what is wrong with the frame."""

    def __init__(self) -> None:
        super().__init__(ErrorCode.FORMAT_VIOLATION, "not JSON that can be read")


@dataclass(frozen=True, slots=True)
class Options:
    """How payloads are taken.

    Only the `repairs` named here are done. `codes` gives the error code of single faults, in place
    of those in `ocppj.classify.DEFAULT_CODES`. A model is valid when it is made, but can be changed
    later, and then nothing checks it, as that would cost as much again as writing it does:
    `check_outgoing` reads what was written before it is sent.
    """

    repairs: Collection[RepairName] = ()
    codes: Mapping[str, ErrorCode] = field(default_factory=dict)
    check_outgoing: bool = False


STRICT = Options()
"""As the schemas say, and nothing else."""


class Codec(Generic[ModelT]):
    """Reads and writes messages of one type, which is loaded when it is first needed.

    `read(text)` gives the model and the repairs, of which a message that follows its schema has
    none. It raises `OCPPValidationError`, or its subclass `NotJSONError`.

    `write(model)` gives the text. It raises `OCPPUsageError` for an instance of anything else, and
    `OCPPValidationError` where no text can be made, or `check_outgoing` finds it wrong.
    """

    __slots__ = ("_library", "_load", "_options", "_strictly", "read", "write")

    def __init__(
        self, load: Callable[[], type[ModelT]], library: _Library, options: Options
    ) -> None:
        self._load = load
        self._library = library
        self._options = options
        self.read: Callable[[str], Read[ModelT]] = self._first_read
        self.write: Callable[[ModelT], str] = self._first_write

    def bind(self) -> None:
        """Load the type now. The first use then takes no longer than any other."""
        model, library = self._load(), self._library
        self._strictly = library.reader(model, _found)
        self.read = library.reader(model, self._recover)
        write = library.writer(model)
        checked = self._options.check_outgoing
        self.write = self._checking(write) if checked else write

    def _first_read(self, text: str) -> Read[ModelT]:
        self.bind()
        return self.read(text)

    def _first_write(self, model: ModelT) -> str:
        self.bind()
        return self.write(model)

    def _checking(self, write: Callable[[ModelT], str]) -> Callable[[ModelT], str]:
        def write_and_check(model: ModelT) -> str:
            text = write(model)
            again = self._strictly(text)
            if isinstance(again, tuple):
                return text
            raise self._error(again)

        return write_and_check

    def _recover(self, found: Findings | None) -> Read[ModelT]:
        """What can be made of a text that does not follow the schema."""
        # OCPP 2.1 Part 4, 4.1.5 tolerates null for a payload without fields.
        if found is not None and found.tree is None:
            return self.read("{}")
        if found is None:
            raise self._error(found)
        return self._mended(found)

    def _mended(self, found: Findings) -> Read[ModelT]:
        repairs: list[Repair] = []
        kept: list[KeptText] = []
        for _ in range(_MOST_ROUNDS):  # one round is enough, but msgspec tells of one fault at once
            done = mend(found, self._options.repairs)
            if done.left:
                raise self._error(Findings(found.tree, done.left, found.count - len(done.repairs)))
            repairs += done.repairs
            kept += done.kept
            again = self._strictly(json.dumps(found.tree))
            if isinstance(again, tuple):
                self._put_back(again[0], kept)
                return again[0], tuple(repairs)
            found = again or found  # a tree is JSON, so there is always something found
        raise self._error(found)

    def _put_back(self, model: ModelT, kept: Iterable[KeptText]) -> None:
        for path, text in kept:
            self._library.put(model, path, partial(unlisted, text=text))

    def _error(self, found: Findings | None) -> OCPPValidationError:
        return validation_error(found, self._options.codes) if found else NotJSONError()


class Payloads:
    """The codecs of one package's messages."""

    def __init__(self, bindings: Bindings[HandlerT, CallsT], options: Options = STRICT) -> None:
        self._library = _library(bindings.models)
        self._options = options
        self._requests: dict[str, object] = {}
        self._responses: dict[str, object] = {}

    def request(self, spec: CallSpec[RequestT, ResponseT] | SendSpec[RequestT]) -> Codec[RequestT]:
        """The codec of the message that starts an Action."""
        found = self._requests.get(spec.name)
        if found is None:
            found = Codec(lambda: spec.request, self._library, self._options)
            self._requests[spec.name] = found
        return cast("Codec[RequestT]", found)

    def response(self, spec: CallSpec[RequestT, ResponseT]) -> Codec[ResponseT]:
        """The codec of its answer."""
        found = self._responses.get(spec.name)
        if found is None:
            found = Codec(lambda: spec.response, self._library, self._options)
            self._responses[spec.name] = found
        return cast("Codec[ResponseT]", found)


class _Library(Protocol):
    """What is needed of a library of models."""

    def reader(
        self, model: type[ModelT], recover: Callable[[Findings | None], RecoveredT], /
    ) -> Callable[[str], tuple[ModelT, tuple[()]] | RecoveredT]: ...

    def writer(self, model: type[ModelT], /) -> Callable[[ModelT], str]: ...

    def put(self, instance: object, path: Path, change: Callable[[object], object], /) -> None: ...


def _library(kind: ModelKind) -> _Library:
    """The one that is needed; the other may not be installed."""
    if kind == "msgspec":
        from ocppj import msgspec_models

        return msgspec_models
    from ocppj import pydantic_models

    return pydantic_models


def _found(found: Findings | None) -> Findings | None:
    return found
