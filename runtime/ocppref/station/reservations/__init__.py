"""Reservations of EVSEs (H)."""

from ocppref.station.reservations.reservation import Reservation, same_token
from ocppref.station.reservations.reservations import Reservations

__all__ = ["Reservation", "Reservations", "same_token"]
