"""How many connections a server lets in."""

from __future__ import annotations

from http import HTTPStatus

from ocppj.clock import Clock
from ocppj.limits import Admission


class Gate:
    """Counts connections, in all and by address."""

    __slots__ = ("_admission", "_by_address", "_clock", "_since", "open", "shut")

    def __init__(self, admission: Admission, clock: Clock) -> None:
        self._admission = admission
        self._clock = clock
        self._since = clock.now()
        self._by_address: dict[str, int] = {}
        self.open = 0
        self.shut = False

    def enter(self, host: str) -> HTTPStatus | None:
        """Count a connection; the status to refuse it with, if there are too many."""
        self.open += 1
        most = self._admission.connections
        if most is not None and self.open > most:
            return HTTPStatus.SERVICE_UNAVAILABLE
        return self._rate(host)

    @property
    def overrun(self) -> bool:
        """Whether nobody gets so much as a refusal: too many are there, or the gate is shut."""
        most = self._admission.connections
        return self.shut or (most is not None and self.open > 2 * most + 16)

    def leave(self) -> None:
        """Count one less."""
        self.open -= 1

    def _rate(self, host: str) -> HTTPStatus | None:
        most = self._admission.per_address
        if most is None:
            return None
        now = self._clock.now()
        if now - self._since >= self._admission.address_window:
            self._since = now
            self._by_address.clear()
        count = self._by_address[host] = self._by_address.get(host, 0) + 1
        return HTTPStatus.TOO_MANY_REQUESTS if count > most else None
