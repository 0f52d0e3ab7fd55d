"""Whether the CSMS has all of every transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from ocppref.station.scenario.frames import Frame
from ocppref.station.scenario.matching import resolve


def incomplete(frames: Sequence[Frame]) -> str:
    """What is missing or wrong with the transactions that were told of; "" if nothing is.

    A transaction has Started first and Ended last, and numbers without a gap (E01.FR.07). An event
    counts once the CSMS has answered it: only then it has it for sure.
    """
    told: dict[str, list[Mapping[str, object]]] = defaultdict(list)
    answered = {
        each.message_id for each in frames if each.type == "result" and each.direction == "in"
    }
    for each in frames:
        if each.action == "TransactionEvent" and each.message_id in answered:
            if each.type == "call":
                told[str(resolve(each.payload, "/transactionInfo/transactionId"))].append(
                    each.payload
                )
    found = [why for transaction, events in told.items() if (why := _missing(transaction, events))]
    return found[0] if found else "" if told else "there was no transaction"


def _missing(transaction: str, events: Sequence[Mapping[str, object]]) -> str:
    numbers = [event["seqNo"] for event in events]
    kinds = [event["eventType"] for event in events]
    if kinds[0] != "Started":
        return f"transaction {transaction} begins with {kinds[0]}"
    if kinds[-1] != "Ended":
        return f"transaction {transaction} has not ended: its last event is {kinds[-1]}"
    if numbers != list(range(len(numbers))):
        return f"transaction {transaction} has the seqNos {numbers}"
    return ""
