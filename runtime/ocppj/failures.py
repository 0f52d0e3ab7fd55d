"""Why a Charging Station has no connection."""

from __future__ import annotations

import logging
from typing import TypeAlias, TypeVar

from ocppj.connection import Connection
from ocppj.endpoint import LOG
from ocppj.errors import OCPPConnectionError
from ocppj.network_profiles import NetworkProfile
from ocppj.observer import Observer

CallsT = TypeVar("CallsT")

Failure: TypeAlias = OCPPConnectionError | OSError

_EXPECTED = (OCPPConnectionError, OSError, UnicodeError)  # the last is about host names


class Failures:
    """The last failure, told to the observers and to the log.

    The log gets it as a warning where it is news: each reason once for each network profile, until
    there is a connection.
    """

    def __init__(self, observer: Observer | None) -> None:
        self.last: Failure | None = None
        self._observer = observer
        self._told: dict[NetworkProfile, str] = {}

    def attempt_failed(self, profile: NetworkProfile, error: Exception) -> None:
        """No connection came about. `error` may be anything, also a bug in somebody's code."""
        self.last = failure = _failure(error)
        reason = str(failure) or type(failure).__name__
        self._log(profile, reason, None if isinstance(error, _EXPECTED) else error)
        if self._observer is not None:
            self._observer.connection_refused(profile.identity, profile.url, reason)
            self._observer.attempt_failed(profile, failure)

    def connected(self) -> None:
        """There is a connection."""
        self.last = None
        self._told.clear()

    def lost(self, connection: Connection[CallsT]) -> None:
        """The connection is gone."""
        self.last = loss(connection)
        LOG.info("%s has no connection any more: %s", connection.identity, self.last)

    def _log(self, profile: NetworkProfile, reason: str, bug: Exception | None) -> None:
        """A bug comes with its traceback, the first time."""
        text = "%s could not connect to %s: %s"
        if self._told.get(profile) == reason:
            LOG.info(text, profile.identity, profile.url, reason)
            return
        self._told[profile] = reason
        level = logging.WARNING if bug is None else logging.ERROR
        LOG.log(level, text, profile.identity, profile.url, reason, exc_info=bug)


def loss(connection: Connection[CallsT]) -> OCPPConnectionError:
    """How a connection was lost."""
    return OCPPConnectionError(
        f"the connection closed with {connection.close_code}: {connection.close_reason}"
    )


def _failure(error: Exception) -> Failure:
    match error:
        case OCPPConnectionError() | OSError():
            return error
        case UnicodeError():
            failure = OCPPConnectionError(f"the host name cannot be used: {error}")
        case _:
            failure = OCPPConnectionError(f"connecting met with a bug: {error!r}")
    failure.__cause__ = error
    return failure
