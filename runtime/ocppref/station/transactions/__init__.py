"""Transactions: from the machine of one EVSE to what is kept and sent (E)."""

from ocppref.station.transactions.record import Transaction
from ocppref.station.transactions.session import Session
from ocppref.station.transactions.transactions import Transactions

__all__ = ["Session", "Transaction", "Transactions"]
