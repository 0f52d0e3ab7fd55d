"""The fleet's own book: each TransactionEvent that a station promised to tell, and each answer.

It is written from what the stations keep in their stores and from what passes on their
connections, not from what they say of themselves.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from ocppref.station.store import MemoryStore

_OUTBOX = "outbox"
_DIGEST = 8  # bytes

JsonObject = Mapping[str, object]


@dataclass(slots=True)
class Entry:
    """An event. `accepted` is how often the CSMS has answered, `power_on` in which one last."""

    kind: str
    digest: bytes
    accepted: int = 0
    power_on: int = -1


@dataclass(slots=True)
class Account:
    """A transaction, by seqNo."""

    identity: str
    transaction_id: str
    entries: dict[int, Entry] = field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        """Whether there is an event that ends it."""
        return any(entry.kind == "Ended" for entry in self.entries.values())

    def problems(self) -> Iterator[str]:
        """What is not as it has to be, once everything should have been told."""
        name = f"{self.identity} transaction {self.transaction_id}"
        for seq_no, entry in sorted(self.entries.items()):
            if not entry.accepted:
                yield f"{name}: seqNo {seq_no} ({entry.kind}) was never accepted"
        kinds = [entry.kind for _, entry in sorted(self.entries.items())]
        if sorted(self.entries) != list(range(len(self.entries))):
            yield f"{name}: the station's own seqNos have gaps: {sorted(self.entries)}"
        elif kinds[0] != "Started":
            yield f"{name}: it has no beginning"
        if not self.has_ended:
            yield f"{name}: it has no end"


class Journal:
    """All transactions of some stations."""

    def __init__(self) -> None:
        self.accounts: dict[tuple[str, str], Account] = {}
        self.created = self.accepted = self.repeated = 0
        self.ended = self.given_up = 0
        self.problems: list[str] = []
        self._sent: dict[str, tuple[str, str, int]] = {}
        self._power_ons: dict[str, int] = {}

    @property
    def waiting(self) -> int:
        """Events that are still to be accepted, by stations that have not given them up."""
        return self.created - self.accepted - self.given_up

    @property
    def running(self) -> int:
        """Transactions that have no end yet."""
        return len(self.accounts) - self.ended

    def is_settled(self) -> bool:
        """Whether all is told, and accepted."""
        return not self.waiting and not self.running

    # What stations promise

    def promised(self, identity: str, text: str) -> tuple[str, str, int] | None:
        """A station keeps an event, to tell it whatever happens."""
        kept = json.loads(text)
        event = kept["payload"]
        key = (identity, event["transactionInfo"]["transactionId"])
        account = self.accounts.setdefault(key, Account(*key))
        seq_no = event["seqNo"]
        if seq_no in account.entries:
            self.problems.append(f"{key[0]} transaction {key[1]}: seqNo {seq_no} is given twice")
            return None
        had_ended = account.has_ended
        account.entries[seq_no] = Entry(event["eventType"], digest_of(event))
        self.ended += account.has_ended and not had_ended
        self.created += 1
        return (*key, seq_no)

    def dropped(self, identity: str, transaction_id: str, seq_no: int) -> None:
        """A station keeps an event no longer: by then it has to be accepted."""
        entry = self.accounts[identity, transaction_id].entries[seq_no]
        if not entry.accepted:
            self.given_up += 1
            self.problems.append(
                f"{identity} transaction {transaction_id}: seqNo {seq_no} was given up"
            )

    # What passes

    def powered_on(self, identity: str) -> None:
        """A station boots."""
        self._power_ons[identity] = self._power_ons.get(identity, 0) + 1

    def sent(self, identity: str, message_id: str, event: JsonObject) -> None:
        """An event is on its way."""
        information = event["transactionInfo"]
        assert isinstance(information, dict)
        seq_no = event["seqNo"]
        assert isinstance(seq_no, int)
        self._sent[message_id] = (identity, information["transactionId"], seq_no)

    def answered(self, message_id: str, *, accepted: bool) -> None:
        """A CALL is over; with an answer that is valid, or without."""
        found = self._sent.pop(message_id, None)
        if found is None or not accepted:
            return
        identity, transaction_id, seq_no = found
        account = self.accounts.get((identity, transaction_id))
        entry = None if account is None else account.entries.get(seq_no)
        if entry is None:
            self.problems.append(
                f"{identity} transaction {transaction_id}: seqNo {seq_no} was told, but never kept"
            )
            return
        self._accept(entry, f"{identity} transaction {transaction_id}: seqNo {seq_no}", identity)

    def _accept(self, entry: Entry, name: str, identity: str) -> None:
        power_on = self._power_ons.get(identity, 0)
        if entry.accepted:
            self.repeated += 1
            # The power may go between the answer and the moment at which it is noted.
            if entry.power_on == power_on:
                self.problems.append(f"{name} was told again although it was accepted")
        else:
            self.accepted += 1
        entry.accepted += 1
        entry.power_on = power_on

    def judge(self) -> list[str]:
        """All that is wrong, once everything should have been told."""
        found = list(self.problems)
        for account in self.accounts.values():
            found.extend(account.problems())
        return found

    def complete(self) -> int:
        """How many transactions were told whole."""
        return sum(not any(account.problems()) for account in self.accounts.values())


class BookedStore(MemoryStore):
    """A store in memory that tells the journal which events it is to keep."""

    __slots__ = ("_identity", "_journal", "_keys")

    def __init__(self, journal: Journal, identity: str) -> None:
        super().__init__()
        self._journal = journal
        self._identity = identity
        self._keys: dict[str, tuple[str, str, int]] = {}

    def put(self, kind: str, key: str, text: str) -> None:
        """Keep an entry, in place of what was there."""
        super().put(kind, key, text)
        if kind == _OUTBOX:
            self.after_commit(lambda: self._promised(key, text))

    def delete(self, kind: str, key: str) -> None:
        """Forget an entry; nothing happens if there is none."""
        super().delete(kind, key)
        if kind == _OUTBOX:
            self.after_commit(lambda: self._dropped(key))

    def _promised(self, key: str, text: str) -> None:
        found = self._journal.promised(self._identity, text)
        if found is not None:
            self._keys[key] = found

    def _dropped(self, key: str) -> None:
        found = self._keys.pop(key, None)
        if found is not None:
            self._journal.dropped(*found)


def digest_of(event: JsonObject) -> bytes:
    """A short mark of all that an event tells, but for `offline`, which shows on the way only."""
    told = {name: _plain(value) for name, value in event.items() if name != "offline"}
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=_DIGEST).digest()


def _plain(value: object) -> object:
    """1.0 as 1: the same number."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
