"""A log of what happens on connections, as structured events of structlog.

`LogObserver` never logs anything out of a payload. `FrameLogObserver` logs whole frames, with what
is secret masked. They go well together.
"""

from __future__ import annotations

import logging
import sys
from typing import TextIO, cast

from ocppj.contract import Kind
from ocppj.core import (
    Call,
    Ignored,
    MessageType,
    Refused,
    ResultRefused,
    Send,
    Unreadable,
    decode,
)
from ocppj.errors import ErrorCode
from ocppj.lenient import Repair
from ocppj.observer import Exchange, Link, Observer, Origin, Outcome
from ocppj.observers import missing
from ocppj.observers.masking import Mask

try:
    import structlog
    from structlog.typing import FilteringBoundLogger
except ImportError as error:
    raise missing(__name__, "structlog") from error

_LONGEST = 64  # characters of what a peer made up
_FINE = (Outcome.ANSWERED, Outcome.WITHDRAWN)


def json_logger(
    stream: TextIO | None = None, name: str = "ocppj", level: int = logging.INFO
) -> FilteringBoundLogger:
    """A logger that writes JSON, an object per line: to stderr, unless `stream` is given.

    Each has `timestamp` (RFC 3339, UTC), `level`, `logger` and `message`, and what is bound with
    `structlog.contextvars`. Nothing of `structlog.configure` touches it.
    """
    logger = structlog.wrap_logger(
        structlog.WriteLogger(stream or sys.stderr),
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.EventRenamer("message"),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        context_class=dict,
        cache_logger_on_first_use=False,
    )
    return cast(FilteringBoundLogger, logger.bind(logger=name))


class LogObserver(Observer):
    """Logs connections, how CALLs and SENDs end, and what a peer gets wrong.

    What ends well is logged as info and everything else as warning; starts are logged as debug.
    `duration` is in seconds. Fields that a peer can choose freely are cut.
    """

    def __init__(self, logger: FilteringBoundLogger | None = None) -> None:
        self._log = logger or json_logger()

    def connection_opened(self, link: Link) -> None:
        """Log it."""
        self._of(link).info(
            "connection opened",
            side=link.side.value,
            subprotocol=link.subprotocol,
            address=link.address,
        )

    def connection_closed(self, link: Link, code: int, reason: str) -> None:
        """Log it."""
        self._of(link).info(
            "connection closed", side=link.side.value, close_code=code, reason=reason
        )

    def connection_refused(self, identity: str, address: str, reason: str) -> None:
        """Log it."""
        self._log.warning(
            "connection refused", charging_station_id=identity, address=address, reason=reason
        )

    def call_started(self, link: Link, exchange: Exchange) -> None:
        """Log it: a SEND of ours as info, as nothing will be heard of it again."""
        kind = exchange.kind
        if exchange.origin is Origin.LOCAL and kind is Kind.SEND:
            self._of(link).info("SEND sent", **_about(exchange))
        else:
            self._of(link).debug(f"{kind.value} started", **_about(exchange))

    def call_ended(
        self,
        link: Link,
        exchange: Exchange,
        outcome: Outcome,
        seconds: float,
        code: ErrorCode | str | None,
    ) -> None:
        """Log it."""
        log = self._of(link)
        tell = log.info if outcome in _FINE else log.warning
        tell(
            f"{exchange.kind.value} ended",
            **_about(exchange),
            outcome=outcome.value,
            duration=round(seconds, 6),
            **({} if code is None else {"error_code": str(code)[:_LONGEST]}),
        )

    def repair(self, link: Link, action: str, message_id: str, repair: Repair) -> None:
        """Log it, without the value."""
        self._of(link).info(
            "payload repaired",
            ocpp_direction="in",
            action=action,
            message_id=message_id,
            repair=repair.name.value,
            pointer=repair.pointer,
        )

    def ignored(self, link: Link, event: Ignored) -> None:
        """Log it."""
        self._of(link).warning("frame ignored", **_wrong(event))

    def refused(self, link: Link, event: Refused) -> None:
        """Log it."""
        self._of(link).warning("frame refused", **_wrong(event), error_code=str(event.code))

    def result_refused(self, link: Link, event: ResultRefused) -> None:
        """Log it, without the words of the peer's."""
        self._of(link).warning(
            "answer refused",
            ocpp_direction="in",
            ocpp_message_type="CALLRESULTERROR",
            message_id=event.message_id,
            error_code=str(event.code)[:_LONGEST],
        )

    def _of(self, link: Link) -> FilteringBoundLogger:
        return self._log.bind(charging_station_id=link.identity)


class FrameLogObserver(Observer):
    """Logs every frame as debug, in `ocpp_frame`, with secrets masked.

    Of a longer one, `longest` characters are logged.
    """

    def __init__(
        self,
        logger: FilteringBoundLogger | None = None,
        *,
        mask: Mask | None = None,
        longest: int = 10_000,
    ) -> None:
        self._log = logger or json_logger(level=logging.DEBUG)
        self._mask = mask or Mask()
        self._longest = longest

    def frame_in(self, link: Link, text: str) -> None:
        """Log it."""
        self._frame(link, "in", text)

    def frame_out(self, link: Link, text: str) -> None:
        """Log it."""
        self._frame(link, "out", text)

    def _frame(self, link: Link, direction: str, text: str) -> None:
        self._log.debug(
            "frame",
            charging_station_id=link.identity,
            ocpp_direction=direction,
            **_head(text),
            ocpp_frame=self._mask.text(text)[: self._longest],
        )


def _about(exchange: Exchange) -> dict[str, str]:
    return {
        "ocpp_message_type": exchange.kind.value,
        "ocpp_direction": "out" if exchange.origin is Origin.LOCAL else "in",
        "action": exchange.action if exchange.known else exchange.action[:_LONGEST],
        "message_id": exchange.message_id,
    }


def _wrong(event: Ignored | Refused) -> dict[str, str]:
    return {
        **_types(event.message_type, event.message_id),
        "ocpp_direction": "in",
        "trouble": event.trouble.value,
        "description": event.description,
    }


def _head(text: str) -> dict[str, str]:
    frame = decode(text)
    found = _types(frame.message_type, frame.message_id)
    match frame:
        case Unreadable(trouble=trouble):
            return {**found, "trouble": trouble.value}
        case Call(action=action) | Send(action=action):
            return {**found, "action": action[:_LONGEST]}
        case _:
            return found


def _types(message_type: MessageType | None, message_id: str | None) -> dict[str, str]:
    """What is known of these two."""
    found = {}
    if message_type is not None:
        found["ocpp_message_type"] = message_type.name
    if message_id is not None:
        found["message_id"] = message_id
    return found
