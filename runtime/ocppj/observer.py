"""Hooks to watch connections with: for a log, for metrics, for traces.

Inherit from `Observer` and override what you want to see. Hooks are called in the midst of the
work, so they must be quick. One that raises is logged, and does no harm to the connection.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Protocol

from ocppj.contract import Kind, Side
from ocppj.core import Ignored, Refused, ResultRefused
from ocppj.errors import ErrorCode, OCPPConnectionError
from ocppj.lenient import Repair
from ocppj.network_profiles import NetworkProfile

_LOG = logging.getLogger("ocppj")


class Link(Protocol):
    """The connection that an observer is told of."""

    @property
    def side(self) -> Side:
        """Which side this end is."""
        ...

    @property
    def identity(self) -> str:
        """Identity of the Charging Station, at whichever end it is."""
        ...

    @property
    def subprotocol(self) -> str:
        """The version that is spoken: "ocpp2.1"."""
        ...

    @property
    def address(self) -> str:
        """Where the peer is: "192.0.2.1:50123"; empty where that means nothing."""
        ...


class Origin(Enum):
    """Who started a CALL or SEND."""

    LOCAL = "local"
    PEER = "peer"


@dataclass(frozen=True, slots=True)
class Exchange:
    """A CALL and its answer, or a SEND. Its start and its end show the same object.

    `action` is what the peer wrote, which is any text unless it is `known`.
    """

    origin: Origin
    kind: Kind
    action: str
    message_id: str
    known: bool = True


class Outcome(Enum):
    """How a CALL ended. A SEND of ours has no end to see; one of the peer's was handled or not."""

    ANSWERED = "answered"
    """By a CALLRESULT. A SEND of the peer's: handled."""
    REFUSED = "refused"
    """By a CALLERROR. A SEND of the peer's: not handled, and nobody told."""
    INVALID = "invalid"
    """The answer does not follow its schema, or cannot be read at all."""
    TIMED_OUT = "timed out"
    ABANDONED = "abandoned"
    """The connection closed first."""
    WITHDRAWN = "withdrawn"
    """The caller stopped waiting."""


class Observer:
    """Sees what happens on connections. Every hook does nothing here."""

    def connection_opened(self, link: Link) -> None:
        """The handshake is done."""

    def connection_closed(self, link: Link, code: int, reason: str) -> None:
        """It is over. `code` is that of WebSocket, 1006 where the peer said nothing."""

    def connection_refused(self, identity: str, address: str, reason: str) -> None:
        """No connection came about: we refused a peer, or an attempt of our own failed.

        `identity` is empty where none could be read.
        """

    def attempt_failed(self, profile: NetworkProfile, error: OCPPConnectionError | OSError) -> None:
        """An attempt of our own to connect failed; `connection_refused` was told before.

        Where the CSMS refused it, `error` is a `HandshakeError`, whose `status` is that of HTTP:
        with 401 it is the credentials. Of a certificate that is not good it is an `ssl.SSLError`.
        """

    def frame_in(self, link: Link, text: str) -> None:
        """A text frame came, whatever is in it."""

    def frame_out(self, link: Link, text: str) -> None:
        """A text frame is on its way."""

    def call_started(self, link: Link, exchange: Exchange) -> None:
        """A CALL or SEND begins: one of ours enters the line, or one of the peer's arrives."""

    def call_ended(
        self,
        link: Link,
        exchange: Exchange,
        outcome: Outcome,
        seconds: float,
        code: ErrorCode | str | None,
    ) -> None:
        """It is over. `code` is the error code of a REFUSED or INVALID one."""

    def repair(self, link: Link, action: str, message_id: str, repair: Repair) -> None:
        """A payload of the peer's was repaired, as was chosen."""

    def ignored(self, link: Link, event: Ignored) -> None:
        """A frame was dropped without an answer."""

    def refused(self, link: Link, event: Refused) -> None:
        """A frame was answered with an error before any handler saw it."""

    def result_refused(self, link: Link, event: ResultRefused) -> None:
        """The peer could not use an answer of ours."""


_HOOKS = tuple(name for name in vars(Observer) if not name.startswith("_"))


class _Watch(Observer):
    """Several observers as one that never raises."""

    def __init__(self, observers: Iterable[Observer]) -> None:
        for name in _HOOKS:
            base = getattr(Observer, name)
            hooks = [
                getattr(each, name) for each in observers if getattr(type(each), name, None) != base
            ]
            setattr(self, name, partial(_tell, hooks))


def watch(observers: Iterable[Observer]) -> Observer | None:
    """All of `observers` as one, whose hooks do not raise; None if there are none."""
    present = tuple(observers)
    return _Watch(present) if present else None


def _tell(hooks: Iterable[Callable[..., None]], *said: object) -> None:
    for hook in hooks:
        try:
            hook(*said)
        except Exception:  # somebody else's code, which must not cost the station its connection
            _LOG.exception("an observer failed")
