"""The fleet's own book."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ocppref.fleet.audit import differences
from ocppref.fleet.journal import BookedStore, Journal

WHO, WHAT = "FLEET-00001", "T1"


def event(seq_no: int, kind: str = "Updated", **other: Any) -> dict[str, Any]:
    return {
        "eventType": kind,
        "seqNo": seq_no,
        "transactionInfo": {"transactionId": WHAT},
        "timestamp": f"2026-01-01T00:00:{seq_no:02}.000Z",
        **other,
    }


SESSION = [event(0, "Started"), event(1), event(2, "Ended")]


class Book:
    """A station's store, its journal, and the connection."""

    def __init__(self) -> None:
        self.journal = Journal()
        self.store = BookedStore(self.journal, WHO)
        self.journal.powered_on(WHO)

    def keep(self, *events: dict[str, Any]) -> None:
        for each in events:
            text = json.dumps({"action": "TransactionEvent", "payload": each})
            self.store.put("outbox", str(each["seqNo"]), text)

    def tell(self, *events: dict[str, Any], accepted: bool = True) -> None:
        for number, each in enumerate(events):
            self.journal.sent(WHO, f"m{number}", each)
            self.journal.answered(f"m{number}", accepted=accepted)

    def drop(self, *events: dict[str, Any]) -> None:
        for each in events:
            self.store.delete("outbox", str(each["seqNo"]))


def test_a_session_that_was_told_whole() -> None:
    book = Book()
    book.keep(*SESSION)
    assert not book.journal.is_settled()
    book.tell(*SESSION)
    book.drop(*SESSION)
    assert book.journal.is_settled()
    assert book.journal.judge() == []
    assert (book.journal.complete(), book.journal.accepted) == (1, 3)


def test_an_event_that_was_never_accepted() -> None:
    book = Book()
    book.keep(*SESSION)
    book.tell(*SESSION[:2])
    book.tell(SESSION[2], accepted=False)
    assert (book.journal.waiting, book.journal.complete()) == (1, 0)
    [problem] = book.journal.judge()
    assert "seqNo 2 (Ended) was never accepted" in problem


def test_an_event_that_was_given_up() -> None:
    book = Book()
    book.keep(*SESSION)
    book.drop(SESSION[1])
    assert any("seqNo 1 was given up" in each for each in book.journal.judge())


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([SESSION[0], SESSION[2]], "gaps: [0, 2]"),
        (SESSION[:2], "it has no end"),
        ([event(0), event(1, "Ended")], "it has no beginning"),
    ],
)
def test_a_session_that_is_not_whole(events: list[dict[str, Any]], said: str) -> None:
    book = Book()
    book.keep(*events)
    book.tell(*events)
    [problem] = book.journal.judge()
    assert said in problem


def test_an_event_that_is_undone_was_never_promised() -> None:
    book = Book()
    with pytest.raises(ZeroDivisionError), book.store.transaction():
        book.keep(SESSION[0])
        raise ZeroDivisionError
    assert book.journal.created == 0


def test_an_event_that_was_never_kept() -> None:
    book = Book()
    book.tell(SESSION[0])
    assert any("was told, but never kept" in each for each in book.journal.judge())


def test_an_event_is_told_again_only_after_a_loss_of_power() -> None:
    book = Book()
    book.keep(*SESSION)
    book.tell(*SESSION)
    book.journal.powered_on(WHO)
    book.tell(SESSION[2])
    assert book.journal.judge() == []
    assert (book.journal.repeated, book.journal.accepted) == (1, 3)
    book.tell(SESSION[2])
    assert any("seqNo 2 was told again" in each for each in book.journal.judge())


# Against the CSMS


def kept(*events: dict[str, Any], is_open: bool = False) -> dict[str, Any]:
    return {"open": is_open, "events": list(events)}


def told() -> Book:
    book = Book()
    book.keep(*SESSION)
    book.tell(*SESSION)
    return book


def compare(has: dict[str, Any]) -> list[str]:
    [account] = told().journal.accounts.values()
    return list(differences(account, has))


def test_the_csms_has_it_all() -> None:
    # On the way an event may say that it waited, and numbers may be written in another form.
    assert compare(kept({**SESSION[0], "offline": True}, *SESSION[1:])) == []


@pytest.mark.parametrize(
    ("has", "said"),
    [
        (kept(SESSION[0], SESSION[2]), "seqNo 1 (Updated) is lost"),
        (kept(*SESSION, SESSION[1]), "has seqNo 1 2 times"),
        (kept(SESSION[0], event(1, meterValue=[]), SESSION[2]), "other data of seqNo 1"),
        (kept(*SESSION, event(3)), "seqNo 3, which the station never told"),
        (kept(*SESSION, is_open=True), "takes it for open"),
    ],
)
def test_what_the_csms_has_otherwise_is_told(has: dict[str, Any], said: str) -> None:
    [problem] = compare(has)
    assert said in problem
