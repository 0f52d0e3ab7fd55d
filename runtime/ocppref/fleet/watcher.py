"""Watches the connections of a fleet: counts, measures, and keeps the journal."""

from __future__ import annotations

import json
from collections import Counter

from ocppj import (
    ErrorCode,
    Exchange,
    Ignored,
    Kind,
    Link,
    NetworkProfile,
    Observer,
    OCPPConnectionError,
    Origin,
    Outcome,
    Refused,
    ResultRefused,
)
from ocppref.fleet.journal import Journal
from ocppref.fleet.tally import Tally

_HEAD = 80  # characters in which the Action of a CALL is


class Watcher(Observer):
    """One for all stations of a process. It counts into `tally`."""

    def __init__(self, tally: Tally, journal: Journal) -> None:
        self._tally = tally
        self._journal = journal
        self.last_failure = ""

    def connection_opened(self, link: Link) -> None:
        """Count it."""
        self._tally.connections += 1

    def connection_closed(self, link: Link, code: int, reason: str) -> None:
        """Count it."""
        self._tally.lost += 1

    def attempt_failed(self, profile: NetworkProfile, error: OCPPConnectionError | OSError) -> None:
        """Remember why."""
        self._tally.failed_attempts += 1
        self._tally.refusals[_describe(error)] += 1

    def frame_in(self, link: Link, text: str) -> None:
        """Count it."""
        self._tally.messages_in += 1

    def frame_out(self, link: Link, text: str) -> None:
        """Count it, and note an event that goes out."""
        self._tally.messages_out += 1
        head = text[:_HEAD]
        if '"TransactionEvent"' in head:
            kind, message_id, action, payload = json.loads(text)
            assert (kind, action) == (2, "TransactionEvent")
            self._journal.sent(link.identity, message_id, payload)
        elif '"BootNotification"' in head:
            self._journal.powered_on(link.identity)

    def call_ended(
        self,
        link: Link,
        exchange: Exchange,
        outcome: Outcome,
        seconds: float,
        code: ErrorCode | str | None,
    ) -> None:
        """Count it; an answer has to be valid."""
        if exchange.origin is not Origin.LOCAL or exchange.kind is not Kind.CALL:
            return
        tally = self._tally
        tally.outcomes[outcome.value] += 1
        tally.actions[exchange.action] += 1
        self._journal.answered(exchange.message_id, accepted=outcome is Outcome.ANSWERED)
        if outcome in (Outcome.ANSWERED, Outcome.REFUSED, Outcome.INVALID):
            tally.latencies.add(seconds)
        if outcome is Outcome.REFUSED:
            tally.errors[f"{exchange.action}: {_name(code)}"] += 1
        if outcome is Outcome.INVALID:
            what = f"{link.identity}: the answer to {exchange.action} is not valid ({_name(code)})"
            tally.blame([what])

    def ignored(self, link: Link, event: Ignored) -> None:
        """Count it: late and doubled messages are such."""
        self._tally.ignored += 1

    def refused(self, link: Link, event: Refused) -> None:
        """The CSMS has sent what is not right."""
        self._tally.errors[f"from the CSMS: {_name(event.code)}"] += 1

    def result_refused(self, link: Link, event: ResultRefused) -> None:
        """The CSMS could not use an answer of ours."""
        self._tally.errors["an answer of ours: refused"] += 1


def most_often(counted: Counter[str]) -> str:
    """What was counted most often; empty without any."""
    return counted.most_common(1)[0][0] if counted else ""


def _describe(error: OCPPConnectionError | OSError) -> str:
    return str(error) or type(error).__name__


def _name(code: ErrorCode | str | None) -> str:
    return code.value if isinstance(code, ErrorCode) else str(code)
