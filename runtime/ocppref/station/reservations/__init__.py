"""Reservations of EVSEs (H)."""

from ocppref.station.reservations.reservation import Reservation
from ocppref.station.reservations.reservations import Reservations

__all__ = ["Reservation", "Reservations"]
