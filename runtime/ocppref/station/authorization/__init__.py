"""Who may charge: the Local Authorization List, the cache, and the CSMS (C, D)."""

from ocppref.station.authorization.authorization import Authorization
from ocppref.station.authorization.cache import Cache
from ocppref.station.authorization.decision import Decision, Source
from ocppref.station.authorization.local_list import ListRefused, LocalList
from ocppref.station.authorization.tokens import is_same

__all__ = ["Authorization", "Cache", "Decision", "ListRefused", "LocalList", "Source", "is_same"]
